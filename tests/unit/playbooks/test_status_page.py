# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in a real browser, where there is one; what it holds, without."""

from __future__ import annotations

import os
import re
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.account import account_report
from ansible_collections.nodana.cloud.tests.support import browser
from ansible_collections.nodana.cloud.tests.support.accounts import (
    AT_RISK,
    HEALTHY,
    NODE,
    NOW,
    SEALED,
    TROUBLE,
    app,
    health,
    hostile,
    node,
    node_report,
    report,
    risk_report,
)
from ansible_collections.nodana.cloud.tests.support.templates import PLAYBOOKS, render

HOSTILE = (
    "<script>window.hacked = 1; console.log(1)</script>",
    '"\'><img src=http://127.0.0.1:9/x onerror="window.hacked = 1">',
    "javascript:window.hacked=1",
    "</style></title></table></section><b>",
    "{{ 6 * 7 }}{% raw %}<!--",
    "w" * 300,
    "ﷺ\u202e\x00" * 30,
)
CHROMIUM = browser.installed()
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to show status.html with")

OVERFLOWING = """
[...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML)
"""
# The contrast of each text with what is behind it, as WCAG counts it.
UNREADABLE = """
(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = text => rgb(text).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => { const c = getComputedStyle(e).backgroundColor;
    return (rgb(c)[3] ?? 1) ? c : e.parentElement ? behind(e.parentElement) : 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length)
    .filter(e => { const pair = [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => b - a);
      return (pair[0] + 0.05) / (pair[1] + 0.05) < 4.5; }).map(e => e.outerHTML);
})()
"""


