from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.site.indices import lower, lowered


@pytest.mark.parametrize(
    "words, told",
    [
        ("𝒜_geo at t_grok", "𝒜<sub>geo</sub> at t<sub>grok</sub>"),
        ("(σ_k*/σ_k*+1)", "(σ<sub>k*</sub>/σ<sub>k*+1</sub>)"),
        ("‖ΔS‖_F", "‖ΔS‖<sub>F</sub>"),
        ('<a href="x_1.html#t_2">v_1</a>', '<a href="x_1.html#t_2">v<sub>1</sub></a>'),
    ],
)
def test_an_index_in_words_stands_below_the_line(words: str, told: str) -> None:
    assert lowered(words) == told


@pytest.mark.parametrize(
    "words",
    [
        "<code>g_23</code>", "<math><mi>g_23</mi></math>", "<script>let g_23</script>", "my_name", "__init__", "a_b_c",
        "data/x_1.csv", "--x_1", "f_2(t)", "G_k**2", '<details class="altered"><p>G_k added</p></details>', "&x_1;",
    ],
)  # fmt: skip
def test_names_of_programs_and_files_stay_as_they_are(words: str) -> None:
    assert lowered(words) == words


@given(st.text("ab_1*<>/&; ", max_size=20))
def test_no_letter_is_lost_and_setting_twice_is_setting_once(text: str) -> None:
    told = lowered(text)
    assert re.sub(r"([ab])<sub>([ab1*+]+)</sub>", r"\1_\2", told) == text
    assert lowered(told) == told


def test_pages_about_the_program_are_left_alone() -> None:
    for page, told in (("evidence/P1", "v<sub>1</sub>"), ("api/simulate", "v_1")):
        context: dict[str, object] = {"body": "v_1"}
        lower(None, page, "", context, None)
        assert context["body"] == told


def test_a_page_of_the_site_has_its_indices_set(small_site: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in small_site.glob("theory/*/*.html"))
    words = re.sub(
        r"<(code|pre|script|style|math|svg|title|details)\b.*?</\1>|<[^>]*>", " ", pages, flags=re.DOTALL
    )
    assert not re.search(r"(?<![\w.\-/])[a-zA-Z]_[A-Za-z0-9]+(?![\w(*])", words)
