"""Zones before they are trusted: which ids, how many people, what stands for 'unknown'."""

import difflib
from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from clinic_siting.gate.codes import check_codes, check_middle_layer
from clinic_siting.gate.findings import Check, Finding
from clinic_siting.gate.places import alike
from clinic_siting.spreadsheets import file_rows
from clinic_siting.tables import SENTINELS, BoolArray
from clinic_siting.tables.checks import numbers

WHERE = "zones"
TENTHS = (1, 10)
# A zone with many patients has some dozens for another's one; this is a hundred times more for its people.
UNLIKE_OTHERS = 100
IDENTITY = ("zone_id", "name", "msoa", "msoa_name", "lad", "lad_name", "county", "icb", "icb_name")
KNOWN = (
    *IDENTITY,
    *("alliance", "alliance_name", "region", "lon", "lat", "population", "households", "households_no_car"),
    *("imd_score", "imd_decile", "rural_urban", "referrals"),
)
COUNTS = ("population", "households", "households_no_car", "referrals")


def check_zones(
    table: pd.DataFrame,
    *,
    model: str,
    rates: Collection[str] = (),
    msoas: Collection[str] = (),
    named: Collection[str] = (),
    in_area: BoolArray | None = None,
) -> list[Finding]:
    """Check the zones as they stand in their file.

    Parameters
    ----------
    table
        With ``zone_id`` as a column.
    model
        Of demand: ``incidence``, ``population``, ``referrals``, or ``own`` where it stands elsewhere.
    rates
        Age bands that have a rate of cases.
    msoas
        Codes of the shapes of middle-layer areas; empty where there are none.
    named
        Other columns that the config reads.
    in_area
        Which rows count, shape (n_rows,); None: all. Demand is asked of these alone.
    """
    ids = table["zone_id"].astype(str)
    by_id = table.set_axis(pd.Index(ids, name="zone_id"), axis=0)
    ages = [c for c in table.columns if c.startswith("age_")]
    findings = [*_ids(ids), *check_codes(ids)]
    if "msoa" in table and msoas:
        findings += check_middle_layer(by_id["msoa"].astype(str), set(msoas))
    findings += [
        _figures(by_id, ages),
        _sentinels(by_id),
        _demand(by_id if in_area is None else by_id[in_area], model, ages),
    ]
    if ages and "population" in table:
        findings.append(_ages_add_up(by_id, ages))
    if "imd_decile" in table:
        findings.append(_tenths(by_id["imd_decile"]))
    if rates and ages:
        findings.append(_bands(ages, rates))
    return [*findings, stray_columns(table.columns, (*KNOWN, *ages, *named), WHERE)]


