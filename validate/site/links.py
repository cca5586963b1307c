"""Dead links, and anything that a page would have to fetch from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements that a browser loads by itself, and the attribute that says from where.
_LOADED = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}
_NOT_LOADED_LINKS = {"index", "search", "next", "prev", "canonical", "top", "up"}
_CSS_URL = re.compile(r"""url\(\s*['"]?(?!data:|#)([^'")]+)""")


@dataclass
class _Page(HTMLParser):
    """Ids, links and loaded things of a page."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value is not None}
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        attribute = _LOADED.get(tag)
        if attribute in values and not (tag == "link" and values.get("rel") in _NOT_LOADED_LINKS):
            self.loaded.append(values[attribute])


def problems(site: Path) -> list[str]:
    """One line for each dead link, and for each thing that would be loaded from elsewhere."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for target in page.loaded:
            if _is_elsewhere(target):
                found.append(
                    f"{name}: would load {target} from elsewhere; the site must work without a network"
                )
            else:
                found += _dead(site, path, name, target, pages)
        for target in page.links:
            if not _is_elsewhere(target):
                found += _dead(site, path, name, target, pages)
    for path in sorted(site.rglob("*.css")):
        for target in _CSS_URL.findall(path.read_text(encoding="utf-8")):
            if _is_elsewhere(target):
                found.append(f"{path.relative_to(site).as_posix()}: would load {target} from elsewhere")
    return list(dict.fromkeys(found))


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def _is_elsewhere(target: str) -> bool:
    parts = urlsplit(target)
    return bool(parts.scheme and parts.scheme != "data") or target.startswith("//")


def _dead(site: Path, path: Path, name: str, target: str, pages: dict[Path, _Page]) -> list[str]:
    if target.startswith("data:"):
        return []
    parts = urlsplit(target)
    # Without resolving: thousands of links, and no page may lead out of the site through a link of the system.
    file = Path(normpath(path.parent / unquote(parts.path))) if parts.path else path
    page = pages.get(file)
    # A folder is shown as a list of its files.
    if page is None and (site not in file.parents or not file.exists()):
        return [f"{name}: dead link: {target}"]
    anchor = unquote(parts.fragment)
    if anchor and page is not None and anchor not in page.ids:
        return [f"{name}: dead link: {target}: the page has no section of that name"]
    return []
