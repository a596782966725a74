"""A data folder from publishers' files: tables, what is carried over from another set, and the manifest."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clinic_siting import sources
from clinic_siting.building.joins import Join
from clinic_siting.building.outlines import build_outlines
from clinic_siting.building.postcodes import read_postcodes, sectors_of
from clinic_siting.building.sites import build_sites
from clinic_siting.building.zones import ZoneFiles, build_zones
from clinic_siting.cells import neutral_table
from clinic_siting.errors import ConfigError, DataError, OutputError
from clinic_siting.files import write_folder
from clinic_siting.tables import DemandZones, Sites

ZONES, SITES, SECTORS, README = "zones.csv.gz", "sites.csv", "postcode_sectors.csv.gz", "README.md"
LAND = sources.BOUNDARIES["land"]
OGL = "Open Government Licence v3.0"
ONS = "Office for National Statistics"
TITLES = {
    "msoa.parquet": "Middle layer super output areas 2021, simplified",
    "alliances.geojson": "Cancer Alliances, dissolved from MSOAs",
    "icbs.geojson": "Integrated care boards, dissolved from MSOAs",
    "counties.geojson": "Counties and unitary authorities, dissolved from MSOAs",
    "land.geojson": "The area's land, dissolved from MSOAs",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to build and from what.

    Attributes
    ----------
    out
        The data folder to write; one that is a data set already keeps what is not built anew.
    base
        Data folder that the rest is carried over from; None: ``out`` itself.
    zones
        Files about zones, or None to keep those of the base.
    sites
        A list of sites, or None to keep those of the base.
    sites_keep
        Column of that list → texts that its cell must contain.
    existing
        Ids of the sites that run the service today.
    msoas
        Boundaries of MSOAs 2021, or None.
    postcodes
        ONS Postcode Directory, or None.
    """

    out: Path
    base: Path | None = None
    zones: ZoneFiles | None = None
    sites: Path | None = None
    sites_keep: Mapping[str, tuple[str, ...]] | None = None
    existing: tuple[str, ...] = ()
    msoas: Path | None = None
    postcodes: Path | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What was built.

    Attributes
    ----------
    joins
        How each file was joined.
    words
        What stands in and what was left out.
    made
        Files that were built; the rest was carried over.
    carried
        Files that were carried over.
    """

    joins: tuple[Join, ...]
    words: tuple[str, ...]
    made: tuple[str, ...]
    carried: tuple[str, ...]


def build_data(recipe: Recipe) -> Built:
    """Build a data folder, whole or not at all.

    Parameters
    ----------
    recipe
        What, from what, and where to.

    Raises
    ------
    DataError
        Where a file is refused; nothing is written then.
    ConfigError
        Where nothing is asked for, there is no base, or an existing site is not in the list.
    OutputError
        Where the folder holds something that is no data set, or cannot be written.
    """
    base = _base(recipe)
    files: dict[str, bytes] = {}
    rows: dict[str, dict[str, str]] = {}
    joins: list[Join] = []
    words: list[str] = []
    if recipe.zones is not None:
        table, found, said = build_zones(recipe.zones)
        DemandZones(table)
        files[ZONES], rows[ZONES] = _gzipped(table), _zones_row(recipe.zones, table)
        joins, words = found, said
    else:
        table = base.table(ZONES, as_text=("zone_id", "msoa"))
    units = None if recipe.postcodes is None else read_postcodes(recipe.postcodes)
    if units is not None and recipe.postcodes is not None:
        files[SECTORS] = _gzipped(sectors_of(units).reset_index())
        rows[SECTORS] = _row("Postcode sector centroids (median of live postcodes)", ONS, recipe.postcodes)
    if recipe.sites is not None:
        sectors = sources.read_postcode_sectors(base) if units is None else sectors_of(units)
        listed = build_sites(
            recipe.sites, table, sectors, postcodes=units, keep=recipe.sites_keep, existing=recipe.existing
        )
        Sites(listed.table)
        files[SITES], rows[SITES] = _csv(listed.table), _row("Sites", listed.publisher, recipe.sites)
        joins, words = [*joins, listed.join], [*words, *listed.words]
        if listed.join.missing and units is None:
            words.append(
                "  Postcodes were looked up by sector, in the data set's own table; give the ONS Postcode "
                "Directory with --postcodes to place more."
            )
    if recipe.msoas is not None:
        known = sources.read_land(base) if LAND in base.manifest.index else None
        outlines, join = build_outlines(recipe.msoas, table, land=known)
        files |= outlines
        rows |= {name: _row(TITLES[name], ONS, recipe.msoas) for name in outlines}
        joins = [*joins, join]
    return _written(recipe, base, files, rows, (joins, words))


def _base(recipe: Recipe) -> sources.DataFolder:
    if recipe.zones is None and recipe.sites is None and recipe.msoas is None and recipe.postcodes is None:
        raise ConfigError("data build: nothing to build; name at least one file, as --ages or --sites.")
    is_set = (recipe.out / sources.MANIFEST).is_file()
    if recipe.out.exists() and not is_set and (not recipe.out.is_dir() or any(recipe.out.iterdir())):
        raise OutputError(f"{recipe.out} holds something that is no data set; name a new folder.")
    if recipe.base is None and not is_set:
        raise ConfigError(
            f"data build: {recipe.out} is no data set yet; name one with --base, for roads and rates."
        )
    return sources.open_data(recipe.base or recipe.out)


def _written(
    recipe: Recipe,
    base: sources.DataFolder,
    files: dict[str, bytes],
    rows: dict[str, dict[str, str]],
    said: tuple[list[Join], list[str]],
) -> Built:
    # A name that leads out of the folder would be read there, but must not be written there.
    carried = [file for file in base.manifest.index if file not in files and Path(file).name == file]
    content = {**{file: base.read(file) for file in carried}, **files}
    manifest = base.manifest.reindex(sorted(content)).fillna("")
    for file, row in rows.items():
        for column, value in row.items():
            manifest.loc[file, column] = value
    manifest["sha256"] = [hashlib.sha256(content[file]).hexdigest() for file in manifest.index]
    table = manifest.rename_axis("file").reset_index()[list(sources.MANIFEST_COLUMNS)]
    made = tuple(sorted(files))
    readme = _readme(recipe.out.name, sources.credits_of(base), made)
    write_folder(recipe.out, {**content, sources.MANIFEST: _csv(table), README: readme})
    return Built(tuple(said[0]), tuple(said[1]), made, tuple(sorted(carried)))


def _zones_row(files: ZoneFiles, table: pd.DataFrame) -> dict[str, str]:
    read = [files.ages, files.cars, files.centroids, files.deprivation, *files.lookups]
    source = "; ".join(path.name for path in read if path is not None)
    publisher = ONS
    if files.deprivation is not None:
        publisher += "; Ministry of Housing, Communities and Local Government"
    title = f"{len(table):,} lower layer super output areas 2021 with their people and groups"
    return _row(title, publisher, Path(source), vintage="Census 2021")


def _row(title: str, publisher: str, source: Path, *, vintage: str = "") -> dict[str, str]:
    licence = OGL if publisher != "own list" else "state it here"
    note = "Built from the files named as source."
    row = {"title": title, "publisher": publisher, "licence": licence}
    return {**row, "vintage": vintage, "source": source.name, "note": note}


def _readme(name: str, credit_line: str, made: tuple[str, ...]) -> str:
    return (
        f"# {name}\n\nA data set built from publishers' files: {', '.join(made)}; the rest was carried over. "
        "`manifest.csv` names\npublisher, licence, source and checksum of each file. Carry these "
        f'credits wherever figures or maps made from them go:\n\n"{credit_line}"\n'
    )


def _csv(table: pd.DataFrame) -> bytes:
    """CSV in which nothing that a publisher's file says is run by a spreadsheet."""
    return neutral_table(table).to_csv(index=False, lineterminator="\n").encode()


def _gzipped(table: pd.DataFrame) -> bytes:
    return gzip.compress(_csv(table), mtime=0)  # no clock inside: the same table, the same bytes


def in_words(built: Built) -> str:
    """What was joined, what was not, and what stands in."""
    lines = [join.words for join in built.joins]
    lines += built.words
    if "zones.csv.gz" in built.made and "road_edges.parquet" in built.carried:
        lines.append("Roads were carried over; another area needs its own: clinic-siting roads import.")
    return "\n".join(lines)


def refuse_half(ages: Path | None, centroids: Path | None) -> None:
    """Zones need people and points both.

    Raises
    ------
    DataError
        Where only one of them is given.
    """
    if (ages is None) != (centroids is None):
        lacking = "--ages (Census TS007A)" if ages is None else "--centroids (population-weighted, LSOA 2021)"
        raise DataError(f"data build: zones need {lacking} too.")
