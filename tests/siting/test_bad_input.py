"""Bad input of ``clinic-siting solve``, through the command itself: refused in words, with its rows."""

import sys

import pytest

from clinic_siting import cli

TIMES = "zone_id,old,mid,east,far\n" + "\n".join(
    f"{zone},{','.join(str(5 * abs(i - place)) for place in (0, 2, 3, 5))}" for i, zone in enumerate("abcdef")
)
DEMAND = "zone_id,demand,side\na,100,W\nb,200,W\nc,100,W\nd,300,E\ne,100,E\nf,200,E"
SITES = "site_id,status,side\nold,existing,W\nmid,candidate,W\neast,candidate,E\nfar,candidate,E"
FILES = {"t": TIMES, "d": DEMAND, "s": SITES}


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Ask with some files or options changed: exit code and what was complained of."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str, rules: str = "", **changed: str | bytes) -> tuple[int, str]:
        for name, content in (FILES | changed).items():
            raw = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(raw)
        files = ["--times", "t.csv", "--demand", "d.csv", "--sites", "s.csv", "--out", "plan.json"]
        if rules:
            (tmp_path / "rules.yaml").write_text(rules, "utf-8")
            files += ["--rules", "rules.yaml"]
        asked = list(options)
        if "--objective" not in asked:
            asked += ["--objective", "mean"]
        if "--open" not in asked and "open:" not in rules and "fewest" not in asked:
            asked += ["--open", "1"]
        monkeypatch.setattr(sys, "argv", ["clinic-siting", "solve", *files, *asked])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr().err
        assert "Traceback" not in said
        assert (tmp_path / "plan.json").exists() == (not stop.value.code)
        return int(stop.value.code or 0), said

    return run


def test_what_is_right_is_answered(ask):
    assert ask()[0] == 0


def with_time(text: str) -> dict[str, str]:
    return {"t": TIMES.replace("b,5,", f"b,{text},", 1)}


