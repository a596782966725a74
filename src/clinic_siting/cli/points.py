"""Commands that turn a planner's own lists into demand and candidates."""

from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.voice import say

points = typer.Typer(no_args_is_help=True, help="Your own lists by postcode: referrals, proposed buildings.")

ListFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, xlsx or ods with a postcode column.")]
DataFolder = Annotated[Path, typer.Option(help="Data folder whose zones count.")]


@points.callback()
def _commands() -> None:
    """Your own lists by postcode: referrals, proposed buildings."""


@points.command()
def demand(
    file: ListFile,
    data: DataFolder = Path("data/lsesn"),
    out: Annotated[Path, typer.Option(help="CSV of referrals a year by zone.")] = Path("demand.csv"),
    years: Annotated[
        float | None, typer.Option(help="Years that the list covers; by default its dates tell, else 1.")
    ] = None,
) -> None:
    """Turn a list of referrals by postcode, LSOA or MSOA into demand by zone.

    Example: clinic-siting points demand referrals.xlsx --data data/lsesn --out demand.csv
    """
    from clinic_siting import cells, files, sources
    from clinic_siting.building import referrals

    files.refuse_ending(out, (".csv",))
    folder = sources.open_data(data)
    found = referrals.read_referrals(
        file, sources.read_zones(folder), sources.read_postcode_sectors(folder), years=years
    )
    files.write_file(out, cells.neutral_table(found.table).to_csv(index=False, lineterminator="\n"))
    say(referrals.in_words(found, file.name))
    say(f"\nWritten: {out}")
    say(f"\nNext: in a config, demand: {{model: referrals, own: {out}}}, then clinic-siting run it.")


@points.command()
def sites(
    file: ListFile,
    out: Annotated[Path, typer.Option(help="YAML: a scenario, or the block to put into one.")],
    data: DataFolder = Path("data/lsesn"),
    config: Annotated[
        Path | None, typer.Option(help="Scenario to add the buildings to; --out is then a new scenario.")
    ] = None,
) -> None:
    """Turn a list of proposed buildings into candidates.

    Example: clinic-siting points sites buildings.csv --config config/lsesn.yaml --out config/buildings.yaml
    """
    from clinic_siting import files, sources
    from clinic_siting.building import proposals
    from clinic_siting.config import read_config

    files.refuse_ending(out, (".yaml", ".yml"))
    folder = sources.open_data(data if config is None else read_config(config).data_folder)
    zones, sectors = sources.read_zones(folder), sources.read_postcode_sectors(folder)
    added, join, words = proposals.read_proposals(file, zones, sectors)
    files.write_file(out, proposals.scenario_with(added, config))
    say("\n".join([join.words, *words]))
    say(f"\nWritten: {out}: {len(added)} candidate(s).")
    step = "put the block into a scenario" if config is None else f"clinic-siting run {out}"
    say(f"\nNext: {step}.")
