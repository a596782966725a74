"""Minutes of every road link in a period of the day."""

import difflib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from clinic_siting.errors import ConfigError, DataError
from clinic_siting.tables import BoolArray, FloatArray, IntArray, Roads, SpeedTables

FITTED = "fitted"
FREE_FLOW = "free_flow"
RAMP = "ramp"
SETTINGS = ("rural", "suburban", "dense")
# Mean junctions within 400 m of a link's two ends at which the next setting begins.
SETTING_BOUNDS = (18.0, 55.0)
OBSERVED_CLASSES = ("trunk", "primary")
FACTOR_CLASSES = ("primary", "secondary", "tertiary", "minor")


def link_minutes(roads: Roads, speeds: SpeedTables, *, period: str) -> pd.Series:
    r"""Minutes that each road link takes in a period.

    Fitted minutes are length ÷ speed by class, setting and carriageway; ``fitted`` stops there. In
    every other period a trunk or primary link whose (authority, road) was observed takes
    ``60 ÷ kph − delay ÷ 60 × (1 − delay_ratio)`` minutes a kilometre, with the delay in seconds a
    kilometre; other primary, secondary, tertiary and minor links take their fitted minutes times
    the authority's factor of the period. Ramps, motorways and dual rural trunk roads stay fitted.
    Roads to which no observed speed could apply (:func:`without_observed_speeds`) take their fitted
    minutes times the set's own ratio for the period, ``fitted_ratio`` in ``speeds.periods``.

    Parameters
    ----------
    roads
        Links and their nodes.
    speeds
        Fitted and observed speeds, periods and factors.
    period
        ``fitted`` or a row of ``speeds.periods``.

    Returns
    -------
    pd.Series
        Named ``minutes``, on the index of ``roads.links``.

    Raises
    ------
    ConfigError
        Where the period does not exist; the known ones are named.
    DataError
        Where a class of road has no fitted speed, a link's minutes would not be positive, or the
        roads know neither observed speeds nor a ratio for the period.
    """
    links = roads.links
    ramp, oneway = links["ramp"].to_numpy(dtype=bool), links["oneway"].to_numpy(dtype=bool)
    setting = link_settings(roads)
    with np.errstate(over="ignore"):  # endless minutes are refused below, with their links
        minutes = links["length_m"].to_numpy(dtype=float) * 0.06 / _fitted_kph(links, setting, speeds)
    if period != FITTED and without_observed_speeds(roads):
        minutes = minutes * fitted_ratio(speeds, period)
    elif period != FITTED:
        delay_ratio = _delay_ratio(speeds, period)
        dual_rural = links["road_class"].eq("trunk").to_numpy() & oneway & (setting == 0)
        observed = links["road_class"].isin(OBSERVED_CLASSES).to_numpy() & ~ramp & ~dual_rural
        per_km = _observed_minutes_per_km(links, observed, speeds, delay_ratio)
        has_row = np.isfinite(per_km)
        factor = _area_factors(links, speeds, period)
        factor[ramp | has_row | ~links["road_class"].isin(FACTOR_CLASSES).to_numpy()] = 1.0
        on_road = per_km * links["length_m"].to_numpy(dtype=float) / 1000
        minutes = np.where(has_row, on_road, minutes * factor)
    wrong = ~(np.isfinite(minutes) & (minutes > 0))
    if wrong.any():
        rows = [
            f"link {link}: {value} minutes"
            for link, value in zip(links.index[wrong], minutes[wrong], strict=True)
        ]
        raise DataError(
            f"roads: {wrong.sum():,} link(s) would not take finite, positive minutes in {period}; see the "
            "speeds, factors and lengths.",
            rows,
        )
    return pd.Series(minutes, index=links.index, name="minutes")


def link_settings(roads: Roads) -> IntArray:
    """Sort links by the mean junctions at their two ends: 0 rural, 1 suburban, 2 dense."""
    junctions = roads.nodes["junctions_400m"].to_numpy(dtype=float)
    ends = junctions[roads.links["from_node"]] + junctions[roads.links["to_node"]]
    setting: IntArray = np.digitize(ends / 2, SETTING_BOUNDS).astype(np.int64)
    return setting


def without_observed_speeds(roads: Roads) -> bool:
    """Whether no link has both an authority and a road number, by which speeds are observed.

    So it is with roads imported from files that carry no numbers: their minutes in a period are
    fitted minutes times one ratio, which must be said wherever they are shown.
    """
    return not (roads.links["authority"].notna() & roads.links["road"].notna()).any()


def fitted_ratio(speeds: SpeedTables, period: str) -> float:
    """How many times its fitted minutes a road takes in a period whose speeds nobody observed on it.

    Raises
    ------
    ConfigError
        Where the period does not exist.
    DataError
        Where the set has no ratio for it.
    """
    if period == FITTED:
        return 1.0
    _delay_ratio(speeds, period)  # refuses a period that does not exist
    known = speeds.periods.set_index("period").get("fitted_ratio", pd.Series(dtype=float))
    ratio = float(pd.to_numeric(known, errors="coerce").get(period, np.nan))
    if not (np.isfinite(ratio) and ratio > 0):
        raise DataError(
            f"period {period}: no road has both a number and an authority, so no observed speed applies, and "
            f"periods.csv has no fitted_ratio for it; choose the period {FITTED}, or import the roads into "
            "a data folder, which works the ratio out."
        )
    return ratio


