"""Sites before they are trusted: who is there twice, who stands beside whom, who can take a picture."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from clinic_siting.gate.findings import Check, Finding
from clinic_siting.gate.places import alike, pairs_within
from clinic_siting.gate.zones import stray_columns
from clinic_siting.grid import grid_points
from clinic_siting.tables.checks import LAT_RANGE, LON_RANGE, STATUSES, numbers

WHERE = "sites"
NEAR_M = 300.0
# A postcode sector spans a few kilometres; farther off, the coordinates or the postcode are wrong.
POSTCODE_M = 10_000.0
IMAGING = "imaging"
KNOWN = (
    *("site_id", "name", "postcode", "lon", "lat", "kind", "status", "confidence", "catchment", "has_cdc"),
    *("services", "trust", "lad_name", "county", "icb_name", "alliance_name", "note", "source", "cost"),
)


def check_sites(
    table: pd.DataFrame,
    *,
    alliances: Collection[str],
    sectors: pd.DataFrame | None = None,
    named: Collection[str] = (),
) -> list[Finding]:
    """Check the sites as they stand in their file.

    Parameters
    ----------
    table
        With ``site_id`` as a column.
    alliances
        Names that a catchment may have: the zones' ``alliance_name``.
    sectors
        ``lon``, ``lat`` by postcode sector, or None.
    named
        Other columns that the config reads.
    """
    ids = table["site_id"].astype(str)
    by_id = table.set_axis(pd.Index(ids, name="site_id"), axis=0)
    findings = [*_ids(ids), _status(by_id)]
    if "catchment" in table:
        findings.append(_catchments(_text(by_id["catchment"]), set(alliances)))
    playing = by_id[by_id["status"].isin(["existing", "candidate"])]
    placed = {"lon", "lat"} <= set(table) and _in_britain(playing)
    if placed:
        findings.append(_neighbours(playing))
    if placed and sectors is not None and "postcode" in table:
        findings.append(_postcodes(playing, sectors))
    if "services" in table:
        findings.append(_imaging(playing))
    return [*findings, stray_columns(table.columns, (*KNOWN, *named), WHERE)]


def _ids(ids: pd.Series) -> list[Finding]:
    return [
        Check(
            WHERE,
            "site_id: {n} id(s) occur more than once",
            "every site stands there once",
            "leave the repeated rows out",
        ).judge(ids[ids.duplicated()].unique()),
        Check(
            WHERE,
            "{n} group(s) of ids differ only in case, blanks or signs",
            "no two ids are nearly alike",
            "leave one of each out",
        ).judge(alike(ids)),
    ]


def _status(table: pd.DataFrame) -> Finding:
    wrong = table.loc[~table["status"].isin(STATUSES), "status"]
    return Check(
        WHERE,
        f"status must be one of {', '.join(STATUSES)}; {{n}} row(s) differ",
        "every site is existing, candidate or excluded",
        "write one of these words, in small letters, as every site's status",
    ).judge(f"{site}: {status}" for site, status in wrong.items())


def _catchments(catchment: pd.Series, alliances: set[str]) -> Finding:
    wrong = catchment[~catchment.isin({"", *alliances})]
    return Check(
        WHERE,
        "a catchment must be one of the zones' alliance_name; {n} row(s) differ",
        "every catchment is an alliance of the zones",
        "blank means that a site serves everyone",
    ).judge(f"{site}: {name}" for site, name in wrong.items())


def _in_britain(table: pd.DataFrame) -> bool:
    lon, lat = numbers(table["lon"]), numbers(table["lat"])
    inside = (lon >= LON_RANGE[0]) & (lon <= LON_RANGE[1]) & (lat >= LAT_RANGE[0]) & (lat <= LAT_RANGE[1])
    return len(table) > 0 and bool(inside.all())


def _neighbours(playing: pd.DataFrame) -> Finding:
    points = grid_points(playing["lon"], playing["lat"])
    status, named = playing["status"].to_numpy(), _names(playing)
    rows = [
        f"{named[i]} and {named[j]}: {metres:.0f} m"
        for i, j, metres in pairs_within(points, NEAR_M)
        if "candidate" in (status[i], status[j])
    ]
    return Check(
        WHERE,
        f"{{n}} candidate(s) stand nearer than {NEAR_M:.0f} m to another site",
        f"no candidate stands nearer than {NEAR_M:.0f} m to another site",
        "are they one place under two names? Then leave one out",
        light="amber",
    ).judge(rows)


def _postcodes(playing: pd.DataFrame, sectors: pd.DataFrame) -> Finding:
    sector = playing["postcode"].astype(str).str.strip().str.replace(r"..$", "", regex=True)
    known = sector.isin(sectors.index)
    placed = playing[known.to_numpy()]
    middle = sectors[["lon", "lat"]].reindex(sector[known])
    here, there = grid_points(placed["lon"], placed["lat"]), grid_points(middle["lon"], middle["lat"])
    metres = np.hypot(*(here - there).T)
    named = _names(placed)
    return Check(
        WHERE,
        f"{{n}} site(s) stand more than {POSTCODE_M / 1000:.0f} km from their postcode",
        "sites stand where their postcodes are",
        "correct the postcode or the coordinates",
        light="amber",
    ).judge(
        f"{named[i]}, {placed['postcode'].iloc[i]}: {metres[i] / 1000:.0f} km"
        for i in np.flatnonzero(metres > POSTCODE_M)
    )


def _imaging(playing: pd.DataFrame) -> Finding:
    services = _text(playing["services"])
    # A hospital's blank says that nothing is listed; a diagnostic centre lives by its list.
    is_centre = playing["kind"].eq("cdc") if "kind" in playing else services.ne("")
    listed = services.str.lower().str.contains(IMAGING, regex=False)
    wrong = playing["status"].eq("candidate") & ~listed & (services.ne("") | is_centre)
    named = _names(playing[wrong])
    given = services[wrong].replace("", "nothing listed")
    return Check(
        WHERE,
        "{n} candidate(s) list no imaging",
        "every candidate that lists its services lists imaging",
        "a clinic needs ultrasound or MRI nearby: exclude the site, or complete its services",
        light="amber",
    ).judge(f"{name}: {what}" for name, what in zip(named, given, strict=True))


def _names(table: pd.DataFrame) -> list[str]:
    names = _text(table["name"]) if "name" in table else pd.Series("", index=table.index)
    return [f"{site} {name}".strip() for site, name in names.items()]


def _text(column: pd.Series) -> pd.Series:
    """Cells as text, blanks as empty text, whatever an empty column was taken for."""
    return column.astype(object).where(column.notna(), "").astype(str)
