"""What is written: complete, consistent with itself, whole or not at all, and the same bytes each time."""

import csv
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from clinic_siting import files, pipeline, publish, report, telling
from clinic_siting.config import read_config
from clinic_siting.errors import OutputError
from clinic_siting.pipeline import Answer
from clinic_siting.siting import verify_folder

CONTRACT = ("chosen", "objective", "value", "unit", "bound", "gap", "proven", "method", "today", "measures")
MEASURES = ("mean", "max", "sd", "mad", "gini", "p90", "worst_tenth", "coverage")


def silent(_stage: str) -> None:
    """Announce nothing."""


def publish_to(folder: Path, config_path: Path, answer: Answer | None = None) -> list[Path]:
    config = read_config(config_path)
    answer = answer or pipeline.run(config)
    return publish.publish(answer, config, out=folder / "outputs", maps=folder / "maps", announce=silent)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


OTHER = {"siting": {"open": 1, "require": []}, "demand": {"model": "population"}, "title": "For people"}


@pytest.fixture(scope="module")
def other_answer(write_shared_config) -> Answer:
    return pipeline.run(read_config(write_shared_config(**OTHER)))


@pytest.fixture
def other(write_config, other_answer) -> tuple[Path, Answer]:
    """Another scenario of the same name: one site, for people."""
    return write_config(**OTHER), other_answer


@pytest.fixture(scope="module")
def other_files(files_of, write_shared_config, other_answer) -> dict[str, bytes]:
    """What a run of the other scenario writes."""
    return files_of(other_answer, write_shared_config(**OTHER))


@pytest.fixture
def report_at_hand(other_files, monkeypatch) -> None:
    """The other scenario's report need not be drawn again: how it is written is to be tested."""
    reports = {name: other_files[f"outputs/toy/{name}"] for name in report.TO_READ}
    monkeypatch.setattr(report, "report_files", lambda _found: reports)


@pytest.fixture(scope="module")
def published(tmp_path_factory, toy_files, lay_out) -> Path:
    return lay_out(tmp_path_factory.mktemp("published"), toy_files)


@pytest.fixture(scope="module")
def plan(published) -> dict:
    return json.loads((published / "outputs" / "toy" / "plan.json").read_text("utf-8"))


# --- what is there ----------------------------------------------------------------------------


def test_a_run_writes_its_plan_its_tables_its_map_and_the_index(published):
    there = set(contents(published))
    tables = ("plan.json", "run.json", "measures.csv", "sites.csv", "zones.csv", "ranking.csv")
    assert {f"outputs/toy/{name}" for name in tables} <= there
    assert {"maps/toy.html", "maps/index.html"} <= there
    assert not [name for name in there if "/." in name]


@pytest.mark.parametrize(
    "rules", [{"relocate": 1}, {"close": ["TOY01"]}, {"phases": [1, 1], "unverified_sites": "both"}]
)
def test_a_run_that_moves_closes_or_opens_in_phases_is_written_whole_and_holds(write_config, tmp_path, rules):
    publish_to(tmp_path, write_config(siting={"open": 2, **rules}))
    folder = tmp_path / "outputs" / "toy"
    verify_folder(folder)
    if "phases" not in rules:
        ranking = pd.read_csv(folder / "ranking.csv", keep_default_na=False)
        closed = json.loads((folder / "plan.json").read_text("utf-8"))["closed"]
        assert ranking["closed"][0].split(" + ") == closed


def test_the_plan_keeps_the_contract_that_others_rely_on(plan):
    assert [key for key in CONTRACT if key not in plan] == []
    assert plan["chosen"] == ["CDC-E1", "TOY02"]
    assert plan["names"] == ["Eastgate CDC", "St Agnes' Hospital"]
    assert plan["proven"] is True
    for when in ("today", "measures"):
        assert [key for key in MEASURES if key not in plan[when]] == []
    assert plan["today"].keys() == plan["measures"].keys()
    assert plan["units"].keys() == {"score", *plan["measures"]}
    assert (plan["units"]["mean"], plan["units"]["coverage"]) == ("minutes", "share of 1")
    assert plan["ranking"][0]["chosen"] == plan["chosen"]
    assert [row["score"] for row in plan["ranking"]] == sorted(row["score"] for row in plan["ranking"])


def test_the_plan_can_be_computed_again_from_its_tables(published, plan):
    zones = pd.read_csv(published / "outputs" / "toy" / "zones.csv")
    share = zones["demand"] / zones["demand"].sum()

    def mean_and_mad(minutes: pd.Series) -> tuple[float, float]:
        mean = (share * minutes).sum()
        return mean, (share * (minutes - mean).abs()).sum()

    today, planned = mean_and_mad(zones["minutes_today"]), mean_and_mad(zones["minutes_planned"])
    assert planned == pytest.approx((plan["measures"]["mean"], plan["measures"]["mad"]), rel=1e-3)
    score = sum(after / before for after, before in zip(planned, today, strict=True)) / 2
    assert score == pytest.approx(plan["value"], rel=1e-3)


