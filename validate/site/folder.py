"""The folder of a site: only a folder that is empty or holds a site of this program is ever written to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ..problems import BadRequest
from .manifest import NAME, TOOL


class SiteFolder:
    """A folder that holds, or may hold, a site."""

    def __init__(self, path: Path):
        self.path = path

    def claim(self) -> None:
        """See that the folder may be replaced.

        Raises:
            BadRequest: it is a file, cannot be read, or holds something else. Nothing was changed.
        """
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise BadRequest(f"site folder {self.path}: is a file; name a folder with --out")
        names = sorted(entry.name for entry in self.path.iterdir())
        if names and not self._is_site():
            raise BadRequest(
                f"site folder {self.path}: holds files that are no site of {TOOL} ({', '.join(names[:3])}); it was left "
                "as it is: name another folder with --out"
            )

    def _is_site(self) -> bool:
        try:
            content = json.loads((self.path / NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(content, dict) and content.get("tool") == TOOL

    def replace_by(self, built: Path) -> None:
        """Put the finished site in the place of what was there.

        Raises:
            BadRequest: the folder cannot be written.
        """
        before = self.path.with_name(f".{self.path.name}.before")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_name(f".{self.path.name}.new")
            shutil.rmtree(beside, ignore_errors=True)
            shutil.copytree(built, beside)
            shutil.rmtree(before, ignore_errors=True)
            if self.path.exists():
                self.path.rename(before)
            beside.rename(self.path)
            shutil.rmtree(before, ignore_errors=True)
        except OSError as error:
            raise BadRequest(
                f"site folder {self.path}: cannot be written ({error.strerror or error}); name another with --out"
            ) from error
