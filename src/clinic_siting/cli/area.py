"""Commands over a scenario: the whole line, or one question about the area."""

import json
import math
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_siting.cli.progress import progress
from clinic_siting.cli.voice import say, tell

if TYPE_CHECKING:
    from clinic_siting.ground import Journeys, Lay

ConfigFile = Annotated[Path, typer.Argument(help="A scenario, for instance config/lsesn.yaml.")]


def run(
    config: ConfigFile,
    out: Annotated[Path, typer.Option(help="Folder for plan.json and tables.")] = Path("outputs"),
    maps: Annotated[Path, typer.Option(help="Folder for the maps.")] = Path("maps"),
) -> None:
    """Choose the sites for one scenario; write the plan, its tables and its map.

    Example: clinic-siting run config/lsesn.yaml
    """
    from clinic_siting import gate, inspection, pipeline, publish, telling
    from clinic_siting.config import read_config

    scenario = read_config(config)
    with progress(len(pipeline.STAGES) + 2) as announce:
        announce(inspection.CHECKING)
        inspected = inspection.inspect(scenario)
        gate.refuse_red(inspected.findings, config=str(config))
        answer = pipeline.run(scenario, footing=inspected.footing, announce=announce)
        written = publish.publish(
            answer, scenario, out=out, maps=maps, snaps=inspected.snaps, announce=announce
        )
    say(telling.in_words(answer, scenario))
    tell({**_record_of(out / scenario.name), "written": written})
    ambers = sum(finding.light == "amber" for finding in inspected.findings)
    if ambers:
        say(f"\n{ambers} thing(s) about the figures want a look: clinic-siting check {config}")
    say("\nWritten:\n" + "\n".join(f"  {path}" for path in written))
    say(f"\nNext: open {written[-1]} in a browser, or change a weight in {config} and run again.")


def check(config: ConfigFile) -> None:
    """Look at a scenario's figures before anything is computed: what is wrong, where, what to do.

    Red stops a run; amber wants a look. The exit code is 1 where anything is red.

    Example: clinic-siting check config/lsesn.yaml
    """
    from clinic_siting import gate, inspection
    from clinic_siting.config import read_config

    scenario = read_config(config)
    with progress(len(inspection.STAGES)) as announce:
        findings = inspection.inspect(scenario, announce=announce).findings
    say(gate.in_words(findings, config=str(config)))
    red = any(finding.light == "red" for finding in findings)
    tell({"config": config, "red": red, "findings": [asdict(finding) for finding in findings]})
    if red:
        raise typer.Exit(1)
    say(f"\nNext: clinic-siting run {config}")


def _record_of(folder: Path) -> dict[str, object]:
    """The plan as it was written."""
    record: dict[str, object] = json.loads((folder / "plan.json").read_text("utf-8"))
    return record


def _periods(incomplete: str) -> list[str]:
    """Times of day of the bundled data, for completion; another data set may have others."""
    known = ("fitted", "free_flow", "am_peak", "inter_peak", "pm_peak", "off_peak")
    return [period for period in known if period.startswith(incomplete)]


def matrix(
    config: ConfigFile,
    out: Annotated[Path, typer.Option(help="times.parquet or times.csv.")],
    sites: Annotated[Path | None, typer.Option(help="CSV: site_id, lon, lat.")] = None,
    period: Annotated[
        str, typer.Option(help="Time of day in place of the scenario's.", autocompletion=_periods)
    ] = "",
    scheduler: Annotated[
        str, typer.Option(help="Dask workers: tcp://HOST:PORT, or local for this machine's.")
    ] = "",
) -> None:
    """Write minutes from every zone of the area to every site that may play.

    Example: clinic-siting matrix config/lsesn.yaml --period am_peak --out times.parquet
    """
    from clinic_siting import files, questions, telling
    from clinic_siting.config import read_config

    files.refuse_ending(out, (".parquet", ".csv"))
    scenario = read_config(config).at(period)
    with progress(len(questions.MATRIX_STAGES)) as announce:
        found = questions.travel_matrix(
            scenario, sites_file=sites, lay=_lay(scheduler, out), announce=announce
        )
    times = found.times
    files.write_table(out, times.frame)
    say(f"{out}: {len(times.zone_id):,} zones × {len(times.site_id):,} sites, minutes (modelled).")
    _say_what_is_endless(found, scenario.travel.max_snap_m, config)
    for line in (*telling.own_minutes_in_words(found.own_pairs, scenario), found.engine.in_words):
        say(f"  {line}")
    say(f"\nNext: clinic-siting solve --times {out} …, or put own_times: {out} into a config.")


