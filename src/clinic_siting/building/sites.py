"""Sites from an ODS extract, a CQC directory or a plain list, placed by coordinates or postcode."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from clinic_siting.building.downloads import Download, read_download
from clinic_siting.building.joins import Join
from clinic_siting.errors import ConfigError, DataError
from clinic_siting.grid import grid_points
from clinic_siting.placing import sector_of
from clinic_siting.tables import BoolArray, IntArray

# The 27 columns of ODS files without a heading (etr, ets, egpcur …); those that are unused have a number.
ODS_LAYOUT = (
    *("Organisation Code", "Name", "National Grouping", "High Level Health Geography"),
    *(f"Address Line {line}" for line in range(1, 6)),
    *("Postcode", "Open Date", "Close Date", "Status Code", "Organisation Sub-Type Code"),
    *("Parent Organisation Code", "Join Parent Date", "Left Parent Date", "Contact Telephone Number"),
    *("Column 19", "Column 20", "Column 21", "Amended Record Indicator"),
    *(f"Column {number}" for number in range(23, 28)),
)
# CQC publishes two lists: the directory, and "with filters" (HSCA active locations), an .ods of 125 columns.
CQC = ("locationhscastartdate", "cqclocationidforofficeuseonly", "cqclocationid")
POSTCODES = ("postcode", "postalcode", "pcd", "pcds", "locationpostalcode")
HEADING = (*POSTCODES, "lon", "longitude", "lat")
LON, LAT = ("lon", "long", "longitude", "locationlongitude"), ("lat", "latitude", "locationlatitude")
IDS = (
    "siteid",
    "odscode",
    "organisationcode",
    "code",
    "cqclocationidforofficeuseonly",
    "cqclocationid",
    "locationid",
    "id",
)
NAMES = ("name", "organisationname", "sitename", "locationname", "building")
COPIED = {
    "kind": ("kind", "type"),
    "status": ("status",),
    "confidence": ("confidence",),
    "catchment": ("catchment",),
    "services": ("services", "specialismsservices", "servicetypes", "locationprimaryinspectioncategory"),
    "trust": ("trust", "providername", "parentorganisationcode"),
    "note": ("note", "remark", "notes"),
    "lad_name": ("ladname",),
    "county": ("county",),
    "icb_name": ("icbname",),
    "alliance_name": ("alliancename",),
}
STATUSES = {"existing", "candidate", "excluded"}
GROUPS = ("lad_name", "county", "icb_name", "alliance_name")
ORDER = (
    *(
        "site_id",
        "name",
        "postcode",
        "lon",
        "lat",
        "kind",
        "status",
        "confidence",
        "catchment",
        "services",
        "trust",
    ),
    *(*GROUPS, "note", "source"),
)
# A site farther from every zone lies outside the area of the data set.
FARTHEST_M = 10_000.0
# Rows of organisations that are not there any more, or not at work: heading → what its cell then says.
GONE = {"closedate": r".+", "locationhscaenddate": r".+", "dormantyn": r"(?i:y|yes)"}
GONE_WORDS = {"closedate": "a close date", "locationhscaenddate": "an end date", "dormantyn": "Dormant: Y"}


@dataclass(frozen=True, slots=True, eq=False)
class SiteList:
    """Sites of a publisher's list.

    Attributes
    ----------
    table
        As ``sites.csv`` has it.
    join
        Which rows were placed.
    words
        What was passed over, in sentences for people.
    publisher
        Who made the list, by its heading.
    """

    table: pd.DataFrame
    join: Join
    words: tuple[str, ...]
    publisher: str


def build_sites(
    path: Path,
    zones: pd.DataFrame,
    sectors: pd.DataFrame,
    *,
    postcodes: pd.DataFrame | None = None,
    keep: Mapping[str, tuple[str, ...]] | None = None,
    existing: Collection[str] = (),
) -> SiteList:
    """Sites from a publisher's list.

    Parameters
    ----------
    path
        The list.
    zones
        ``lon``, ``lat`` and groups; a site takes those of the zone nearest to it.
    sectors
        ``lon``, ``lat`` by postcode sector.
    postcodes
        ``lon``, ``lat`` by unit postcode without blanks, where such a table is at hand.
    keep
        Column of the list → texts, one of which its cell must contain, without case.
    existing
        Ids of sites that run the service today; they stay wherever they lie.

    Raises
    ------
    ConfigError
        Where an existing site is not in the list.
    DataError
        Where the list has no postcode and no coordinates, or nothing is left of it.
    """
    download = read_download(path, heading=HEADING, without_heading=ODS_LAYOUT)
    rows, words = _wanted(download, keep)
    table = _with_existing(_listed(Download(download.name, rows)), existing)
    table, lost = _placed(table, sectors, postcodes)
    near, nearest = _near(table, zones)
    stays = near | (table["status"] == "existing").to_numpy()
    if (~stays).any():
        words.append(f"  {(~stays).sum():,} row(s) lie more than 10 km from every zone and were left out.")
    table, near, nearest = table[stays].copy(), near[stays], nearest[stays]
    if table.empty:
        raise DataError(
            f"{path.name}: no site is left; none of its rows lies in the area of the zones.", lost
        )
    for group in (g for g in GROUPS if g in zones):
        # An existing clinic far off lies in none of the zones' groups that we could know.
        told = np.where(near, zones[group].to_numpy()[nearest], "")
        table = table.assign(
            **{group: table[group].where(table[group] != "", told) if group in table else told}
        )
    join = Join(path.name, "sites by place", "rows", len(rows) - len(lost), tuple(lost))
    ordered = table[[c for c in ORDER if c in table]].sort_values("site_id", ignore_index=True)
    return SiteList(ordered, join, tuple(words), _publisher(download, ordered))


def _publisher(download: Download, listed: pd.DataFrame) -> str:
    if download.column(*CQC):
        return "Care Quality Commission"
    codes = listed["site_id"].str.fullmatch(r"[A-Z0-9]{3,9}").all()
    own = download.column("odscode", "lon", "lat") or set(listed["status"]) - {"candidate", "existing"}
    return "NHS England" if codes and not own else "own list"


def _with_existing(listed: pd.DataFrame, existing: Collection[str]) -> pd.DataFrame:
    unknown = [site for site in existing if site not in set(listed["site_id"])]
    if unknown:
        raise ConfigError(f"--existing: {len(unknown)} id(s) are not in the list of sites.", unknown)
    return listed.assign(status=listed["status"].where(~listed["site_id"].isin(list(existing)), "existing"))


def _wanted(download: Download, keep: Mapping[str, tuple[str, ...]] | None) -> tuple[pd.DataFrame, list[str]]:
    """Rows that are open and asked for."""
    rows, words = download.table, []
    for name, said in GONE.items():
        column = download.column(name)
        gone = rows[column].str.fullmatch(said) if column else pd.Series(data=False, index=rows.index)
        if gone.any():
            words.append(f"  {gone.sum():,} row(s) have {GONE_WORDS[name]} and were left out.")
            rows = rows[~gone]
    for column, texts in (keep or {}).items():
        heading = download.column(re.sub(r"[^a-z0-9]", "", column.lower()))
        if heading is None:
            raise DataError(
                f"{download.name}: no column {column!r} to choose sites by.",
                [f"columns: {', '.join(map(str, rows.columns[:16]))}"],
            )
        fits = rows[heading].str.contains("|".join(map(re.escape, texts)), case=False, regex=True)
        if not fits.all():
            words.append(f"  {(~fits).sum():,} row(s) have another {heading} and were left out.")
        rows = rows[fits]
    return rows, words


def _listed(download: Download) -> pd.DataFrame:
    """The list under this project's names."""
    rows = download.table
    name, code = download.column(*NAMES), download.column(*IDS)
    postcode = download.column(*POSTCODES)
    table = pd.DataFrame(index=rows.index)
    table["postcode"] = rows[postcode].str.upper() if postcode else ""
    own = pd.Series([f"S{number + 1:03}" for number in range(len(rows))], index=rows.index)
    ids = rows[code] if code else own
    table["site_id"] = ids.str.replace(r"[^A-Za-z0-9-]+", "-", regex=True)
    repeated = table["site_id"][table["site_id"].duplicated() | (table["site_id"] == "")]
    if len(repeated):
        raise DataError(f"{download.name}: {len(repeated):,} id(s) are empty or occur twice.", repeated)
    without_name = table["postcode"].where(table["postcode"] != "", table["site_id"])
    table["name"] = rows[name].where(rows[name].str.strip() != "", without_name) if name else without_name
    for ours, theirs in COPIED.items():
        column = download.column(*theirs)
        table[ours] = rows[column] if column else ""
    # Another publisher's status says whether an organisation is open, not whether it runs this clinic.
    table["status"] = (
        table["status"].str.lower().where(table["status"].str.lower().isin(STATUSES), "candidate")
    )
    table["source"] = download.name
    for axis, names in (("lon", LON), ("lat", LAT)):
        column = download.column(*names)
        table[axis] = pd.to_numeric(rows[column], errors="coerce") if column else np.nan
    return table


