"""A print that readers' aids understand, with its typeface inside and no clock."""

import re
from dataclasses import replace

import pytest

from clinic_siting.errors import OutputError
from clinic_siting.report import pdf
from clinic_siting.report.document import compose
from clinic_siting.report.pdf import as_data, render_pdf


@pytest.fixture(scope="module")
def written(data) -> bytes:
    return render_pdf(compose(data))


def test_the_print_is_a_tagged_pdf_in_its_own_typeface(written):
    assert written.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in written
    assert b"pdfuaid" in written
    assert b"Arimo" in written
    assert b"/Lang" in written


def test_the_print_bears_the_date_of_the_figures(written):
    assert re.findall(rb"/CreationDate\s*\(D:(\d{4})0101", written) == [b"2021"]


def test_the_same_report_has_the_same_bytes(data, written):
    assert render_pdf(compose(data)) == written


def test_text_from_data_is_never_markup(hostile):
    assert render_pdf(compose(hostile)).startswith(b"%PDF")


def test_each_block_tells_its_kind(data):
    kinds = {block["kind"] for section in as_data(compose(data))["sections"] for block in section["blocks"]}
    assert kinds == {"prose", "points", "cards", "table", "picture"}


def test_a_typesetter_that_refuses_is_told_in_one_line(data, monkeypatch):
    monkeypatch.setattr(pdf, "format_file", lambda _name: "#panic()")
    with pytest.raises(OutputError, match=r"report\.pdf cannot be set"):
        render_pdf(replace(compose(data), sections=()))
