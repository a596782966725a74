"""An answer becomes files: the plan, its tables, its map, and the record of how it was made."""

import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from clinic_siting import evidence, files, joining, report, sources
from clinic_siting.assumptions import caveats
from clinic_siting.briefing import brief, printed
from clinic_siting.config import Config
from clinic_siting.demand import MODELS
from clinic_siting.maps import IndexEntry, MapData, render_index, render_map
from clinic_siting.pipeline import Answer
from clinic_siting.results import result_tables, weighted
from clinic_siting.robustness import travel_rows
from clinic_siting.sharing import marked, share_counts
from clinic_siting.siting import Asked, Objective, case_files, plan_record
from clinic_siting.siting.plan_file import DEMAND, SITES, TIMES
from clinic_siting.trials import OWN, PERIODS_IN_WORDS, siting_case

WRITING = "Writing the map, tables and report"
PACKAGES = (
    "clinic-siting", "numpy", "scipy", "pandas", "pyarrow", "shapely", "pyogrio", "pulp", "highspy", "folium",
    "folium-offline", "matplotlib", "typst", "fontpkg-arimo", "xlsxwriter",
)  # fmt: skip
NUMBERS = {1: "one", 2: "two", 3: "three"}
# What others read with programs is there as Parquet too.
LARGE = ("zones.csv", "measures.csv", "ranking.csv", "sites.csv")
# What a plan is checked from stands here as it stands in demand.csv.
EXACT = {"zones.csv": ("demand", "patients")}


def publish(
    answer: Answer,
    config: Config,
    *,
    out: Path,
    maps: Path,
    announce: Callable[[str], None],
    snaps: pd.DataFrame | None = None,
) -> list[Path]:
    """Write everything that belongs to one scenario, whole or not at all.

    Parameters
    ----------
    answer
        What the run found.
    config
        The scenario.
    out, maps
        Folders; the scenario's own folder in ``out`` is replaced, its page in ``maps`` too.
    announce
        Called with the name of the stage.
    snaps
        How places join the roads, where an inspection has told.

    Returns
    -------
    Paths written, the map last.
    """
    announce(WRITING)
    folder = out / config.name
    tables = result_tables(answer, config)
    # Real patients stand in no file as they were counted, nor can anybody work them out.
    counted = config.demand.model == "referrals"
    checkable = {} if counted else case_files(siting_case(answer.ground, config))
    if counted:
        answer, tables = share_counts(answer, tables)
    record = run_record(answer, config)
    shown = map_data(
        answer, config, fingerprint=str(record["fingerprint"]), phases=_phases(answer, config, tables)
    )
    page = render_map(shown)
    sure = evidence.robustness_tables(
        answer.siting, answer.trials, config.siting.score, within=config.robustness.near_best
    )
    found = brief(answer, config, shown, tables=tables, robustness=sure, versions=_versions())
    shared = {**marked(tables), **sure, "snaps.csv": joining.snaps_of(answer.ground, config, snaps)}
    written = {
        "columns.csv": files.to_csv(_dictionary(shared, checkable, answer, config)),
        "plan.json": files.to_json(_plan(answer, config, shown)),
        **checkable,
        **{name: files.to_csv(table, exact=EXACT.get(name, ())) for name, table in shared.items()},
        **{name.replace(".csv", ".parquet"): files.to_parquet(tables[name]) for name in LARGE},
        **report.report_files(found),
        "run.json": files.to_json(record),
    }
    with files.one_at_a_time(out):  # of two runs of one scenario, plan and page come from the same
        files.write_folder(folder, written)
        files.write_file(maps / f"{config.name}.html", page)
        files.write_file(maps / "index.html", render_index(_index_entries(out, maps)))
    to_read = [folder / name for name in ("plan.json", *report.TO_READ) if name in written]
    return [*to_read, maps / "index.html", maps / f"{config.name}.html"]


def run_record(answer: Answer, config: Config) -> dict[str, object]:
    """How the answer was made: settings, inputs and versions, under one fingerprint."""
    data = answer.ground.data
    record: dict[str, object] = {
        "scenario": config.name,
        "config": config.model_dump(mode="json"),
        "inputs": {file: str(data.manifest.at[file, "sha256"]) for file in data.manifest.index},
        "versions": _versions(),
        "zones": len(answer.ground.zones.zone_id),
        "engine": answer.ground.engine.name,
        "own_times": _own_times(answer, config),
        "unreachable_zones": list(answer.ground.unreachable.index),
        "candidates": len(answer.ground.sites.candidates),
        "solver": answer.siting.plan.method,
        "bound": answer.siting.plan.bound,
        "gap": answer.siting.plan.gap,
    }
    digest = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
    return {"fingerprint": digest[:16], **record}


def _own_times(answer: Answer, config: Config) -> dict[str, object] | None:
    """Which file of a planner's own minutes was taken, and for how many pairs."""
    file = config.own_times_file
    if file is None:
        return None
    return {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "pairs": answer.ground.own_pairs}


