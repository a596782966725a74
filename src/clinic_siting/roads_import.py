"""Roads brought into a data folder: whose they are, where they matter, what a period costs on them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clinic_siting import osm, sources, travel
from clinic_siting.errors import ClinicSitingError, ConfigError
from clinic_siting.network import link_minutes, road_network, snap, without_observed_speeds
from clinic_siting.network.speeds import FITTED
from clinic_siting.tables import Roads, SpeedTables
from clinic_siting.travel.orders import compute_order

Progress = Callable[[str, float | None], None]
ZONES, PERIODS, ROAD_ORDER = "zones.csv.gz", "periods.csv", "road_order.parquet"
# Journeys between zones and sites may leave their bounding box by this much (20 to 30 km).
MARGIN_DEG = 0.3
MAX_SNAP_M = 5000.0


@dataclass(frozen=True, slots=True)
class RoadImport:
    """What to import and where to.

    Attributes
    ----------
    file
        An OpenStreetMap file, or None.
    place
        A place to download, or empty.
    out
        Folder for the road tables.
    data
        Data folder whose zones tell the highway authorities and the area; None: ``out`` itself,
        where it is a data folder.

    Raises
    ------
    ConfigError
        Where not exactly one of file and place is given.
    """

    file: Path | None
    place: str
    out: Path
    data: Path | None = None

    def __post_init__(self) -> None:
        """Check."""
        if (self.file is None) == (not self.place):
            raise ConfigError("roads import: give either a file or --place NAME.")


def import_roads(wanted: RoadImport, *, progress: Progress) -> str:
    """Import roads and write their tables.

    Into a data folder everything goes that depends on the roads: their order of contraction, and,
    where the new roads carry no numbers, each period's ratio to fitted minutes, taken from the roads
    that the folder holds until then.

    Parameters
    ----------
    wanted
        What, and where to.
    progress
        Called with what is being done and the share of it that is done, None where it is unknown.

    Returns
    -------
    What was imported and what was left out, in words.

    Raises
    ------
    DataError
        Where the file or the data folder is refused.
    OutputError
        Where the folder cannot be written.
    """
    data = _data_of(wanted)
    places, authorities, box = (None, None, None) if data is None else _whereabouts(data)
    if wanted.file is not None:
        result = osm.read_roads_file(wanted.file, authorities=authorities, box=box, progress=progress)
    else:
        result = osm.download_roads(wanted.place, authorities=authorities, progress=progress)
    source = wanted.file.name if wanted.file else f"OpenStreetMap, {wanted.place}"
    vintage = osm.file_vintage(wanted.file) if wanted.file else ""
    files, words = (
        osm.road_files(result, source=source, vintage=vintage),
        [osm.in_words(result, places=places)],
    )
    if without_observed_speeds(result.roads) and data is not None:
        progress("measuring what each period costs", None)
        table, said = _periods(data)
        words.append(said)
        if table is not None:
            files[PERIODS] = osm.DataFile(table.to_csv(index=False, lineterminator="\n").encode(), {})
    progress("ordering the roads", None)
    order, said = _order(result.roads)
    words.append(said)
    if order is not None:
        files[ROAD_ORDER] = order
    progress("writing", None)
    osm.write_data_files(wanted.out, files)
    return "\n".join(words)


def _data_of(wanted: RoadImport) -> sources.DataFolder | None:
    if wanted.data is not None:
        return sources.open_data(wanted.data)
    return sources.open_data(wanted.out) if (wanted.out / ZONES).is_file() else None


def _whereabouts(data: sources.DataFolder) -> tuple[pd.DataFrame, pd.DataFrame, osm.Box]:
    """Names of places, where highway authorities are, and the area that counts."""
    zones = sources.read_zones(data).table
    named = next(
        (zones[column] for column in ("lad_name", "name") if column in zones), zones.index.to_series()
    )
    authorities = authority_places(zones, SpeedTables(**sources.read_speed_tables(data)))
    return zones[["lon", "lat"]].assign(name=named), authorities, area_box(zones)


def authority_places(zones: pd.DataFrame, speeds: SpeedTables) -> pd.DataFrame:
    """Where highway authorities are: the points of the zones that name one.

    Parameters
    ----------
    zones
        ``lon``, ``lat``, ``county`` (the authority's name), and ``lad`` (the code of a council, which is
        the authority's too except in districts of a county, E07).
    speeds
        For the codes of named authorities.

    Returns
    -------
    pd.DataFrame
        ``lon``, ``lat``, ``authority``, on the zones' index.
    """
    named = pd.concat([speeds.observed, speeds.area_factors])
    code_of = dict(zip(named["authority_name"], named["authority"], strict=True))
    empty = pd.Series(None, index=zones.index, dtype=object)
    code = zones.get("county", empty).map(code_of).astype(object)
    council = zones.get("lad", empty).astype(object)
    code = code.where(code.notna(), council.where(~council.astype(str).str.startswith("E07")))
    return zones[["lon", "lat"]].assign(authority=code).dropna(subset="authority")


def area_box(zones: pd.DataFrame) -> osm.Box:
    """West, south, east, north of the zones in degrees, with a margin for journeys around the corner."""
    low, high = zones[["lon", "lat"]].min() - MARGIN_DEG, zones[["lon", "lat"]].max() + MARGIN_DEG
    return float(low["lon"]), float(low["lat"]), float(high["lon"]), float(high["lat"])


def period_ratios(roads: Roads, speeds: SpeedTables, zones: pd.DataFrame, sites: pd.DataFrame) -> pd.Series:
    """How much longer journeys take in each period than by fitted minutes.

    Parameters
    ----------
    roads
        Roads with observed speeds.
    speeds
        The tables.
    zones, sites
        ``lon``, ``lat``.

    Returns
    -------
    pd.Series
        Median over all journeys of minutes in the period ÷ fitted minutes, by period.
    """
    minutes = {p: link_minutes(roads, speeds, period=p) for p in (FITTED, *speeds.periods["period"])}
    network = road_network(roads, minutes[FITTED])
    engine = travel.travel_engine(network)
    places = [snap(network, table[["lon", "lat"]], max_snap_m=MAX_SNAP_M) for table in (zones, sites)]
    times = {
        period: travel.travel_times(road_network(roads, of_link), *places, engine=engine).minutes
        for period, of_link in minutes.items()
    }
    # A journey to the node where it began takes no time in any period.
    both = np.isfinite(times[FITTED]) & (times[FITTED] > 0)
    ratios = {p: float(np.median(t[both] / times[FITTED][both])) for p, t in times.items() if p != FITTED}
    return pd.Series(ratios, name="fitted_ratio").round(4)


def _periods(data: sources.DataFolder) -> tuple[pd.DataFrame | None, str]:
    """Periods with the ratio that the folder's present roads show; None where they show none."""
    try:
        speeds, roads = SpeedTables(**sources.read_speed_tables(data)), sources.read_roads(data)
        if without_observed_speeds(roads):
            kept = "The roads they replace carried none either: the periods' ratios stay as they were."
            return None, kept
        zones = sources.read_zones(data)
        sites = sources.read_sites(data, zones)
        ratios = period_ratios(roads, speeds, zones.table, sites.table.loc[sites.playing])
    except ClinicSitingError as reason:
        return None, f"No period but {FITTED} can be used, as no ratio could be measured: {reason.verdict}"
    table = speeds.periods.assign(fitted_ratio=speeds.periods["period"].map(ratios))
    spoken = ", ".join(f"{period} {ratio:.3f}" for period, ratio in ratios.items())
    return table, (
        "A period is therefore fitted minutes times one ratio, as journeys on the roads they replace "
        f"show it: {spoken}."
    )


def _order(roads: Roads) -> tuple[osm.DataFile | None, str]:
    """Order of contraction that belongs to the roads, so that no run has to find it."""
    network = road_network(roads, np.ones(len(roads.links)))
    try:
        order, _ = compute_order(network)
    except ClinicSitingError as reason:
        return None, f"Every run will be slower or order the roads itself: {reason.verdict}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ROAD_ORDER
        travel.write_order(path, order, network)
        content = path.read_bytes()
    title = (
        "Order in which the road nodes are contracted, for quick travel times (rank; row number = node id)"
    )
    row = {"title": title, "publisher": "this project", "licence": "Open Database Licence 1.0"}
    return osm.DataFile(
        content, {**row, "note": "", "source": "road_edges.parquet"}
    ), "The roads are ordered."
