"""The package that is installed is the one in the folders."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS = ("theory", "simulate", "validate")


def folders_with_modules(root: Path) -> set[str]:
    return {
        "spectral_edge." + ".".join(path.parent.relative_to(root).parts)
        for layer in LAYERS
        for path in (root / layer).rglob("*.py")
    }


def test_the_list_of_packages_equals_the_folders_that_hold_modules() -> None:
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders_with_modules(ROOT)


def test_every_folder_of_modules_is_a_regular_package() -> None:
    missing = [
        name
        for name in sorted(folders_with_modules(ROOT))
        if not (ROOT / Path(*name.split(".")[1:]) / "__init__.py").exists()
    ]
    assert missing == []


def test_each_layer_stands_in_the_folder_of_its_name() -> None:
    assert PROJECT["tool"]["setuptools"]["package-dir"] == {f"spectral_edge.{name}": name for name in LAYERS}


def ignored_by_git(root: Path, *folders: str) -> list[str]:
    command = [
        "git",
        "-C",
        str(root),
        "ls-files",
        "--others",
        "--ignored",
        "--exclude-standard",
        "--",
        *folders,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no git checkout")
    return [name for name in done.stdout.splitlines() if "__pycache__" not in name]


def test_git_ignores_no_file_of_the_package_or_of_its_tests(tmp_path: Path) -> None:
    assert ignored_by_git(ROOT, *LAYERS, "tests", "docs") == []
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("report/\n")
    (tmp_path / "validate" / "report").mkdir(parents=True)
    (tmp_path / "validate" / "report" / "page.py").write_text("")
    assert ignored_by_git(tmp_path, "validate") == ["validate/report/page.py"]


def canonical(requirement: str) -> str:
    """``"python_flint>=0.8"`` -> ``"python-flint"``."""
    name = requirement
    for mark in "<>=!~ [;":
        name = name.split(mark)[0]
    return name.strip().lower().replace("_", "-")


def test_every_dependency_is_pinned_and_explained() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    asked = {canonical(r) for group in (project["dependencies"], *extras) for r in group}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if "==" not in pin] == []
    assert asked - {canonical(pin) for pin in pins} == set()
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert [name for name in sorted(asked) if f"**{name}**" not in explained] == []


def test_the_command_is_installed_and_the_version_is_the_one_of_the_project() -> None:
    (command,) = entry_points(group="console_scripts", name="spectral-edge")
    assert command.value == "spectral_edge.validate.cli:main"
    assert version("spectral-edge") == PROJECT["project"]["version"]


@pytest.fixture(scope="module")
def wheel_contents(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in a wheel that is built offline from a copy of what a clone holds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", *LAYERS):
        _copy(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation",
         "--wheel-dir", str(folder), str(source)],
        check=True,
        capture_output=True,
        text=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.write_bytes(source.read_bytes())
        return
    target.mkdir()
    for path in source.iterdir():
        if path.name != "__pycache__":
            _copy(path, target / path.name)


def missing_from(contents: set[str], paths: Iterable[Path]) -> list[str]:
    return sorted(
        name for p in paths if (name := f"spectral_edge/{p.relative_to(ROOT).as_posix()}") not in contents
    )


def test_a_wheel_holds_every_module_and_every_file_that_the_code_reads(wheel_contents: set[str]) -> None:
    files = [
        path
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert missing_from(wheel_contents, files) == []
    assert missing_from(wheel_contents, [ROOT / "theory" / "absent.py"]) == ["spectral_edge/theory/absent.py"]


def test_a_wheel_says_that_it_is_typed(wheel_contents: set[str]) -> None:
    assert {f"spectral_edge/{name}/py.typed" for name in LAYERS} <= wheel_contents


def test_a_wheel_leaves_the_namespace_free_for_other_packages(wheel_contents: set[str]) -> None:
    assert "spectral_edge/__init__.py" not in wheel_contents
