"""A report as a PDF to print: tagged for readers' aids, its typeface inside, the same bytes each time."""

import json
from dataclasses import asdict
from typing import Any, Final

from clinic_siting.errors import OutputError
from clinic_siting.report.blocks import Block, Document
from clinic_siting.report.fonts import font_files
from clinic_siting.report.html import KINDS, format_file

ACCESSIBLE: Final = "ua-1"


def render_pdf(document: Document) -> bytes:
    """The report as PDF/UA-1.

    Parameters
    ----------
    document
        The report; its texts are data to the typesetter, never markup.

    Raises
    ------
    OutputError
        Where the typesetter refuses the document.
    """
    import typst  # noqa: PLC0415 - only a report needs the typesetter

    folders = sorted({str(path.parent) for path in font_files()})
    # A typeface of the machine would make the bytes the machine's.
    fonts = typst.Fonts(include_system_fonts=False, font_paths=folders)
    try:
        written = typst.compile(
            format_file("report.typ").encode(),
            font_paths=fonts,
            sys_inputs={"document": json.dumps(as_data(document), ensure_ascii=False)},
            pdf_standards=[ACCESSIBLE],
        )
    except RuntimeError as problem:
        raise OutputError(f"report.pdf cannot be set: {str(problem).splitlines()[0]}") from problem
    return bytes(written)


def as_data(document: Document) -> dict[str, Any]:
    """A document as plain lists and dictionaries, each block with its kind."""
    data = asdict(document)
    for section, plain in zip(document.sections, data["sections"], strict=True):
        plain["blocks"] = [_block(block) for block in section.blocks]
    return data


def _block(block: Block) -> dict[str, Any]:
    plain = asdict(block)
    if "strong" in plain:
        plain["strong"] = sorted(plain["strong"])
    return {"kind": KINDS[type(block)], **plain}
