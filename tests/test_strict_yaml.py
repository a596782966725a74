"""A config is words and plain values, however cunning the file."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError
from clinic_siting.strict_yaml import read_yaml

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture
def file(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "c.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def test_plain_values_are_read(file):
    assert read_yaml(file("\ufeffa: {b: [1, x, 2.5, true]}\n")) == {"a": {"b": [1, "x", 2.5, True]}}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("a: !!python/name:os.system", "could not determine a constructor"),
        ("!!python/object/new:subprocess.Popen [['true']]", "could not determine a constructor"),
        (LAUGHS, "aliases are not allowed here"),
        ("a: &a {<<: *a}", "aliases are not allowed here"),
        ("a: &a [*a]", "aliases are not allowed here"),
        ("a: 1\na: 2", "the key 'a' is given twice"),
        ("a: {b: 1, b: 2}", "the key 'b' is given twice"),
        ("? [1]\n: 2", "a key must be a word"),
        ("? {a: 1}\n: 2", "a key must be a word"),
        ("a: " + "[" * 3_000, "is not readable YAML"),
        ("a: [" + "1," * 30_000 + "]", "more than 20,000 values"),
        ("a: " + ":".join(["1"] * 20_000), "a value is too long"),
        ("a: " + "9" * 9_000, "is not readable YAML"),
        ("a: 2020-13-45", "is not readable YAML"),
        ("a: [", "is not readable YAML"),
        ("--- 1\n--- 2\n", "is not readable YAML"),
        (b"a: \xff\xfe", "is not readable YAML"),
        ("- a", "expected keys such as"),
        ("", "expected keys such as"),
        ("1: a", r"unknown key\(s\) 1"),
        ("#" * 1_000_001, "bytes long; a config has at most a million"),
    ],
)
def test_anything_else_is_refused_at_once(file, text, verdict):
    began = time.process_time()
    with pytest.raises(ConfigError, match=verdict) as refusal:
        read_yaml(file(text))
    assert "\n" not in str(refusal.value)
    assert time.process_time() - began < 10


def test_a_file_that_is_not_there_is_refused(tmp_path):
    for path, verdict in (
        (tmp_path / "nowhere.yaml", "cannot be read: No such file"),
        (tmp_path, "cannot be read: it is not a file"),
        (tmp_path / "a\x00", "no file can have this name"),
    ):
        with pytest.raises(ConfigError, match=verdict):
            read_yaml(path)


@given(st.text(st.sampled_from("ab:1.,-[]{}&*!|>?#\"' \n\t%@<=~"), max_size=40) | st.text(max_size=30))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(read_yaml(path), dict)
    except ConfigError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 - either outcome is right; a third is not
