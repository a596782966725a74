"""A planner's own referrals: no file that a run writes holds a small count, or lets one be worked out."""

import hashlib
import io
import json
import re
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest

from clinic_siting import evidence, pipeline, publish, report, telling
from clinic_siting.config import read_config
from clinic_siting.disclosure import protect
from clinic_siting.pipeline import Answer
from clinic_siting.sharing import marked, share_counts, share_outcome
from clinic_siting.sharing.system import linked_counts

# By zone, so that a clinic or two receive a handful from an alliance.
REFERRALS = [3, 0, 4, 12, 1, 2, 8, 2, 6, 0, 5, 33]


@pytest.fixture(scope="module")
def config(shared_toy_config, tmp_path_factory):
    """The toy scenario with referrals of the planner's own, in a folder of this module's own."""
    folder = tmp_path_factory.mktemp("referrals")
    toy = shared_toy_config.parent.parent
    shutil.copytree(toy / "data", folder / "data")
    shutil.copytree(toy / "config", folder / "config")
    data = folder / "data" / "toy"
    zones = pd.read_csv(data / "zones.csv.gz").assign(referrals=REFERRALS)
    zones.to_csv(data / "zones.csv.gz", index=False, compression={"method": "gzip", "mtime": 0})
    manifest = pd.read_csv(data / "manifest.csv", keep_default_na=False).set_index("file")
    manifest.loc["zones.csv.gz", "sha256"] = hashlib.sha256((data / "zones.csv.gz").read_bytes()).hexdigest()
    manifest.to_csv(data / "manifest.csv")
    path = folder / "config" / "toy.yaml"
    path.write_text(path.read_text("utf-8") + "\ndemand: {model: referrals}\n", encoding="utf-8")
    return read_config(path)


@pytest.fixture(scope="module")
def answer(config) -> Answer:
    return pipeline.run(config)


@pytest.fixture(scope="module")
def tables(answer) -> dict[str, pd.DataFrame]:
    ground = answer.ground
    made = evidence.fairness_tables(answer, "referrals a year")
    made["sites.csv"] = report.site_table(ground.sites, answer.siting.plan.chosen, answer.volumes)
    made["zones.csv"] = report.zone_table(ground.zones, ground.patients, answer.today, answer.planned)
    made["measures.csv"] = answer.measures.table.set_index("grouping")
    made["ranking.csv"] = answer.siting.ranking
    return made


@pytest.fixture(scope="module")
def folder(config, answer, tmp_path_factory):
    """What a run writes."""
    place = tmp_path_factory.mktemp("published")
    publish.publish(answer, config, out=place / "outputs", maps=place / "maps", announce=lambda _: None)
    return place / "outputs" / "toy"


@pytest.fixture(scope="module")
def shared(answer, tables):
    return share_counts(answer, tables)


def may_be_shared(counts: pd.Series) -> bool:
    known = counts.dropna()
    return bool(((known == 0) | ((known % 5 == 0) & (known >= 10))).all())


def test_every_count_is_a_multiple_of_five_or_kept_back(shared):
    _, made = shared
    for name, columns in {
        "flows.csv": ["today", "planned"],
        "clinics.csv": ["today", "planned"],
        "sites.csv": ["today", "planned"],
        "gains.csv": ["cases"],
        "gains_by_alliance.csv": ["cases"],
        "gains_by_authority.csv": ["cases"],
    }.items():
        for column in columns:
            assert may_be_shared(made[name][column]), (name, column)


def test_small_areas_keep_their_minutes_and_lose_their_counts(shared, tables):
    _, made = shared
    assert made["zones.csv"]["demand"].isna().all()
    pd.testing.assert_series_equal(made["zones.csv"]["minutes_today"], tables["zones.csv"]["minutes_today"])


def test_a_count_is_the_same_in_every_table(shared):
    _, made = shared
    clinics = made["clinics.csv"].reset_index().query("role != 'all'").set_index("site_id")
    for when in ("today", "planned"):
        both = clinics[when].align(made["sites.csv"][when], join="inner")
        pd.testing.assert_series_equal(*both, check_names=False)


def test_changes_are_worked_out_from_what_is_shared(shared):
    _, made = shared
    for name in ("flows.csv", "clinics.csv", "sites.csv"):
        expected = made[name]["planned"] - made[name]["today"]
        pd.testing.assert_series_equal(made[name]["change"], expected, check_names=False)


def test_counts_and_sums_of_all_tables_meet_as_one_system(answer, tables):
    system = linked_counts(answer, tables)
    assert system.counts["all"] == sum(REFERRALS)
    for line in system.sums:
        if all(part in system.counts for part in line.parts):
            assert sum(system.counts[part] for part in line.parts) == pytest.approx(system.counts[line.total])


def test_patients_are_spread_by_residents_so_that_a_page_holds_no_count(shared, answer):
    given, _ = shared
    people = answer.ground.zones.table["population"]
    per_head = given.ground.demand / people
    for _, own in per_head.groupby(answer.ground.zones.table["alliance_name"]):
        assert own.max() == pytest.approx(own.min())
    assert given.ground.demand.sum() == pytest.approx(sum(REFERRALS), abs=10)


