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


# A table of which a reader would see a part only, since the rest is beyond the edge.
CUT = """[...document.querySelectorAll('.scroll, .table-wrapper')].filter(box => box.scrollWidth > box.clientWidth + 1)
  .map(box => `${box.firstElementChild.className}: ${box.scrollWidth} > ${box.clientWidth}`)"""


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", ["evidence/index.html", "verdicts.html", "theory/index.html"])
def test_no_table_of_verdicts_is_cut_at_its_side(page: Tab, site: Path, name: str, width: int) -> None:
    page.size(width)
    page.open(site / name)
    assert page.run("document.querySelectorAll('table').length") > 0
    assert page.run(CUT) == []
    page.run("document.querySelector('table').style.minWidth = '90rem'")
    assert page.run(CUT), "a table that is cut is seen to be"


def test_on_a_phone_a_prediction_is_a_card_that_names_its_numbers(page: Tab, site: Path) -> None:
    names = "[...document.querySelectorAll('table.predictions tbody tr:first-child .column')].map(n => n.offsetHeight > 0)"
    page.open(site / "evidence/index.html")
    assert page.run(names) == [False, False]
    assert page.run("document.querySelector('table.predictions thead').offsetHeight") > 8
    page.size(PHONE)
    assert page.run(names) == [True, True]
    left, right = (
        page.run(
            f"document.querySelectorAll('table.predictions tbody tr:first-child td')[{n}].getBoundingClientRect().left"
        )
        for n in (0, 2)
    )
    assert left == right, "the cells of a card stand below one another"


def follow(page: Tab, selector: str) -> None:
    """Click the first link that fits and can be seen, and wait for its page."""
    page.events.clear()
    found = page.run(
        f"(() => {{ const link = [...document.querySelectorAll({selector!r})].find(a => a.offsetParent);"
        " if (link) link.click(); return Boolean(link); })()"
    )
    assert found, (selector, page.run("location.href"))
    while "Page.loadEventFired" not in page.events:
        page._next()


CONTENT = "[role=main]"
WAYS = {
    "what the theory says": (
        [f"{CONTENT} a[href*='theory/index.html']", f"{CONTENT} a[href$='index.html']", f"{CONTENT} td a"],
        "document.querySelectorAll('section.statement .formula math').length > 0",
    ),
    "which parts hold": (
        [f"{CONTENT} a[href*='verdicts.html']"],
        "document.querySelectorAll('table.verdicts .badge').length > 0",
    ),
    "the evidence for and against a prediction": (
        [f"{CONTENT} a[href*='evidence/index.html']", "table.predictions td a"],
        (
            "[...document.querySelectorAll('h2')].some(h => h.textContent.startsWith('For and against'))"
            " && document.querySelectorAll('figure svg').length > 0"
            " && document.querySelectorAll('figure a[href$=csv]').length > 0"
        ),
    ),
    "how to repeat it": (
        [f"{CONTENT} a[href*='evidence/index.html']", "table.predictions td a"],
        "document.querySelector('[role=main]').textContent.includes('spectral-edge replay ')",
    ),
}


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("sought", WAYS)
def test_from_the_start_page_a_reader_is_there_in_three_clicks(
    page: Tab, site: Path, sought: str, width: int
) -> None:
    page.size(width)
    clicks, there = WAYS[sought]
    assert len(clicks) <= 3
    page.open(site / "index.html")
    for selector in clicks:
        follow(page, selector)
    assert page.run(there), page.run("location.href")


# For every text that can be seen: its contrast with what is behind it, where that is less than WCAG 2.2 AA asks for.
FAINT = """(() => {
  const numbers = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, ground) => top.length < 4 ? top : top.slice(0, 3).map((c, i) => c * top[3] + ground[i] * (1 - top[3]));
  const ground = element => {
    if (!element) return [255, 255, 255];
    const colour = numbers(getComputedStyle(element).backgroundColor);
    return colour.length === 4 && colour[3] < 1 ? over(colour, ground(element.parentElement)) : colour;
  };
  const faint = new Set();
  for (const element of document.querySelectorAll("[role=main] *, .sidebar-drawer *")) {
    const style = getComputedStyle(element);
    const shown = element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !shown || element.closest("svg, .visually-hidden")) continue;
    const back = ground(element), [a, b] = [luminance(over(numbers(style.color), back)), luminance(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5))
      faint.add(`${element.tagName.toLowerCase()}.${element.className} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 30)}`);
  }
  return [...faint].slice(0, 20);
})()"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(page: Tab, site: Path, theme: str) -> None:
    for path in kinds_of_page(site):
        if "report" in path.parts:
            continue  # It follows the system and has no switch.
        page.open(path)
        page.run(f"document.body.dataset.theme = {theme!r}")
        assert page.run(FAINT) == [], path


def test_who_walks_by_keys_sees_where_they_are(page: Tab, site: Path) -> None:
    for name in ("index.html", "graph.html", "verdicts.html"):
        page.open(site / name)
        seen = set()
        for _ in range(12):
            page.key("Tab")
            where = page.run(
                "(e => [e.tagName, e.textContent.trim().slice(0, 20) || e.id || e.className, getComputedStyle(e).outlineStyle,"
                " e.getBoundingClientRect().width])(document.activeElement)"
            )
            seen.add(tuple(where[:2]))
            # The box that is as large as nothing holds the theme's switches.
            assert where[2] != "none" or where[3] <= 1 or where[0] in ("BODY", "INPUT"), (name, where)
        assert len(seen) > 4, name


# A formula that is wider than its box, and neither a sign at its side nor a way to move it.
LOST = """[...document.querySelectorAll('.formula')].filter(f => f.scrollWidth > f.clientWidth + 1)
  .filter(f => getComputedStyle(f).overflowX !== 'auto' || f.tabIndex < 0
    || !getComputedStyle(f).backgroundImage.includes('gradient'))
  .map(f => f.textContent.slice(0, 60))"""


def test_a_formula_that_does_not_fit_a_phone_can_be_scrolled_and_says_so(page: Tab, site: Path) -> None:
    page.size(PHONE)
    for path in [*topics(site), site / "graph.html"]:
        page.open(path)
        assert page.run(LOST) == [], path


def test_in_the_printed_book_nothing_is_wider_than_the_paper(page: Tab, site: Path) -> None:
    # Were one formula wider, the browser would print all pages smaller.
    page.ask("Emulation.setEmulatedMedia", media="print")
    try:
        page.size(665)  # 176 mm, what the margins leave of A4, at 96 dots to the inch
        page.open(site / "derivations.html")
        wide = page.run(
            "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 666)"
            ".map(e => e.textContent.slice(0, 60)).slice(0, 5)"
        )
        assert wide == []
    finally:
        page.ask("Emulation.setEmulatedMedia", media="")
