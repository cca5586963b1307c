"""The site in a real browser, from the file system: formulas, links, the map, no complaint and no request.

``SPECTRAL_EDGE_SITE`` names a site that is there already; without it that of the small world is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from .browser import Tab, chromium, tab

pytestmark = pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine")

DESKTOP, PHONE = 1280, 390


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Path:
    there = os.environ.get("SPECTRAL_EDGE_SITE")
    return Path(there) if there else request.getfixturevalue("small_site")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with tab(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(browser: Tab) -> Iterator[Tab]:
    browser.console.clear()
    browser.requests.clear()
    browser.size(DESKTOP)
    yield browser
    assert browser.console == []
    assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []


def topics(site: Path) -> list[Path]:
    found = sorted(p for p in site.glob("theory/*/*.html") if p.name != "index.html")
    return [found[0], found[len(found) // 2], found[-1]]


def kinds_of_page(site: Path) -> list[Path]:
    names = [
        "index.html",
        "verdicts.html",
        "graph.html",
        "glossary.html",
        "theory/index.html",
        "evidence/index.html",
    ]
    evidence = sorted(p for p in site.glob("evidence/*.html") if p.name != "index.html")
    return [
        *(site / name for name in names),
        *dict.fromkeys(topics(site)),
        *evidence[:1],
        site / "report/index.html",
    ]


# The width of what sticks out, if a reader on a phone would have to scroll the page itself sideways.
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_every_kind_of_page_fits_the_screen_without_a_complaint_and_without_a_request(
    page: Tab, site: Path, width: int
) -> None:
    page.size(width)
    for path in kinds_of_page(site):
        page.open(path)
        assert page.run(TOO_WIDE) == 0, path
        assert page.run("document.querySelectorAll('h1').length") == 1, path


def test_formulas_are_set_by_the_browser_and_not_shown_as_text(page: Tab, site: Path) -> None:
    page.open(topics(site)[0])
    heights = page.run(
        "[...document.querySelectorAll('.formula math')].map(m => m.getBoundingClientRect().height)"
    )
    assert heights and min(heights) > 8
    assert page.run("document.querySelectorAll('merror').length") == 0
    # A fraction is higher than the letters in it: were MathML unknown, everything would stand in one line.
    page.run("""(() => { const d = document.createElement('div');
        d.innerHTML = '<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math><math><mi>a</mi></math>';
        document.body.append(d);
        window.probe = [...d.querySelectorAll('math')].map(m => m.getBoundingClientRect().height); })()""")
    fraction, letter = page.run("window.probe")
    assert fraction > 1.3 * letter


def test_headings_go_down_one_level_at_a_time_and_pictures_have_words(page: Tab, site: Path) -> None:
    for path in kinds_of_page(site):
        page.open(path)
        levels = page.run(
            "[...document.querySelectorAll('main h1,main h2,main h3,main h4, article h1, article h2, article h3, article h4')]"
            ".filter((h, i, all) => all.indexOf(h) === i).map(h => +h.tagName[1])"
        )
        assert all(after - before <= 1 for before, after in pairwise(levels)), (
            path,
            levels,
        )
        mute = page.run(
            "[...document.querySelectorAll('svg[role=img], svg[role=group]')].filter(s => !s.querySelector('title')).length"
        )
        assert mute == 0, path
        assert (
            page.run("[...document.querySelectorAll('img')].filter(i => !i.hasAttribute('alt')).length") == 0
        ), path


def shown(page: Tab) -> int:
    return int(page.run("[...document.querySelectorAll('.chip')].filter(c => c.offsetParent).length"))


def test_the_filters_of_the_map_hide_and_show_statements_by_kind_by_status_and_by_words(
    page: Tab, site: Path
) -> None:
    page.open(site / "graph.html")
    everything = shown(page)
    definitions = page.run("document.querySelectorAll('.chip[data-kind=definition]').length")
    assert everything > definitions > 0
    click = "(s => document.querySelector(s).click())"
    page.run(f"{click}('[name=kind][value=definition]')")
    assert shown(page) == everything - definitions
    page.run(f"{click}('[name=kind][value=definition]')")
    assert shown(page) == everything

    proved = page.run("document.querySelectorAll('.chip[data-status=proved]').length")
    page.run(f"{click}('[name=status][value=proved]')")
    assert shown(page) == everything - proved
    page.run(f"{click}('[name=status][value=proved]')")

    word = page.run("document.querySelector('.chip[data-kind=theorem]').dataset.id")
    page.run(
        f"(() => {{ const f = document.querySelector('[name=find]'); f.value = {word!r};"
        "f.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    assert 0 < shown(page) < everything
    assert (
        page.run("document.querySelector('.map-count').textContent")
        == f"{shown(page)} of {everything} statements are shown."
    )


def test_pointing_at_a_statement_tells_what_it_says_and_draws_what_it_uses(page: Tab, site: Path) -> None:
    page.open(site / "graph.html")
    assert page.run("document.getElementById('map-panel').hidden")
    page.point_at(".chip[data-kind=theorem][data-status=proved]")
    told = page.run("document.getElementById('map-panel').textContent")
    name = page.run("document.querySelector('.chip.chosen').dataset.id")
    assert name in told and "uses" in told
    assert page.run("document.querySelectorAll('#map-panel math').length") > 0
    uses = page.run(
        f"JSON.parse(document.getElementById('map-data').textContent).edges.filter(e => e.user === {name!r}).length"
    )
    assert page.run("document.querySelectorAll('.map-uses path.up').length") == uses > 0


def test_the_map_can_be_walked_by_keys_and_a_statement_opened(page: Tab, site: Path) -> None:
    page.open(site / "graph.html")
    page.run("document.querySelector('.chip[tabindex=\"0\"]').focus()")
    assert page.run("document.querySelectorAll('.chip[tabindex=\"0\"]').length") == 1
    first = page.run("document.activeElement.dataset.id")
    page.key("ArrowRight")
    second = page.run("document.activeElement.dataset.id")
    assert first != second
    assert page.run("document.querySelector('.chip.chosen').dataset.id") == second
    page.key("Escape")
    assert page.run("document.getElementById('map-panel').hidden")
    target = page.run("document.activeElement.href")
    page.events.clear()
    page.run("document.activeElement.click()")
    while "Page.loadEventFired" not in page.events:
        page._next()
    assert page.run("location.href") == target
    assert page.run("document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null")


def test_on_a_phone_the_panel_leaves_the_map_in_sight(page: Tab, site: Path) -> None:
    page.size(PHONE, 800)
    page.open(site / "graph.html")
    page.run("document.querySelector('.chip').focus()")
    box = page.run(
        "(r => [r.left, r.right, r.top])(document.getElementById('map-panel').getBoundingClientRect())"
    )
    assert box[0] >= 0 and box[1] <= PHONE and box[2] >= 400


def test_the_search_finds_a_statement_without_a_server(page: Tab, site: Path) -> None:
    word = "refuted"
    page.open(site / "search.html", f"?q={word}")
    page.run(
        "new Promise(done => { const look = () =>"
        " document.querySelector('#search-results li a') ? done() : setTimeout(look, 50); look(); })"
    )
    assert page.run("document.querySelectorAll('#search-results li a').length") > 0


def test_on_paper_every_fold_is_open_and_the_filters_are_gone(page: Tab, site: Path) -> None:
    page.open(topics(site)[0])
    page.ask("Emulation.setEmulatedMedia", media="print")
    try:
        heights = page.run(
            "[...document.querySelectorAll('details.derivation, details.symbols-of')].map(d => d.getBoundingClientRect().height)"
        )
        assert heights and min(heights) > 40
        page.open(site / "graph.html")
        assert page.run("getComputedStyle(document.querySelector('.map-filters')).display") == "none"
    finally:
        page.ask("Emulation.setEmulatedMedia", media="")