def _versions() -> dict[str, str]:
    """Versions of the packages that decide figures or bytes, of those that are installed."""
    found = {}
    for package in PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def _phases(answer: Answer, config: Config, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """The order in which the sites open, in words."""
    if "phases.csv" not in tables:
        return ()
    name_of, standard = answer.ground.sites.name_of, config.access.standard_min
    return printed(evidence.phases_in_words(tables["phases.csv"], name_of, standard_min=standard))


def map_data(answer: Answer, config: Config, *, fingerprint: str, phases: tuple[str, ...] = ()) -> MapData:
    """What the page shows; ``phases`` are sentences on the order of opening."""
    ground, data = answer.ground, answer.ground.data
    return MapData(
        scenario=config.name,
        title=config.title,
        zones=ground.zones,
        sites=ground.sites,
        demand=ground.demand,
        times=ground.times,
        today=answer.today,
        planned=answer.planned,
        plan=answer.siting.plan,
        ranking=answer.siting.ranking,
        today_measures=answer.siting.today,
        measures=answer.measures,
        isochrones=answer.isochrones,
        boundaries=sources.read_boundaries(data),
        places=sources.read_places(data),
        postcode_sectors=sources.read_postcode_sectors(data).reset_index(),
        roads=ground.roads,
        weights=config.siting.weights.model_dump(),
        variation=config.siting.variation,
        bands_min=config.access.bands_min,
        standard_min=config.access.standard_min,
        period=PERIODS_IN_WORDS.get(config.travel.period, config.travel.period),
        credits=sources.credits_of(data),
        data_date=str(data.manifest.at["zones.csv.gz", "vintage"]),
        fingerprint=fingerprint,
        demand_unit=MODELS[config.demand.model],
        counts_spread=config.demand.model == "referrals",
        rules=_rules_in_words(config),
        tiles=None if config.tiles is None else (config.tiles.address, config.tiles.credit),
        patients=ground.patients if weighted(answer) else None,
        caveats=printed(caveats(answer, config)),
        snap_m=pd.Series(ground.zone_snap.straight_m, index=ground.zone_snap.index).reindex(
            ground.zones.zone_id
        ),
        robustness=_worlds_of_travel(answer, config),
        all_ranked=answer.siting.complete and not answer.siting.limits,
        all_listed=answer.siting.complete,
        phases=phases,
        certainty=printed(
            evidence.trials_in_words(answer.siting, answer.trials, answer.ground.sites.name_of)
        ),
    )


def _rules_in_words(config: Config) -> str:
    """The requirements in a few words: one in Kent, one in Essex."""
    return ", ".join(
        f"{NUMBERS.get(rule.at_least, rule.at_least)} in {values[0]}"
        for rule in config.siting.require
        if rule.at_least
        for values in rule.where.values()
    )


def _plan(answer: Answer, config: Config, shown: MapData) -> dict[str, object]:
    """The plan's record, with the words by which an index or a reader knows it."""
    asked = Asked(
        objective=config.siting.asked.then.objective
        if config.siting.asked.then
        else Objective("weighted", config.siting.score),
        rules=config.siting.rules,
        limits=answer.siting.limits,
        standard_min=config.access.standard_min,
        gap_group=siting_case(answer.ground, config).gap_group,
    )
    return {
        "scenario": shown.scenario,
        "title": shown.title,
        "asks": config.question,
        "names": [shown.sites.name_of(site) for site in answer.siting.plan.chosen],
        "standard_min": shown.standard_min,
        "data_date": shown.data_date,
        "fingerprint": shown.fingerprint,
        "units": {
            name: report.meaning_of("ranking", name, report.Counting.of(MODELS[config.demand.model])).unit
            for name in ("score", *answer.siting.today)
        },
        "status": "modelled",
        **plan_record(answer.siting, asked),
    }


def _dictionary(
    tables: Mapping[str, pd.DataFrame], checkable: Iterable[str], answer: Answer, config: Config
) -> pd.DataFrame:
    """What every column of every table means; plan.json alone tells its units itself."""
    columns = {name: report.columns_of(table) for name, table in tables.items()}
    if TIMES in checkable:
        columns[DEMAND] = ["zone_id", *answer.ground.groups.columns, "demand"]
        columns[SITES] = ["site_id", *answer.ground.sites.table.columns]
        columns[TIMES] = ["zone_id", "a column a site"]
    return report.columns_explained(columns, report.Counting.of(MODELS[config.demand.model]))


def _worlds_of_travel(answer: Answer, config: Config) -> pd.DataFrame:
    """The worlds of travel, the plan's own named by its time of day."""
    own = PERIODS_IN_WORDS.get(config.travel.period, config.travel.period)
    return travel_rows(answer.trials.scores, answer.trials.plan, OWN).replace({"scenario": {OWN: own}})


def _index_entries(out: Path, maps: Path) -> list[IndexEntry]:
    """One entry a page in ``maps`` that has a plan in ``out``; a page without one is not vouched for.

    A plan that is damaged, or that another version of this tool wrote, vouches for nothing either.
    """
    entries = []
    for page in sorted(maps.glob("*.html")):
        try:
            entries.append(_index_entry(json.loads((out / page.stem / "plan.json").read_text("utf-8"))))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return entries


def _index_entry(plan: dict[str, Any]) -> IndexEntry:
    def before_after(key: str) -> tuple[float, float]:
        return float(plan["today"][key]), float(plan["measures"][key])

    return IndexEntry(
        scenario=plan["scenario"],
        title=plan["title"],
        question=str(plan.get("asks", "")),
        chosen=tuple(plan["names"]),
        mean=before_after("mean"),
        spread=before_after("mad"),
        worst_tenth=before_after("worst_tenth"),
        coverage=before_after("coverage"),
        standard_min=plan["standard_min"],
        data_date=plan["data_date"],
        fingerprint=plan["fingerprint"],
    )