def isochrones(
    config: ConfigFile,
    out: Annotated[Path, typer.Option(help="iso.geojson or iso.gpkg.")],
    site: Annotated[list[str] | None, typer.Option(help="Id of a site; may be given often.")] = None,
    at: Annotated[list[str] | None, typer.Option(help="LON,LAT in degrees; may be given often.")] = None,
    minutes: Annotated[str, typer.Option(help="Thresholds in minutes.")] = "15,30,45,60",
) -> None:
    """Write nested isochrones of sites, or of any points, patient to clinic.

    Example: clinic-siting isochrones config/lsesn.yaml --at 0.52,51.27 --out maidstone.geojson
    """
    from clinic_siting import files, isochrones, questions
    from clinic_siting.config import read_config

    files.refuse_ending(out, isochrones.ENDINGS)
    bands = _thresholds(minutes)
    points = [_point(pair) for pair in at or []]
    scenario = read_config(config)
    with progress(len(questions.ISOCHRONE_STAGES)) as announce:
        found = questions.isochrones_around(
            scenario, site_ids=site or [], points=points, minutes=bands, announce=announce
        )
    isochrones.write_isochrones(out, found.polygons)
    say(f"{out}: {len(found.polygons)} polygons (modelled), minutes {minutes}.")
    right = found.agreement.sort_values("agreement", kind="stable")
    least, site, band = right.iloc[0][["agreement", "site_id", "minutes"]]
    say(
        f"  They have {right['agreement'].mean():.1%} of the area's demand on the right side, at the least "
        f"{least:.1%} ({site}, {band:g} minutes)."
    )
    say("\nNext: open it in a GIS, for instance QGIS.")


def _say_what_is_endless(found: "Journeys", max_snap_m: float, config: Path) -> None:
    lost = int((found.times.minutes == math.inf).sum())
    if lost:
        say(f"  {lost:,} pair(s) have no route and stand as inf.")
    for snap, what in ((found.zone_snap, "zone"), (found.site_snap, "site")):
        far = snap.index[snap.minutes == math.inf]
        if len(far):
            others = f"; all: clinic-siting check {config}" if what == "zone" else ""
            beyond = f"{len(far):,} {what}(s) are farther than max_snap_m ({max_snap_m:g} m) from every road"
            say(f"  {beyond}, first {', '.join(far[:3])}{others}")


def _lay(scheduler: str, out: Path) -> "Lay":
    """How minutes are laid: by this process, or in chunks that wait beside the file until it is written."""
    from clinic_siting.travel import TravelEngine

    if not scheduler:
        return TravelEngine.on
    from clinic_siting.matrix import scattered

    return partial(scattered, folder=out.with_name(f".{out.name}-chunks"), scheduler=scheduler)


def _thresholds(minutes: str) -> tuple[float, ...]:
    bands = sorted(_numbers(minutes, "--minutes"))
    if bands[0] <= 0 or len(set(bands)) != len(bands):
        raise typer.BadParameter(f"--minutes takes different thresholds above 0, not {minutes!r}")
    return tuple(bands)


def _point(pair: str) -> tuple[float, float]:
    numbers = _numbers(pair, "--at")
    if len(numbers) != 2:
        raise typer.BadParameter(f"--at takes LON,LAT, not {pair!r}")
    return numbers[0], numbers[1]


def _numbers(text: str, option: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        raise typer.BadParameter(f"{option} takes numbers with commas between them, not {text!r}")
    return numbers