def test_demand_is_the_same_figure_in_every_file(published):
    folder = published / "outputs" / "toy"
    one, other = (
        pd.read_csv(folder / name, dtype={"demand": str}).set_index("zone_id")["demand"]
        for name in ("zones.csv", "demand.csv")
    )
    assert one.to_dict() == other.to_dict()
    parquet = pd.read_parquet(folder / "zones.parquet").set_index("zone_id")["demand"]
    assert parquet.to_dict() == other.astype(float).to_dict()


def test_with_weights_on_demand_files_and_page_have_patients_beside_it(tmp_path, write_config):
    path = write_config(demand={"deprivation": 1.0})
    config = read_config(path)
    answer = pipeline.run(config)
    shown = publish.map_data(answer, config, fingerprint="")
    assert shown.patients is answer.ground.patients
    publish_to(tmp_path, path, answer)
    zones = pd.read_csv(tmp_path / "outputs" / "toy" / "zones.csv")
    demand = pd.read_csv(tmp_path / "outputs" / "toy" / "demand.csv")
    assert zones["demand"].to_list() == demand["demand"].to_list()
    assert zones["patients"].sum() == pytest.approx(answer.ground.patients.sum())
    assert (zones["demand"] >= zones["patients"]).all()
    beside = pd.read_csv(tmp_path / "outputs" / "toy" / "unweighted.csv").set_index("measure").loc["mean"]
    plain = f"{beside['today_unweighted']:.1f} → {beside['planned_unweighted']:.1f} minutes"
    assert f"unweighted: average journey {plain}" in telling.in_words(answer, config)
    assert "with every patient counted once" in (tmp_path / "maps" / "toy.html").read_text("utf-8")


def test_every_column_of_every_table_has_a_meaning_and_every_figure_a_unit(published):
    folder = published / "outputs" / "toy"
    told = pd.read_csv(folder / "columns.csv", keep_default_na=False).set_index(["file", "column"])
    assert (told["meaning"] != "").all()
    assert set(told["status"]) <= {"", "observed", "modelled", "assumed", "as the row says"}
    for path in sorted(folder.glob("*.csv")):
        if path.name == "columns.csv":
            continue
        table = pd.read_csv(path)
        for column in table:
            meaning = told.loc[(path.name, column)]
            if table[column].dtype.kind == "f" and table[column].notna().any():
                assert meaning["unit"] != "text", (path.name, column)
                assert meaning["status"], (path.name, column)


def test_the_page_has_isochrones_for_every_set_that_its_list_shows(toy_answer):
    drawn = set(toy_answer.isochrones.polygons["site_id"])
    assert {site for ids in toy_answer.siting.ranking["sites"].head(pipeline.RANKED) for site in ids} <= drawn
    assert set(toy_answer.ground.sites.existing) <= drawn


def test_what_new_clinics_receive_the_others_lose(published):
    sites = pd.read_csv(published / "outputs" / "toy" / "sites.csv")
    assert sites["change"].sum() == pytest.approx(0, abs=5e-4)
    assert set(sites["role"]) == {"existing", "new"}


def test_the_record_names_every_input_and_version(published, plan):
    record = json.loads((published / "outputs" / "toy" / "run.json").read_text("utf-8"))
    assert record["fingerprint"] == plan["fingerprint"]
    assert re.fullmatch(r"[0-9a-f]{16}", record["fingerprint"])
    assert {"zones.csv.gz", "sites.csv", "road_edges.parquet"} <= record["inputs"].keys()
    assert record["versions"]["numpy"]
    assert (record["zones"], record["candidates"]) == (12, 4)
    assert record["config"]["siting"]["open"] == 2


def test_the_page_asks_nothing_of_the_network(published):
    for name in ("toy.html", "index.html"):
        page = (published / "maps" / name).read_text("utf-8")
        loaded = re.findall(
            r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)\s*=\s*[\"']?([^\"'\s>]+)", page
        )
        assert [url for url in loaded if not url.startswith(("data:", "#"))] == [] or name == "index.html"
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", page)


@pytest.mark.usefixtures("report_at_hand")
def test_the_index_lists_every_scenario_that_has_a_plan(tmp_path, other, published):
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    (tmp_path / "maps" / "stray.html").write_text("a page that no run vouches for")
    config, answer = other
    publish_to(tmp_path, config.rename(config.with_name("people.yaml")), answer)
    index = (tmp_path / "maps" / "index.html").read_text("utf-8")
    assert "toy.html" in index
    assert "people.html" in index
    assert "For people" in index
    assert "stray" not in index


