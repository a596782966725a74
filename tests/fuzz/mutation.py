"""Sound files led astray: a few edits each, of the kinds that damage, mistakes and malice make."""

import struct

from hypothesis import strategies as st

# What numbers, cells and structure are replaced by.
TOKENS = [
    *(
        b"nan",
        b"inf",
        b"-inf",
        b"-1",
        b"-999",
        b"0",
        b"1e999",
        b"1e300",
        b"1.0e+15",
        b"1e-320",
        b"9" * 40,
        b"9" * 400,
        b"0x10",
        b"true",
        b"null",
    ),
    *(
        b"",
        b" ",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b'"',
        b"'",
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b"- ",
        b"&a ",
        b"*a",
    ),
    *(
        b"!!python/object/apply:os.system",
        b"<<: ",
        b"%",
        b"#",
        b"=cmd()",
        b"<script>",
        b"&lt;",
        b"<!DOCTYPE x>",
    ),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", "é".encode(), "\u202e".encode(), "\U0001f600".encode()),
    *(b"../../etc/passwd", b"/dev/null", b"E01000001", b"1970-01-01", b"1:1:1", b"~", b"yes", b"[" * 500),
    *(struct.pack("<i", -1), struct.pack("<q", 1 << 62), b"PAR1", b"\x1f\x8b", b"PK\x03\x04"),
]

EDITS = st.tuples(
    st.sampled_from(["token", "number", "cut", "drop", "double", "bytes", "flip", "cell", "lines"]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(TOKENS) | st.binary(max_size=12),
)


def edited(content: bytes, edit: tuple[str, float, float, bytes]) -> bytes:
    """One edit at a place that is a share of the file's length."""
    kind, where, far, payload = edit
    at = int(where * len(content))
    to = min(len(content), at + 1 + int(far**3 * 60))
    if kind == "lines":
        lines = content.split(b"\n")
        line = int(where * (len(lines) - 1))
        return b"\n".join([*lines[:line], *lines[line + 1 :], lines[line]])
    if kind in {"cell", "number"}:
        return _with_word(content, at, payload, numbers=kind == "number")
    flipped = bytes(byte ^ (1 << int(far * 7.99)) for byte in content[at : at + 1])
    instead = {
        "token": payload + content[at:],
        "cut": b"",
        "drop": content[to:],
        "double": content[at:to] * (2 + int(far * 40)) + content[to:],
        "bytes": payload + content[at + len(payload) :],
        "flip": flipped + content[at + 1 :],
    }
    return content[:at] + instead[kind]


def _with_word(content: bytes, at: int, payload: bytes, *, numbers: bool) -> bytes:
    """Replace the cell, or the number, that begins at or after a place."""
    inside = (
        b"0123456789.-" if numbers else b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- "
    )
    while at < len(content) and content[at] not in inside:
        at += 1
    end = at
    while end < len(content) and content[end] in inside:
        end += 1
    while at and content[at - 1] in inside:
        at -= 1
    return content[:at] + payload + content[end:]


def astray(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """Sound files after one to five edits."""

    def apply(seed: bytes, edits: list[tuple[str, float, float, bytes]]) -> bytes:
        for edit in edits:
            seed = edited(seed, edit)
        return seed[:200_000]

    return st.builds(apply, st.sampled_from(seeds), st.lists(EDITS, min_size=1, max_size=5))
