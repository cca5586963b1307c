"""The LaTeX of every statement, set by an engine of this machine: it compiles, with every sign, within the margins."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from spectral_edge.theory.packs import PACKS

from .exports import exports

ENGINES = [name for name in ("pdflatex", "lualatex", "xelatex") if shutil.which(name)]
pytestmark = pytest.mark.skipif(
    not ENGINES, reason="there is no pdflatex, lualatex or xelatex on this machine to set the exports with"
)

PAPER = r"""\documentclass{article}
\usepackage{amsmath,amssymb,amsthm}
%s
\begin{document}
%s
\end{document}
"""


def set_by(engine: str, exports: Iterable[str], folder: Path) -> str:
    """Set a paper of these exports, as their first lines ask for; returns what the engine said."""
    texts = list(exports)
    asked = dict.fromkeys(
        line[2:] for text in texts for line in text.splitlines()[:2] if r"\newtheorem" in line
    )
    source = folder / "paper.tex"
    source.write_text(PAPER % ("\n".join(asked), "\n".join(texts)), encoding="ascii")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", source.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    said = source.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, said[said.find("\n!") :][:1500]
    return said


def sticking_out(said: str) -> list[float]:
    """By how many points lines are wider than the column."""
    return [float(number) for number in re.findall(r"Overfull \\hbox \(([0-9.]+)pt too wide\)", said)]


# Points: two letters. The widest line is that of P24, one product that has nowhere to be broken.
TOLERATED = 20.0


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_statement_can_be_set_as_its_first_lines_say_and_stays_within_the_column(
    name: str, tmp_path: Path
) -> None:
    said = set_by(ENGINES[0], exports(name).values(), tmp_path)
    assert "Missing character" not in said and "multiply defined" not in said
    assert max(sticking_out(said), default=0.0) <= TOLERATED, sticking_out(said)


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_the_other_engines_set_it_too(engine: str, tmp_path: Path) -> None:
    said = set_by(engine, list(exports("deep-linear").values())[:12], tmp_path)
    assert "Missing character" not in said


@pytest.mark.parametrize(
    "before, after",
    [(r"\label{", r"\lable{"), (r"\end{theorem}", r"\end{lemma}"), (r"\[", r"\[ {"), (r"\left(", r"\left")],
)
def test_an_engine_refuses_what_is_no_latex(before: str, after: str, tmp_path: Path) -> None:
    (tex,) = [
        t for t in exports("deep-linear").values() if before in t and r"\end{theorem}" in t and r"\left(" in t
    ][:1]
    with pytest.raises(AssertionError, match="!"):
        set_by(ENGINES[0], [tex.replace(before, after, 1)], tmp_path)


def test_what_sticks_out_of_the_column_is_noticed(tmp_path: Path) -> None:
    wide = "% one\n% \\newtheorem{theorem}{Theorem}\n\\[ " + " + ".join(["x^{2}"] * 60) + " \\]"
    assert max(sticking_out(set_by(ENGINES[0], [wide], tmp_path))) > 10 * TOLERATED
