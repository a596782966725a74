"""Census 2021 tables as the Office for National Statistics hands them out: people by age, cars of households.

Two layouts are read: Nomis bulk (``date, geography, geography code``, one column a category) and the
long one of ONS's "create a custom dataset" (one row for each area and category, ``Observation``).
"""

import re

import pandas as pd

from clinic_siting.building.downloads import LSOA_CODE, Download, area_codes
from clinic_siting.errors import DataError

HEADING = ("geographycode", "lowerlayersuperoutputareascode", "observation", "lsoa21cd", "lsoa11cd")
LONG_CODE = "lowerlayersuperoutputareascode"
LONG_NAME = "lowerlayersuperoutputareas"
BAND, OLDEST = 5, 85
BANDS = [f"age_{low:02}_{low + 4:02}" for low in range(0, OLDEST, BAND)] + ["age_85_plus"]
NO_CAR = "no cars or vans in household"
NOT_COUNTED = ("does not apply",)


def people_by_age(download: Download) -> pd.DataFrame:
    """People of each zone by five-year band of age, from TS007A (or TS007, single years).

    Parameters
    ----------
    download
        In either layout.

    Returns
    -------
    Index ``zone_id``; ``name``, ``population`` and the 18 bands, people.

    Raises
    ------
    DataError
        Where the file is of another census or other areas, a category is wider than a band, a band
        is missing, or the bands do not add up to the total.
    """
    counts, total = _by_category(download, "Age")
    bands: dict[str, pd.Series] = {}
    for label in counts.columns:
        band = _band(label, download.name)
        bands[band] = bands[band] + counts[label] if band in bands else counts[label]
    missing = [band for band in BANDS if band not in bands]
    if missing:
        raise DataError(f"{download.name}: no people of {len(missing)} age band(s).", missing)
    table = pd.DataFrame(bands)[BANDS]
    # Counts are swapped and perturbed for privacy, so a total may differ from its parts by a little.
    people = table.sum(axis=1)
    if total is not None and ((people - total).abs() > 0.05 * total + 10).any():
        wrong = people.index[(people - total).abs() > 0.05 * total + 10]
        raise DataError(
            f"{download.name}: the ages do not add up to the total in {len(wrong)} zone(s).", wrong
        )
    names = _names(download).reindex(table.index)
    return pd.DataFrame({"name": names, "population": people}).join(table)


def households_by_car(download: Download) -> pd.DataFrame:
    """Households of each zone, and those without a car or van, from TS045.

    Parameters
    ----------
    download
        In either layout.

    Returns
    -------
    Index ``zone_id``; ``households``, ``households_no_car``.

    Raises
    ------
    DataError
        Where the file is of another census or other areas, or no category is of those without.
    """
    counts, total = _by_category(download, "(Number of cars or vans|Car or van availability)")
    without = [label for label in counts.columns if label.lower() == NO_CAR]
    if not without:
        raise DataError(
            f"{download.name}: no category {NO_CAR!r}; is it table TS045?", [", ".join(counts.columns[:8])]
        )
    households = counts.sum(axis=1) if total is None else total
    return pd.DataFrame({"households": households, "households_no_car": counts[without[0]]})


def _by_category(download: Download, variable: str) -> tuple[pd.DataFrame, pd.Series | None]:
    """Counts, zones × categories, and the total where the file has one."""
    _refuse_other_census(download)
    observation = download.column("observation")
    codes = area_codes(download, LONG_CODE)
    zone = codes.str.fullmatch(LSOA_CODE.pattern)
    if not zone.any():
        raise DataError(f"{download.name}: no row is about an LSOA; choose that geography.", codes.head(3))
    if observation is not None:
        category = next(
            (c for c in download.table if re.match(rf"{variable} \(\d+ categories\)$", str(c))), None
        )
        if category is None:
            raise DataError(f"{download.name}: no column of categories, as 'Age (18 categories)'.")
        long = pd.DataFrame(
            {"zone_id": codes, "label": download.table[category], "n": download.numbers(observation)}
        )[zone]
        wide = long.pivot_table(index="zone_id", columns="label", values="n", aggfunc="sum", fill_value=0.0)
        dropped = [c for c in wide.columns if str(c).lower() in NOT_COUNTED]
        return wide.drop(columns=dropped), None
    labels = {
        str(c): re.sub(rf"^{variable}: |; measures: Value$", "", str(c))
        for c in download.table
        if re.match(rf"{variable}: ", str(c))
    }
    if not labels:
        raise DataError(f"{download.name}: no column of counts, as 'Age: Aged 5 to 9 years'.")
    if codes[zone].duplicated().any():
        raise DataError(f"{download.name}: zones occur more than once.", codes[zone & codes.duplicated()])
    wide = pd.DataFrame({label: download.numbers(c) for c, label in labels.items()})[zone]
    wide.index = pd.Index(codes[zone], name="zone_id")
    totals = [label for label in wide.columns if label.startswith("Total")]
    return wide.drop(columns=totals), wide[totals[0]] if totals else None


def _refuse_other_census(download: Download) -> None:
    date = download.column("date")
    if date is None:
        return
    years = set(download.table[date].astype(str).str[:4])
    if years - {"2021"}:
        found = ", ".join(sorted(years))
        raise DataError(
            f"{download.name}: figures of {found}, whose LSOAs are not those of 2021; take Census 2021."
        )


def _names(download: Download) -> pd.Series:
    column = download.column(LONG_NAME, "geography", "lsoa21nm")
    codes = area_codes(download, LONG_CODE)
    names = download.table[column] if column else codes
    named = pd.Series(names.to_numpy(), index=pd.Index(codes, name="zone_id"))
    return named[~named.index.duplicated()]


def _band(label: str, file: str) -> str:
    """The five-year band in which a category of ages lies."""
    years = [int(year) for year in re.findall(r"\d+", label)]
    low, high = (years[0], years[-1]) if years else (0, 0)
    text = label.lower()
    if "under" in text:
        low, high = 0, high if "and under" in text else high - 1
    if "over" in text:
        high = max(low, OLDEST)
    if (
        ("over" in text and low < OLDEST)
        or min(low, OLDEST) // BAND != min(high, OLDEST) // BAND
        or not years
    ):
        raise DataError(f"{file}: the category {label!r} is no part of a five-year band; take table TS007A.")
    return BANDS[min(low, OLDEST) // BAND]