def _placed(
    table: pd.DataFrame, sectors: pd.DataFrame, postcodes: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[str]]:
    """Sites with a place; rows that have none are named."""
    place = table[["lon", "lat"]]
    close = table["postcode"].str.replace(r"\s", "", regex=True)
    sector = table["postcode"].map(sector_of)
    if postcodes is not None:
        place = place.fillna(postcodes[["lon", "lat"]].reindex(close).set_axis(table.index))
    by_sector = place.isna().any(axis=1)
    place = place.fillna(sectors[["lon", "lat"]].reindex(sector).set_axis(table.index))
    roughly = by_sector & place.notna().all(axis=1)
    note = table["note"].where(
        ~roughly, (table["note"] + " Placed in the middle of its postcode sector.").str.strip()
    )
    table = table.assign(lon=place["lon"].round(5), lat=place["lat"].round(5), note=note)
    without = place.isna().any(axis=1)
    lost = [
        f"row {row}: {name}, {postcode or 'no postcode'}"
        for row, name, postcode in zip(
            table.index[without], table["name"][without], table["postcode"][without], strict=True
        )
    ]
    return table[~without].copy(), lost


def _near(table: pd.DataFrame, zones: pd.DataFrame) -> tuple[BoolArray, IntArray]:
    tree = cKDTree(grid_points(zones["lon"], zones["lat"]))
    if table.empty:
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=int)
    metres, nearest = tree.query(grid_points(table["lon"], table["lat"]))
    return metres <= FARTHEST_M, nearest