def check_referrals(referrals: pd.Series, people: pd.Series) -> Finding:
    """Look for zones with so many more referrals than the others that a figure is doubtful.

    Parameters
    ----------
    referrals, people
        A year, and who live there; both by zone.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        each = pd.Series(numbers(referrals) / numbers(people), index=referrals.index)
    some = each[each > 0]
    far = some[some > UNLIKE_OTHERS * some.median()]
    return Check(
        WHERE,
        f"{{n}} zone(s) have, for their people, more than {UNLIKE_OTHERS} times the referrals of half the "
        "zones that have any",
        "no zone's referrals are out of all proportion",
        "is it a total, a number for 'unknown', or the place of a hospital? Then correct it",
        light="amber",
    ).judge(f"{zone}: {referrals[zone]:g} referrals, {people[zone]:g} people" for zone in far.index)


def _ids(ids: pd.Series) -> list[Finding]:
    empty = np.flatnonzero(ids.str.strip().isin(["", "nan", "None"]))
    return [
        Check(
            WHERE,
            "zone_id: {n} id(s) occur more than once",
            "every zone stands there once",
            "leave the repeated rows out; each would count twice",
        ).judge(ids[ids.duplicated()].unique()),
        Check(WHERE, "zone_id is empty in {n} row(s)", "every zone has an id", "give each its code").judge(
            f"row {row}" for row in file_rows(ids.index, empty)
        ),
        Check(
            WHERE,
            "{n} group(s) of ids differ only in case, blanks or signs",
            "no two ids are nearly alike",
            "leave one of each out",
        ).judge(alike(ids)),
    ]


def _figures(table: pd.DataFrame, ages: list[str]) -> Finding:
    rows = []
    for column in (*COUNTS, *ages):
        if column in table:
            values = numbers(table[column])
            wrong = ~(np.isfinite(values) & (values >= 0)) & ~np.isin(values, SENTINELS)
            if wrong.any():
                rows.append(_example(table[column], wrong, f"{column} must be a number of 0 or more"))
    for column in table.columns.difference([*COUNTS, *ages, "lon", "lat"]):
        if table[column].dtype.kind in "iuf":
            wrong = ~np.isfinite(numbers(table[column]))
            if wrong.any():
                rows.append(_example(table[column], wrong, f"{column} must be a number"))
    return Check(
        WHERE,
        "{n} column(s) hold something that is no figure",
        "figures are finite and not negative",
        "correct the cells; leave a column out rather than half empty",
    ).judge(rows)


def _example(column: pd.Series, wrong: BoolArray, what: str) -> str:
    first = column[wrong]
    return f"{what}; {len(first):,} row(s) differ, first {first.index[0]}: {first.iloc[0]}"


def _sentinels(table: pd.DataFrame) -> Finding:
    rows = []
    for column in table.columns:
        if table[column].dtype.kind in "iuf":
            for zone, value in table.loc[table[column].isin(SENTINELS), column].items():
                rows.append(f"{zone}: {column} {value:g}")
    return Check(
        WHERE,
        "{n} cell(s) hold a number that stands for 'unknown'",
        "no number stands for 'unknown'",
        "put in the true figure, or leave the zone out",
    ).judge(rows)


def _demand(table: pd.DataFrame, model: str, ages: list[str]) -> Finding:
    check = Check(
        WHERE,
        "{n} zone(s) have no demand",
        "every zone has demand",
        "put in the people who live there, or leave the zone out of the area",
    )
    if model == "own":
        return check.judge(())
    if model == "referrals":
        # Of few referrals many zones have none; a column of blanks is no figure at all.
        wrong = numbers(table["referrals"]) if "referrals" in table else np.full(len(table), np.nan)
        return check.judge(table.index[np.isnan(wrong)])
    columns = ages if model == "incidence" and ages else ["population"]
    return check.judge(table.index[np.sum([numbers(table[c]) for c in columns], axis=0) == 0])


def _ages_add_up(table: pd.DataFrame, ages: list[str]) -> Finding:
    people = numbers(table["population"])
    total = np.sum([numbers(table[c]) for c in ages], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = total / people
    wrong = np.isfinite(share) & ((share < 0.5) | (share > 2))
    return Check(
        WHERE,
        "people by age do not add up to the population in {n} zone(s): shares, or thousands?",
        "people by age add up to the population",
        "give people in every age band, not shares or thousands",
    ).judge(
        f"{table.index[i]}: {total[i]:g} by age, population {people[i]:g}"
        for i in map(int, np.flatnonzero(wrong))
    )


def _tenths(decile: pd.Series) -> Finding:
    values = numbers(decile)
    wrong = ~np.isin(values, np.arange(TENTHS[0], TENTHS[1] + 1))
    return Check(
        WHERE,
        "imd_decile is no whole number from 1 to 10 in {n} zone(s)",
        "deprivation is in tenths, 1 to 10",
        "1 is the most deprived tenth, 10 the least",
    ).judge(f"{zone}: {value}" for zone, value in decile[wrong].items())


def _bands(ages: Collection[str], rates: Collection[str]) -> Finding:
    return Check(
        WHERE,
        "{n} age band(s) have no rate of cases, so their people count for nothing",
        "every age band has a rate of cases",
        "add the bands to incidence.csv, or merge them",
        light="amber",
    ).judge(sorted(set(ages) - set(rates)))


def stray_columns(columns: Iterable[object], known: Collection[str], where: str) -> Finding:
    """Columns that nothing reads: a misspelt name would be passed over in silence."""
    rows = []
    for column in map(str, columns):
        if column not in known:
            near = difflib.get_close_matches(column.lower(), list(known), n=1, cutoff=0.75)
            rows.append(f"{column} (did you mean {near[0]}?)" if near else column)
    return Check(
        where,
        "{n} column(s) are read by nothing",
        "every column is known",
        "correct the name, or take the column out",
        light="amber",
    ).judge(rows)
