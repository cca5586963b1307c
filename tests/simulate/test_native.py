from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from spectral_edge.simulate import native
from spectral_edge.simulate.native import CompileError, NoCompiler, cache_folder, load

needs_compiler = pytest.mark.skipif(not native.available(), reason="no C compiler here")

TWICE = "double twice(double x) { return 2 * x; }\n"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECTRAL_EDGE_CACHE", str(tmp_path))


def twice(library: ctypes.CDLL, x: float) -> float:
    library.twice.argtypes, library.twice.restype = [ctypes.c_double], ctypes.c_double
    answer: float = library.twice(x)
    return answer


def builds() -> list[Path]:
    return sorted(cache_folder().glob("*.so"))


@needs_compiler
def test_a_source_is_compiled_once_and_found_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    assert twice(load(TWICE), 1.5) == 3.0
    (built,) = builds()
    before = built.stat().st_mtime_ns
    monkeypatch.setattr(native, "_build", lambda *_: pytest.fail("built again"))
    assert twice(load(TWICE), 2.5) == 5.0
    assert built.stat().st_mtime_ns == before


@needs_compiler
def test_another_source_and_other_flags_are_other_libraries() -> None:
    load(TWICE)
    load(TWICE.replace("2 *", "3 *"))
    load(TWICE, ("-lm",))
    assert len(builds()) == 3


@needs_compiler
@pytest.mark.parametrize("left", [b"", b"half of a library"])
def test_a_torn_library_is_built_again(left: bytes) -> None:
    source = TWICE + f"/* {len(left)} */\n"  # not one that this process has loaded already
    path = cache_folder() / "probe"
    native._build(*_how(source), path.with_suffix(".so"))
    whole = path.with_suffix(".so").read_bytes()
    path.with_suffix(".so").write_bytes(left or whole[: len(whole) // 2])
    assert not native._is_whole(path.with_suffix(".so"))
    assert twice(load(source), 4.0) == 8.0


def _how(source: str) -> tuple[str, tuple[str, ...], str]:
    return native._compiler()[0], native.FLAGS, source


@needs_compiler
def test_two_processes_may_build_the_same_library_at_once(tmp_path: Path) -> None:
    program = (
        "import ctypes; from spectral_edge.simulate.native import load\n"
        f"f = load({TWICE!r}).twice; f.restype = ctypes.c_double; f.argtypes = [ctypes.c_double]\n"
        "assert f(3.0) == 6.0"
    )
    together = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in together] == [0, 0]
    assert len(builds()) == 1
    assert not list(tmp_path.rglob(".build-*"))


@needs_compiler
def test_a_source_that_does_not_compile_raises_with_what_the_compiler_said() -> None:
    with pytest.raises(CompileError, match=r"exit status [\s\S]*error"):
        load("double twice(double x) { return 2 *; }")
    assert not builds()


def test_without_a_compiler_the_error_names_where_it_was_sought(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/nowhere/cc")
    native._compiler.cache_clear()
    try:
        assert not native.available()
        with pytest.raises(NoCompiler, match=r"\$CC=/nowhere/cc"):
            load(TWICE)
    finally:
        monkeypatch.undo()
        native._compiler.cache_clear()