def observed_in_words(roads: Roads, speeds: SpeedTables, *, period: str) -> str:
    """What of the speeds was observed; roads that carry no numbers have none that was."""
    if not without_observed_speeds(roads):
        return "observed on A roads"
    ratio = fitted_ratio(speeds, period)
    none = "none observed, as the roads carry no numbers"
    return none if ratio == 1 else f"{none}: in this period every road takes {ratio:.3f} times as long"


def congested(
    minutes: pd.Series, roads: Roads, speeds: SpeedTables, *, factors: Mapping[str, float]
) -> pd.Series:
    """Minutes with a factor on every link of some highway authorities.

    Parameters
    ----------
    minutes
        Minutes of each link.
    roads
        The links, for their authorities.
    speeds
        For the authorities' names.
    factors
        Factor by authority, named by its code or its name.

    Returns
    -------
    pd.Series
        Named ``minutes``, on the same index.

    Raises
    ------
    ConfigError
        Where an authority is unknown (the nearest name is given), is named twice, or its factor is
        not finite and positive.
    """
    by_code: dict[str, float] = {}
    for authority, factor in factors.items():
        code = _authority_code(str(authority), roads, speeds)
        if code in by_code:
            raise ConfigError(f"congestion: {authority} is named twice, by its code and its name.")
        if not (np.isfinite(factor) and factor > 0):
            raise ConfigError(f"congestion: {authority} needs a factor above 0, not {factor}.")
        by_code[code] = float(factor)
    factor_of_link = roads.links["authority"].astype(object).map(by_code).fillna(1.0)
    return (minutes * factor_of_link.to_numpy(dtype=float)).rename("minutes")


def _authority_code(authority: str, roads: Roads, speeds: SpeedTables) -> str:
    named = pd.concat([speeds.observed, speeds.area_factors])
    code_of: dict[str, str] = {}
    if "authority_name" in named:
        code_of = dict(zip(named["authority_name"].str.casefold(), named["authority"], strict=True))
    codes = set(roads.links["authority"].dropna().unique())
    code = authority if authority in codes else code_of.get(authority.casefold())
    if code in codes:
        return str(code)
    names = {name.casefold(): name for name in named.get("authority_name", pd.Series(dtype=str)).unique()}
    near = difflib.get_close_matches(authority.casefold(), [*names, *map(str, codes)], n=1, cutoff=0.5)
    hint = f" Did you mean {names.get(near[0], near[0])}?" if near else ""
    raise ConfigError(f"congestion: no road of the data set belongs to an authority {authority!r}.{hint}")


def _fitted_kph(links: pd.DataFrame, setting: IntArray, speeds: SpeedTables) -> FloatArray:
    table = speeds.speeds
    of_class = pd.Categorical(links["road_class"])
    names = [str(name) for name in of_class.categories]
    kph = np.full((len(names) + 1, len(SETTINGS), 2), np.nan)
    place = {name: row for row, name in enumerate([*names, RAMP])}
    for road_class, at, carriageway, value in zip(
        table["road_class"], table["setting"], table["carriageway"], table["kph"], strict=True
    ):
        if road_class in place and at in SETTINGS:
            ways = {"twoway": [0], "oneway": [1]}.get(carriageway, [0, 1])
            kph[place[road_class], SETTINGS.index(at), ways] = value
    row = np.where(links["ramp"].to_numpy(dtype=bool), len(names), of_class.codes)
    found: FloatArray = kph[row, setting, links["oneway"].to_numpy(dtype=np.int64)]
    missing = np.isnan(found)
    if missing.any():
        kinds = {
            ([*names, RAMP][r], SETTINGS[s]) for r, s in zip(row[missing], setting[missing], strict=True)
        }
        raise DataError(f"speeds: {missing.sum():,} link(s) are of a kind without a speed.", sorted(kinds))
    return found


def _delay_ratio(speeds: SpeedTables, period: str) -> float:
    known = speeds.periods.set_index("period")["delay_ratio"]
    if period not in known.index:
        periods = [FITTED, *map(str, known.index)]
        near = difflib.get_close_matches(period.casefold(), periods, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ConfigError(f"period {period!r} does not exist; choose one of {', '.join(periods)}.{hint}")
    return float(known[period])


def _observed_minutes_per_km(
    links: pd.DataFrame, eligible: BoolArray, speeds: SpeedTables, delay_ratio: float
) -> FloatArray:
    observed = speeds.observed
    per_km = 60 / observed["kph"] - observed["delay_s_per_km"] / 60 * (1 - delay_ratio)
    known = pd.MultiIndex.from_frame(observed[["authority", "road"]].astype(object))
    wanted = pd.MultiIndex.from_frame(links.loc[eligible, ["authority", "road"]].astype(object))
    row = known.get_indexer(wanted)
    result = np.full(len(links), np.nan)
    result[eligible] = np.where(row >= 0, per_km.to_numpy(dtype=float)[row], np.nan)
    return result


def _area_factors(links: pd.DataFrame, speeds: SpeedTables, period: str) -> FloatArray:
    if period not in speeds.area_factors.columns:
        if period == FREE_FLOW:
            return np.ones(len(links))
        raise DataError(f"area_factors has no column for the period {period}.")
    factor = speeds.area_factors.set_index("authority")[period]
    of_authority = pd.Categorical(links["authority"])
    # The extra last row serves links without an authority, whose code is -1.
    by_code = np.ones(len(of_authority.categories) + 1)
    by_code[:-1] = factor.reindex(of_authority.categories).fillna(1.0)
    of_link: FloatArray = by_code[of_authority.codes]
    return of_link
