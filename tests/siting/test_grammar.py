"""One grammar for configs and rules files: read, written back, refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.errors import ConfigError
from clinic_siting.siting import GuardRail, Requirement, Rules
from clinic_siting.siting.grammar import block_of, parse_requirement, read_block, read_rules_file

EVERYTHING = """
siting:
  open: 2
  weights: {mean: 1, variation: 2}
  variation: sd
  require: [{alliance_name: "Kent and Medway", at_least: 1}, {county: [Essex, Thurrock], at_most: 1}]
  force: [s1]
  forbid: s2
  either: [[s3, s4]]
  min_apart_min: 20
  budget: 1000.5
  capacity: {old: 120}
  min_volume: 15
  guard_rails: [{group: imd_decile, worse_by_at_most_min: 0}, {group: alliance_name, mean_at_most_min: 45}]
  close: [old]
  relocate: 1
  phases: [1, 1]
  then: {objective: mad, within: 0.02}
"""


def write(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text, "utf-8")
    return path


def test_every_key_is_read(tmp_path):
    block = read_rules_file(write(tmp_path, EVERYTHING))
    assert block.rules == Rules(
        n_open=2,
        require=(
            Requirement({"alliance_name": ("Kent and Medway",)}, 1),
            Requirement({"county": ("Essex", "Thurrock")}, 0, 1),
        ),
        force=("s1",),
        forbid=("s2",),
        either=(("s3", "s4"),),
        min_apart_min=20.0,
        budget=1000.5,
        capacity={"old": 120.0},
        min_volume=15.0,
        guard_rails=(GuardRail("imd_decile", None, 0.0), GuardRail("alliance_name", 45.0)),
        close=("old",),
        relocate=1,
    )
    assert block.score.weights == {"mean": 1, "variation": 2}
    assert block.score.variation == "sd"
    assert block.then.objective.name == "mad"
    assert block.then.within == 0.02
    assert block.phases == (1, 1)


def test_the_block_may_stand_alone(tmp_path):
    block = read_rules_file(write(tmp_path, "force: [a]"))
    assert block.rules.force == ("a",)
    assert block.n_open is None


names = st.sampled_from(["a", "b", "c", "d"])


@settings(deadline=None, max_examples=50)
@given(
    st.builds(
        Rules,
        n_open=st.integers(0, 5),
        require=st.lists(
            st.builds(Requirement, st.dictionaries(names, st.tuples(names), min_size=1), st.integers(0, 3))
        ).map(tuple),
        force=st.lists(names, max_size=2).map(tuple),
        min_apart_min=st.sampled_from([0.0, 12.5]),
        budget=st.sampled_from([None, 7.0]),
        capacity=st.dictionaries(names, st.just(3.0)),
        guard_rails=st.lists(st.builds(GuardRail, names, st.just(30.0))).map(tuple),
        relocate=st.integers(0, 2),
    )
)
def test_rules_written_as_a_block_are_read_back_the_same(rules):
    assert read_block(block_of(rules)).rules == rules


def test_a_requirement_in_one_text():
    assert parse_requirement("county=Essex|Thurrock:1") == Requirement({"county": ("Essex", "Thurrock")}, 1)
    assert parse_requirement("name=St John: east:2") == Requirement({"name": ("St John: east",)}, 2)


@pytest.mark.parametrize(
    "text", ["county", "county=Kent", "county:1", "=Kent:1", "county=:1", "county=Kent:-1"]
)
def test_a_requirement_of_another_form_is_refused(text):
    with pytest.raises(ConfigError, match="write it as 'county=Kent:1'"):
        parse_requirement(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("foce: [a]", r"(?s)1 unknown key.*foce: did you mean force\?"),
        ("zzz: 1", r"(?s)1 unknown key.*zzz: known are"),
        ("open: two", "open: expected a whole number"),
        ("open: true", "open: expected a whole number"),
        (f"open: {10**400}", "open: expected a whole number of at most 1,000,000,000"),
        (f"weights: {{mean: {10**400}}}", r"weights: mean: expected a number of at most 1e\+12"),
        ("budget: [1]", "budget: expected a number"),
        ("budget: .nan", "numbers from 0"),
        ("force: {a: 1}", "force: expected a list"),
        ("force: [[a]]", "force: expected a name"),
        ("require: [1]", "require: expected keys and values"),
        ("require: [{at_least: 1}]", "must name a column"),
        ("require: [{county: Kent, at_least: x}]", "at_least: expected a whole number"),
        ("guard_rails: [{grup: a}]", r"(?s)guard_rails: 1 unknown key.*did you mean group"),
        ("guard_rails: [{mean_at_most_min: 3}]", "guard_rails: group: expected a name"),
        ("then: {objective: speed}", "speed is none of"),
        ("weights: {mean: lots}", "weights: mean: expected a number"),
        ("[1, 2]", "expected keys such as"),
        ("siting: 3", "siting: expected keys and values"),
        ("a: [", "is not readable YAML"),
        ("!!python/object/apply:os.system ['true']", "is not readable YAML"),
        ("[" * 5_000, "is not readable YAML"),
        ("x" * 2_000_000, "a config has at most a million"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, text, words):
    with pytest.raises(ConfigError, match=words):
        read_rules_file(write(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_rules_file(tmp_path / "nowhere.yaml")