class Tags(HTMLParser):
    """Every tag with its attributes, and the text of all."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def render_page(result):
    return render("status.html.j2", report=result)


def test_each_expression_escapes_html_or_is_a_constant():
    source = (PLAYBOOKS / "templates" / "status.html.j2").read_text(encoding="utf-8")
    expressions = re.findall(r"{{ *(.*?) *}}", source, re.DOTALL)
    assert len(expressions) == source.count("{{")
    constant = re.compile(r"'[a-z ]*' if [\w.]+ == 1 else '[a-z ]*'")
    unescaped = [text for text in expressions if not re.search(r"\| e$|^(amount|table|reasons)\([^()]*\)$", text)]
    assert [text for text in unescaped if not constant.fullmatch(text)] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_comes_from_elsewhere_is_text_and_nothing_else(text):
    page = Tags(render_page(hostile(text)))
    harmless = Tags(render_page(hostile("word")))
    assert [tag for tag, _attributes in page.tags if tag != "a"] == [tag for tag, _a in harmless.tags if tag != "a"]
    assert any(text[:20].replace("\x00", "\ufffd") in piece.replace("\x00", "\ufffd") for piece in page.text)
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert all(link.startswith(("https://a.example/", "#app-")) for link in links)


def test_the_page_asks_for_nothing_and_runs_nothing():
    html = render_page(report(TROUBLE))
    page = Tags(html)
    assert not {"script", "img", "iframe", "object", "embed", "form"} & {tag for tag, _attributes in page.tags}
    assert [attributes for tag, attributes in page.tags if tag == "link"] == [{"rel": "icon", "href": "data:,"}]
    assert not re.search(r"url\(|@import|\bsrc=", html)


@pytest.mark.parametrize(
    ("account", "title", "heading"),
    [
        (HEALTHY, "All healthy", "The app is healthy"),
        (TROUBLE, "4 to fix", "Money at risk: Nodana may delete 1 of 9 apps"),
        (TROUBLE, "4 to fix", "3 other apps need attention"),
        (AT_RISK, "3 to fix", "Money at risk: Nodana may delete 3 of 3 apps"),
        (([], []), "All healthy", "There are no apps"),
        (SEALED, "1 to fix", "The secrets of 1 app cannot be read"),
        (SEALED, "1 to fix", "nutshell-app-2.yml cannot be read: None of the vault passwords opens it"),
    ],
)
def test_the_first_words_say_how_it_is(account, title, heading):
    html = render_page(report(account))
    assert f"<title>{title} · Nodana</title>" in html
    assert heading in html


class Shown:
    """The page of a report in a browser, in windows of any width."""

    def __init__(self, page, folder):
        self.page, self.file = page, folder / "status.html"

    def open(self, result, width, **medium):
        self.file.write_text(render_page(result), encoding="utf-8")
        self.page.show(width, **medium)
        self.page.open(self.file)
        return self.page

    def events(self):
        """Return all events except the loading of the file itself: requests, errors and console messages."""
        own, *others = self.page.events
        assert own["params"]["request"]["url"] == self.file.as_uri()
        return others


@pytest.fixture
def shown(tmp_path):
    assert CHROMIUM is not None
    with browser.browser(CHROMIUM, tmp_path / "profile") as page:
        yield Shown(page, tmp_path)


@needs_chromium
def test_it_fits_can_be_read_and_stays_alone_on_phones_and_screens(shown):
    sizes = ((400, "light"), (400, "dark"), (1280, "light"), (1280, "dark"))
    shots = [
        (name, result, *size)
        for name, result in (("trouble", report(TROUBLE)), ("risk", risk_report()))
        for size in sizes
    ]
    for name, result, width, scheme in (("trouble", report(TROUBLE), 320, "light"), *shots):
        page = shown.open(result, width, scheme=scheme)
        picture = page.screenshot()
        keep(picture, f"status-{name}-{width}-{scheme}.png")
        assert size(picture) == (width, page.run("document.documentElement.scrollHeight"))
        assert colours(picture) > 20
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run(OVERFLOWING) == []
        assert page.run(UNREADABLE) == []
        assert shown.events() == []


@needs_chromium
def test_secrets_that_cannot_be_read_stand_out_and_fit(shown):
    for width, scheme in ((400, "light"), (1280, "light"), (1280, "dark")):
        page = shown.open(report(SEALED), width, scheme=scheme)
        keep(page.screenshot(), f"status-sealed-{width}-{scheme}.png")
        assert page.run(OVERFLOWING) == []
        assert page.run(UNREADABLE) == []
        assert page.run(
            "document.querySelector('.verdict.problem a').hash === '#' + document.querySelectorAll('tr')[2].id"
        )
        red = "['.verdict.problem h2', 'p.unreadable'].map(e => getComputedStyle(document.querySelector(e)).color)"
        assert len(set(page.run(red))) == 1
        assert shown.events() == []


@needs_chromium
def test_trouble_stands_out(shown):
    page = shown.open(report(TROUBLE), 1280)
    tint = "[...document.querySelectorAll('tr.{}')].map(e => getComputedStyle(e.children[1]).backgroundColor)"
    critical, problems, fine = (page.run(tint.format(severity)) for severity in ("critical", "problem", "ok"))
    assert (len(critical), len(problems), len(fine)) == (1, 3, 2)
    assert not {*critical, *problems} & set(fine)
    rows = page.run("[...document.querySelectorAll('.project tbody')].map(e => [...e.children].map(r => r.className))")
    assert rows == [["critical", "problem", "notice", "ok"], ["problem", "problem", "notice", "notice", "ok"]]
    assert page.run("document.querySelector('main').firstElementChild.className") == "verdict critical"
    assert page.run("[...document.querySelectorAll('.verdict a')].every(a => document.querySelector(a.hash))")


@needs_chromium
def test_apps_and_nodes_at_risk_stand_out_alike(shown):
    page = shown.open(risk_report(), 1280)
    rows = page.run("[...document.querySelectorAll('.project tbody')].map(e => [...e.children].map(r => r.className))")
    assert rows == [["critical"], ["critical", "critical"], ["critical", "critical"]]
    looks = "[...document.querySelectorAll('tr.critical')].map(e => [e, e.children[1].firstElementChild].map("
    assert len({tuple(look) for look in page.run(looks + "p => getComputedStyle(p.cells?.[0] ?? p).boxShadow))")}) == 1
    listed = page.run(
        "[...document.querySelectorAll('.verdict.critical a')].map(a => document.querySelector(a.hash).className)"
    )
    assert listed == ["critical"] * 5


@needs_chromium
def test_hostile_text_neither_runs_nor_breaks_the_page(shown):
    for text, width in (*((text, 390) for text in HOSTILE), ("".join(HOSTILE), 1280)):
        page = shown.open(hostile(text), width)
        assert page.run("window.hacked === undefined && document.scripts.length === 0")
        assert page.run(OVERFLOWING) == []
        assert shown.events() == []


@needs_chromium
def test_on_paper_it_is_dark_on_white_whatever_the_screen(shown):
    for name, result in (("trouble", report(TROUBLE)), ("risk", risk_report())):
        page = shown.open(result, 718, media="print", scheme="dark")
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.run(OVERFLOWING) == []
        assert page.run(UNREADABLE) == []
        assert page.run("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
        paper = page.pdf()
        keep(paper, f"status-{name}.pdf")
        assert paper.startswith(b"%PDF")


def test_an_lnbits_shows_its_balance_and_its_wallets_without_channels():
    money = {**NODE, "balance_sat": 5000, "wallets_sat": 4000}
    money.update(dict.fromkeys(("node_id", "chain", "channels", "fee_credit_sat")))
    lnbits = app(1, "lnbits-phoenixd"), health(1, "healthy", "it is healthy", node=money)
    text = " ".join("".join(Tags(render_page(report(([lnbits[0]], [lnbits[1]])))).text).split())
    assert "5 000 sat 4 000 sat in its wallets" in text.replace("\u202f", " ").replace("\u00a0", " ").replace(",", " ")
    assert "None" not in text
    assert "channel" not in text


def test_nodes_have_their_own_table_with_failures_and_versions():
    nodes = [node(1, "shop"), node(2, "till", status="failed", failure_message="no disk"), node(3, None, version=None)]
    html = render_page(node_report(nodes, [health(1, "healthy", "it is healthy")] * 3))
    assert "1 of 3 nodes need attention" in html
    assert '<a href="#app-0"><b>till</b> node-2</a>: no disk' in html
    assert "<b>phoenixd</b> <code>node-3</code>" in html
    assert "<code>0.8.0</code>" in html
    assert "Apps</dt>" not in html
    assert "There are no nodes" in render_page(node_report([], []))


def test_apps_without_services_show_the_version_of_the_app_or_that_it_is_not_known():
    apps = [app(1, "phoenixd", ()), app(2, "boltzd", ())]
    html = render_page(report((apps, [health(1, "healthy", "x", version="0.7.2"), health(2, "responding", "x")])))
    assert "<p><code>0.7.2</code></p>" in html
    assert html.count('<p class="none">not known</p>') == 1


def test_an_app_of_a_project_that_is_not_listed_is_shown():
    html = render_page(account_report([], *HEALTHY, NOW))
    assert "unknown project" in html
    assert "app-1" in html


def test_nodes_that_were_not_listed_are_a_problem_of_a_healthy_account():
    result = account_report([], *HEALTHY, NOW, unlisted="No <scopes> for nodes")
    assert result["problems"] == ["the nodes were not listed: No <scopes> for nodes"]
    html = render_page(result)
    assert "<title>1 to fix" in html
    assert "The nodes were not listed" in html
    assert "No &lt;scopes&gt; for nodes" in html


def test_a_report_without_anything_still_makes_a_page():
    assert NOW in render_page(account_report([], [], [], NOW))


def keep(picture, name):
    """Leave it for people to look at, in the folder that they name."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder, name).write_bytes(picture)


