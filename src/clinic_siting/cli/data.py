"""The command that builds a data set from publishers' files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.progress import progress
from clinic_siting.cli.voice import say

data = typer.Typer(no_args_is_help=True, help="A data set of your own, from publishers' files.")


@data.callback()
def _commands() -> None:
    """A data set of your own, from publishers' files."""


@data.command()
def build(
    out: Annotated[Path, typer.Argument(help="Data folder to write, for instance data/mine.")],
    base: Annotated[
        Path | None, typer.Option(help="Data folder to carry the rest over from; by default OUT itself.")
    ] = None,
    ages: Annotated[Path | None, typer.Option(help="Census 2021 TS007A by LSOA, CSV.")] = None,
    cars: Annotated[Path | None, typer.Option(help="Census 2021 TS045 by LSOA, CSV.")] = None,
    centroids: Annotated[
        Path | None, typer.Option(help="ONS population-weighted centroids, LSOA 2021: CSV or shapes.")
    ] = None,
    deprivation: Annotated[Path | None, typer.Option(help="IoD 2025 File 1 or File 7, CSV or xlsx.")] = None,
    lookup: Annotated[
        list[Path] | None, typer.Option(help="ONS lookup from LSOA, MSOA, LAD or ICB upward; often.")
    ] = None,
    keep: Annotated[list[str] | None, typer.Option(help="COLUMN=VALUE: zones to keep; often.")] = None,
    sites: Annotated[
        Path | None,
        typer.Option(help="NHS ODS or CQC list, or your own with a postcode column: CSV, xlsx, ods."),
    ] = None,
    sites_keep: Annotated[
        list[str] | None, typer.Option(help="COLUMN=TEXT: sites whose cell contains it; often.")
    ] = None,
    existing: Annotated[list[str] | None, typer.Option(help="Id of a site open today; often.")] = None,
    msoas: Annotated[
        Path | None, typer.Option(help="ONS boundaries, MSOA 2021: GeoJSON, gpkg or shp.")
    ] = None,
    postcodes: Annotated[Path | None, typer.Option(help="ONS Postcode Directory: CSV, or its zip.")] = None,
) -> None:
    """Turn the files of ONS, MHCLG, NHS England and CQC, as downloaded, into the tables of a data set.

    Example: clinic-siting data build data/mine --base data/kent --ages census2021-ts007a-lsoa.csv
    --centroids LSOA_PopCentroids_EW_2021_V4.csv --lookup lookup.csv --keep 'icb_name=Kent and Medway'

    Example: clinic-siting data build data/mine --sites ets.csv --sites-keep Name=HOSPITAL --existing RPY01
    """
    from clinic_siting import building
    from clinic_siting.building.folder import refuse_half

    refuse_half(ages, centroids)
    zones = None
    if ages is not None and centroids is not None:
        zones = building.ZoneFiles(
            ages, centroids, cars, deprivation, tuple(lookup or ()), _pairs(keep or [], "--keep")
        )
    elif cars or deprivation or lookup or keep:
        raise typer.BadParameter(
            "--cars, --deprivation, --lookup and --keep come with --ages and --centroids"
        )
    recipe = building.Recipe(
        out,
        base,
        zones,
        sites,
        _pairs(sites_keep or [], "--sites-keep"),
        tuple(existing or ()),
        msoas,
        postcodes,
    )
    with progress(1) as announce:
        announce("Building the tables")
        built = building.build_data(recipe)
    say(building.in_words(built))
    say(f"\nWritten: {out}: {', '.join(built.made)}; {len(built.carried)} file(s) carried over.")
    say(f"\nNext: put `data: {out}` into your config, then clinic-siting check it.")


def _pairs(texts: list[str], option: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        column, equals, value = text.partition("=")
        if not equals or not column.strip() or not value.strip():
            raise typer.BadParameter(f"{option} takes COLUMN=VALUE, not {text!r}")
        found[column.strip()] = (*found.get(column.strip(), ()), value.strip())
    return found