def test_groups_of_a_handful_are_not_measured(shared, answer):
    given, _ = shared
    counted = answer.ground.patients.groupby(answer.ground.groups["imd_decile"].astype(str)).sum()
    handful = set(counted[(counted > 0) & (counted < 8)].index)
    table = given.measures.table
    assert handful
    assert not handful & set(table.loc[table["grouping"] == "imd_decile", "group"])
    assert {"mean", "coverage"} <= set(table.loc[table["grouping"] == "everyone", "measure"])


def test_the_measures_of_everyone_are_coarse(shared):
    given, _ = shared
    everyone = given.measures.table.query("grouping == 'everyone' and unit == 'minutes'")
    assert (everyone["today"].round(1) == everyone["today"]).all()
    assert given.siting.plan.proven


def test_a_table_that_is_not_known_stays_in_the_house(answer, tables):
    _, made = share_counts(answer, {**tables, "by_doctor.csv": tables["zones.csv"]})
    assert "by_doctor.csv" not in made


def test_scenarios_that_are_compared_are_protected_too(answer, config):
    outcome = pipeline.measure(answer.ground, answer.siting, config)
    siting, shared = share_outcome(answer.ground, answer.siting, outcome)
    for when in ("today", "planned"):
        assert may_be_shared(shared.volumes[when])
    assert siting.plan.chosen == answer.siting.plan.chosen
    assert len(shared.measures.table) < len(outcome.measures.table)


def test_a_reader_sees_that_a_count_is_kept_back(shared):
    _, made = shared
    shown = marked(made)
    assert (shown["zones.csv"]["demand"] == "[c]").all()
    assert "[c]" in set(shown["flows.csv"]["today"]) | set(shown["flows.csv"]["planned"])
    assert shown["zones.csv"]["minutes_today"].dtype.kind == "f"


def test_no_file_of_a_run_holds_a_small_area_s_count(folder):
    assert not (folder / "demand.csv").exists()
    assert pd.read_parquet(folder / "zones.parquet")["demand"].isna().all()
    flows = pd.read_csv(folder / "flows.csv")
    counts = pd.to_numeric(flows["today"].replace("[c]", np.nan))
    assert may_be_shared(counts)
    with zipfile.ZipFile(io.BytesIO((folder / "results.xlsx").read_bytes())) as book:
        assert "[c]" in book.read("xl/sharedStrings.xml").decode()
    caveats = (folder / "report.html").read_text("utf-8")
    assert "1 to 7 are kept back" in caveats
    assert json.loads((folder / "plan.json").read_text("utf-8"))["proven"] is True


def test_expected_cases_are_not_suppressed(toy_files):
    assert b"[c]" not in toy_files["outputs/toy/flows.csv"]
    assert b"modelled" in toy_files["outputs/toy/report.html"]


def test_the_screen_tells_no_small_count_either(config, answer, tables):
    said = telling.in_words(answer, config)
    system = linked_counts(answer, tables)
    shown = protect(pd.Series(system.counts), system.sums)
    by_clinic = said.split("at each clinic")[1].split("\n\n")[0].splitlines()[1:]
    names = answer.ground.sites.table["name"]
    for site in tables["sites.csv"].index:
        line = next(line for line in by_clinic if line.strip().startswith(names[site]))
        for when, told in zip(("today", "planned"), re.findall(r"\[c\]|[\d,]+(?= →|$)", line), strict=True):
            value = shown[f"{when}|{site}"]
            assert told == ("[c]" if np.isnan(value) else f"{value:,.0f}"), line
    assert "1 to 7 are kept back" in said
    assert "nan" not in said


def test_nothing_is_said_of_the_journeys_of_a_handful(shared):
    gains = shared[1]["gains.csv"]
    assert (gains["mean_change_min"].isna() == gains["cases"].isna()).all()


def digits(text: str) -> int:
    """Decimals that a figure is written with; zeros at the end are none."""
    return len(text.partition(".")[2].rstrip("0")) if re.fullmatch(r"-?[0-9]+[.][0-9]+", text) else 0


def test_no_figure_is_so_exact_that_counts_could_be_worked_out_from_it(folder):
    """Minutes and shares of all patients are sums over unknown counts: their digits are equations."""
    for name in ("worlds.csv", "near_best.csv", "replacements.csv", "ranking.csv", "measures.csv"):
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        for column in set(table) & {"mean", "best_mean", "mean_loss_min", "mad", "p90", "worst_tenth"}:
            assert max(map(digits, table[column])) <= 2, (name, column)
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    told = [plan["value"], plan["bound"], *plan["today"].values(), *plan["measures"].values()]
    told += [value for row in plan["ranking"] for value in row.values() if isinstance(value, float)]
    assert max(digits(repr(value)) for value in told) <= 6
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert digits(repr(record["bound"])) <= 6
    assert not re.search(r"[0-9][.][0-9]{7,}", (folder / "report.html").read_text("utf-8").split("<svg")[0])