def size(png):
    return struct.unpack(">II", png[16:24])


def colours(png):
    """Count different bytes of the uncompressed picture: an empty page has next to none."""
    place, data = 8, b""
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        data += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    return len(set(zlib.decompress(data)))


def test_words_that_repeat_the_state_are_left_out():
    shown = [health(1, "healthy", "it is healthy"), health(2, "responding", "it responds")]
    html = render_page(report(([app(1, "phoenixd"), app(2, "boltzd")], shown)))
    assert "it is healthy" not in html
    assert "it responds" not in html
    noted = [health(1, "responding", "its password is not known")]
    assert "<p>its password is not known</p>" in render_page(report(([app(1, "phoenixd")], noted)))


def test_a_page_of_apps_at_risk_tells_the_rule_and_the_time_left():
    html = render_page(report(AT_RISK))
    panel, _end, tables = html.partition("</section>")
    rule = "NODANA DELETES SUCH APPS AFTER 48 HOURS, WITH THE MONEY IN THEM"
    assert (panel.count(rule), tables.count(rule)) == (1, 3)
    assert panel.count("it is cordoned, which probably means") == 2
    assert render_page(report(TROUBLE)).partition("</section>")[0].count(rule) == 1
    assert "it is deleted from 2026-11-25 10:25 UTC on: 38 hours are left" in html
    assert "need attention" not in html
    assert "Nothing is broken" not in html


def test_nodes_at_risk_are_counted_and_named_with_the_apps():
    html = render_page(risk_report())
    assert "Money at risk: Nodana may delete 5 of 5 apps and nodes" in html
    assert "<b>till</b> node-2</a>: it is cordoned" in html
    # A stopped app and a stopped node, each in the box and in its row.
    assert html.count("it is stopped, and no app and no node of the account runs") == 4


def test_costs_are_shown_for_each_project_and_in_total():
    html = render_page(report(HEALTHY))
    assert "$0.34 per day, $10.07 per month" in html
    assert "<dt>Cost per month</dt><dd><small>$</small>10.07</dd>" in html
    assert html.count("in dollars per minute") == 1
    assert "Known cost" not in html
    assert "not known" not in html


def test_costs_that_are_not_known_are_told():
    html = render_page(report(TROUBLE))
    assert "<dt>Known cost per day</dt>" in html
    assert "per month · cost of 1 app not known</small>" in html
    assert html.count("The costs do not include 1 of 9 apps, for which the API reports no rate.") == 1