def all_demand(text: str) -> dict[str, str]:
    return {"d": "zone_id,demand\n" + "\n".join(f"{zone},{text}" for zone in "abcdef")}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (with_time("nan"), ["minutes to old", "b: 'nan'"]),
        (with_time(""), ["minutes to old", "b: ''"]),
        (with_time("-2"), ["negative", "b → old: -2"]),
        (with_time("-999"), ["negative", "b → old: -999"]),
        (with_time("9999"), ["sentinel", "b → old: 9999"]),
        (with_time("-inf"), ["negative", "b → old: -inf"]),
        (with_time("5 min"), ["no number", "b: '5 min'"]),
        ({"t": TIMES.replace("f,25,15,10,0", "f,inf,inf,inf,inf")}, ["can reach no site", "  f"]),
        ({"t": TIMES.replace("\nf,", "\nx,")}, ["labels differ", "f: only in", "x: only in"]),
        ({"d": DEMAND.replace("\nf,", "\nx,")}, ["labels differ", "f: only in", "x: only in"]),
        ({"s": SITES.replace("far", "near")}, ["labels differ", "far: only in"]),
        ({"t": TIMES.replace("\nb,", "\na,")}, ["more than once", "  a"]),
        ({"d": DEMAND.replace("\nb,", "\na,")}, ["more than once", "  a"]),
        ({"s": SITES.replace("mid", "east")}, ["more than once", "  east"]),
        ({"t": TIMES.replace("mid,east", "east,east", 1)}, ["more than once", "  east"]),
        ({"d": DEMAND.replace("c,100", "c,-1")}, ["0 or more", "c", "-1"]),
        ({"d": DEMAND.replace("c,100", "c,inf")}, ["0 or more", "c", "inf"]),
        ({"d": DEMAND.replace("c,100", "c,")}, ["no number", "c: ''"]),
        ({"d": DEMAND.replace("c,100", "c,some")}, ["no number", "c: 'some'"]),
        (all_demand("0"), ["0 in every zone"]),
        ({"s": SITES.replace("mid,candidate", "mid,planned")}, ["status must be", "mid"]),
        ({"s": SITES.replace("mid,candidate", "mid,")}, ["status must be", "mid"]),
        ({"s": SITES.replace("candidate", "existing")}, ["s.csv", "no site is a candidate"]),
        ({"t": ""}, ["t.csv", "empty"]),
        ({"d": ""}, ["d.csv", "empty"]),
        ({"s": ""}, ["s.csv", "empty"]),
        ({"t": bytes(range(256))}, ["t.csv", "cannot be read"]),
        ({"d": bytes(range(256))}, ["d.csv", "cannot be read"]),
        ({"s": b"\x89PNG\r\n\x1a\n" + bytes(99)}, ["s.csv", "binary"]),
    ],
)
def test_bad_files_are_refused_with_their_rows(ask, changed, words):
    code, said = ask(**changed)
    assert code == 1
    for word in words:
        assert word in said
    assert len(said.strip().splitlines()) <= 6


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--objective", "speed"), 1, ["speed is none of", "mean, max, coverage"]),
        (("--open", "-1"), 1, ["number of new sites cannot be -1"]),
        (("--open", "two"), 2, ["Usage"]),
        (("--open", "1.5"), 2, ["Usage"]),
        (("--open", "4"), 3, ["4 sites are to be opened", "only 3 candidates"]),
        (("--objective", "fewest", "--share", "1"), 1, ["fewest needs a standard"]),
        (("--objective", "fewest", "--standard", "5"), 1, ["fewest", "share"]),
        (("--objective", "fewest", "--standard", "5", "--share", "2"), 1, ["more than 0 and at most 1"]),
        (("--objective", "fewest", "--standard", "5", "--share", "1", "--open", "1"), 1, ["fewest finds"]),
        (
            ("--objective", "fewest", "--standard", "4", "--share", "1"),
            3,
            ["all 3 candidates open 70.00%", "a share of 0.7 would do, or a standard of 5 minutes", "  b\n"],
        ),
        (("--objective", "coverage", "--standard", "-5"), 1, ["standard", "-5"]),
        (("--objective", "coverage", "--standard", "nan"), 1, ["standard", "nan"]),
        (("--objective", "gap"), 1, ["gap needs a group"]),
        (("--objective", "gap", "--group", "county"), 1, ["no column county", "columns: side"]),
        (("--objective", "weighted"), 1, ["weighted needs weights"]),
        (("--objective", "weighted", "--weight", "mean=-1"), 1, ["mean: -1"]),
        (("--objective", "weighted", "--weight", "speed=1"), 1, ["unknown term", "speed"]),
        (("--objective", "weighted", "--weight", "mean"), 2, ["TERM=NUMBER"]),
        (("--weight", "mean=1"), 1, ["belongs to the objective weighted"]),
        (("--force", "mid", "--forbid", "mid"), 1, ["both forced and forbidden", "mid"]),
        (("--force", "mid", "--force", "far"), 3, ["2 requirements together", "mid must be", "far must be"]),
        (("--force", "nowhere"), 1, ["no candidates", "nowhere"]),
        (("--force", "old"), 1, ["no candidates", "old (old): is an existing site"]),
        (("--forbid", "mid", "--forbid", "east", "--forbid", "far"), 3, ["requirements together"]),
        (("--require", "side=E"), 1, ["county=Kent:1", "side=E"]),
        (("--require", "side=E:1", "--require", "side=W:1"), 3, ["2 requirements together", "give way by 1"]),
        (("--require", "side=X:1"), 1, ["no side is called so", "known: E, W"]),
        (("--require", "sid=E:1"), 1, ["no column sid", "sid: did you mean side?"]),
        (("--require", "site_id=middle:1"), 1, ["no site_id is called so", "middle: did you mean mid?"]),
        (("--force", "fat"), 1, ["no candidates", "fat: did you mean far?"]),
        (("--require", "county=Kent:1"), 1, ["no column county"]),
        (("--time-limit", "0"), 1, ["more than 0 seconds"]),
        (("--time-limit", "-3"), 1, ["more than 0 seconds"]),
        (("--top", "0"), 1, ["at least 1 plan"]),
        (("--solver", "Oracle"), 1, ["Oracle is not there"]),
    ],
)
def test_questions_that_make_no_sense_are_refused_in_words(ask, options, code, words):
    got, said = ask(*options)
    assert got == code, said
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("rules", "code", "words"),
    [
        ("siting: {open: -2}", 1, ["cannot be -2"]),
        ("siting: {budget: 1}", 1, ["no column cost"]),
        (
            "siting: {guard_rails: [{group: side, mean_at_most_min: 1}]}",
            3,
            ["no side may have a mean above 1", "give way by", "minutes (side "],
        ),
        ("siting: {min_volume: 901}", 3, ["needs a demand of 901", "give way by"]),
        ("siting: {capacity: {old: 1, mid: 1, east: 1, far: 1}}", 3, ["room for everyone", "give way by"]),
        ("siting: {capacity: {nowhere: 1}}", 1, ["capacity", "nowhere"]),
        ("siting: {capacity: {olf: 1}}", 1, ["capacity", "olf: did you mean old?"]),
        ("siting: {close: [olt]}", 1, ["not existing", "olt: did you mean old?"]),
        ("siting: {either: [[mid, easst]]}", 1, ["no candidates", "easst: did you mean east?"]),
        ("siting: {guard_rails: [{group: sides, mean_at_most_min: 9}]}", 1, ["sides: did you mean side?"]),
        ("siting: {min_apart_min: 100}", 3, ["100 minutes or more", "minutes would do"]),
        ("siting: {close: [mid]}", 1, ["not existing", "mid"]),
        ("siting: {relocate: 2}", 3, ["2 existing sites cannot close", "only 1"]),
        ("siting: {either: [[mid, far]], force: [mid, far], open: 2}", 3, ["requirements together"]),
        ("siting: {oppen: 1}", 1, ["oppen: did you mean open?"]),
        ("siting: {then: {objective: fewest}}", 1, ["share to cover"]),
        ("siting: {then: {objective: mad, within: -1}}", 1, ["share of 0 or more"]),
        ("", 0, []),
    ],
)
def test_rules_that_cannot_hold_are_refused_in_words(ask, rules, code, words):
    got, said = ask(rules=rules)
    assert got == code, said
    for word in words:
        assert word in said


def test_the_number_of_sites_can_be_neither_of_two_objectives(ask):
    options = ("--objective", "fewest", "--standard", "10", "--share", "0.9")
    code, said = ask(*options, rules="siting: {then: {objective: mad}}")
    assert code == 1
    assert "fewest" in said