def test_names_from_the_data_run_in_no_file_and_on_no_page(tmp_path, toy_config, tamper):
    evil = "<script>alert(1)</script>"
    tamper(
        "sites.csv", lambda t: t.assign(site_id="=" + t["site_id"], name="=cmd()" + evil, trust="@SUM(A1)")
    )
    tamper("zones.csv.gz", lambda t: t.assign(zone_id="@" + t["zone_id"], name="+1" + evil, lad_name="-2"))
    publish_to(tmp_path, toy_config)
    for name in ("maps/toy.html", "maps/index.html", "outputs/toy/report.html"):
        assert evil not in (tmp_path / name).read_text("utf-8")
    verify_folder(tmp_path / "outputs" / "toy")
    for path in (tmp_path / "outputs" / "toy").glob("*.csv"):
        cells = [cell for row in csv.reader(path.read_text("utf-8").splitlines()) for cell in row]
        runs = [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "-"))]
        assert [cell for cell in runs if not re.fullmatch(r"-[\d.e-]+|-inf", cell)] == [], path.name


def test_the_words_name_the_zones_that_were_left_out(write_config, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(lon=t["lon"].where(t["zone_id"] != "E01900003", 0.90)))
    config = read_config(write_config(access={"allow_unreachable": True}))
    answer = pipeline.run(config)
    assert "1 zone(s), first Toyland 002B" in telling.in_words(answer, config)
    assert publish.run_record(answer, config)["unreachable_zones"] == ["E01900003"]


def test_the_words_lead_with_the_sites_and_the_change(shared_toy_config, toy_answer):
    words = telling.in_words(toy_answer, read_config(shared_toy_config))
    assert words.startswith("Two more toy clinics: ")
    assert "Eastgate CDC" in words.splitlines()[0]
    assert "nan" not in words


# --- the same bytes ---------------------------------------------------------------------------


def test_writing_again_changes_nothing(published, shared_toy_config, toy_answer):
    before = contents(published)
    publish_to(published, shared_toy_config, toy_answer)
    assert contents(published) == before


def test_the_order_of_rows_in_the_files_changes_no_byte_but_the_fingerprint(
    tmp_path, toy_config, tamper, published, plan
):
    for file in ("zones.csv.gz", "sites.csv", "road_edges.parquet", "places.csv", "postcode_sectors.csv.gz"):
        tamper(file, lambda table: table.sample(frac=1, random_state=3).reset_index(drop=True))
    publish_to(tmp_path, toy_config)
    before, after = contents(published), contents(tmp_path)
    new = json.loads(after["outputs/toy/plan.json"])["fingerprint"]
    assert new != plan["fingerprint"]
    # The fingerprint stands compressed in the print and the workbook.
    for name in [name for name in before if not name.endswith(("run.json", ".pdf", ".xlsx"))]:
        assert after[name] == before[name].replace(plan["fingerprint"].encode(), new.encode()), name


# --- whole or not at all ----------------------------------------------------------------------


class Killed(BaseException):
    """Stands for a kill: no `except Exception` may stop it."""


def kill(*_args, **_kwargs):
    raise Killed


def test_a_page_that_cannot_be_drawn_leaves_everything_as_it_was(
    published, shared_toy_config, toy_answer, monkeypatch
):
    before = contents(published)
    monkeypatch.setattr(publish, "render_map", kill)
    with pytest.raises(Killed):
        publish_to(published, shared_toy_config, toy_answer)
    assert contents(published) == before


@pytest.mark.usefixtures("report_at_hand")
@pytest.mark.parametrize("step", ["write_folder", "write_file"])
def test_a_kill_between_two_steps_leaves_every_file_whole(
    tmp_path, published, other, other_files, monkeypatch, step
):
    old, here = contents(published), tmp_path / "here"
    shutil.copytree(published, here)
    monkeypatch.setattr(files, step, kill)
    with pytest.raises(Killed):
        publish_to(here, *other)
    now = contents(here)
    assert now.keys() == old.keys()
    tables = old if step == "write_folder" else other_files
    for name, content in now.items():
        assert content == (tables if name.startswith("outputs/") else old)[name], name


def test_a_full_disk_is_refused_and_changes_nothing(published, shared_toy_config, toy_answer, monkeypatch):
    before = contents(published)

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="toy cannot be written: No space left on device"):
        publish_to(published, shared_toy_config, toy_answer)
    assert contents(published) == before
