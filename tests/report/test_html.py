"""One file, nothing from outside, text that is only text."""

import re
from html.parser import HTMLParser

import pytest

from clinic_siting.report.blocks import Column, Document, Prose, Section, table
from clinic_siting.report.document import compose
from clinic_siting.report.html import head_of, render_html

VOID = {"meta", "link", "br", "hr", "img", "input", "use"}


class Structure(HTMLParser):
    """Collects tags and notices any that does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's own signature
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: ARG002 - the same
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def page(data) -> str:
    return render_html(compose(data))


def test_the_page_is_whole(page):
    structure = Structure()
    structure.feed(page)
    assert (structure.open, structure.wrong) == ([], [])
    assert structure.tags.count("h1") == 1
    assert structure.tags.count("h2") == 8
    assert structure.tags.count("svg") == 5


def test_the_page_asks_nothing_of_the_network_and_runs_no_script(page):
    assert "<script" not in page
    assert not re.search(r"\b(?:src|href)\s*=\s*[\"'](?!#)", page.replace("xlink:href", "href"))
    assert not re.search(r"@import|url\((?!#)", page)
    assert "default-src 'none'" in page


def test_readers_aids_find_language_headings_captions_and_words_for_pictures(page):
    assert '<html lang="en-GB">' in page
    assert page.count("<caption>") == page.count("<table>")
    assert page.count('role="img" tabindex="0" aria-label="') == page.count("<figure")
    assert 'scope="col"' in page
    assert 'scope="row"' in page


def test_ids_inside_pictures_do_not_clash(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    sections = [name for name in ids if name.startswith(("part-", "title-"))]
    assert len(sections) == len(set(sections))


def test_text_from_data_is_only_text(hostile):
    page = render_html(compose(hostile))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    structure = Structure()
    structure.feed(page)
    assert (structure.open, structure.wrong) == ([], [])


def test_the_same_report_has_the_same_bytes(data, page):
    assert render_html(compose(data)) == page


def test_a_table_without_headings_has_no_head():
    rows = table("Facts", [Column("", "left"), Column("")], [["a", "1"]])
    page = render_html(Document("t", "s", "l", (Section("One", (rows, Prose("x"))),), "f", 2020))
    assert "<thead>" not in page
    assert '<th scope="row" class="left">a</th>' in page
    assert head_of(table("n", [Column("n")], [["1"]])) == -1
