"""The named values that the stages hand to one another: checked once at birth, then trusted.

Each is a frozen dataclass that sorts its ids, so that the order of rows in a file can never
change an answer. A value that breaks an invariant is never made: :class:`TableError` lists every
row at fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from clinic_siting.errors import TableError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

# Longitudes and latitudes of Great Britain: coordinates are projected to its National Grid.
LON_RANGE = (-9.0, 2.5)
LAT_RANGE = (49.5, 61.0)
LONGEST_JOURNEY_MIN = 24 * 60
STATUSES = ("existing", "candidate", "excluded")
GREAT_BRITAIN_GRID = "EPSG:27700"
DEGREES = "EPSG:4326"


@dataclass(frozen=True, slots=True, eq=False)
class DemandZones:
    """Small areas where people live.

    Attributes
    ----------
    table
        Index ``zone_id``, sorted; columns ``lon``, ``lat`` (degrees, the point where journeys
        begin), ``population`` (people) and whatever groups the data set has (age bands in
        people, ``alliance_name``, ``icb_name``, ``county``, ``imd_decile`` …).

    Raises
    ------
    TableError
        On duplicate or empty ids, counts that are negative or not finite, or coordinates that
        are missing, swapped or outside Great Britain.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check and sort."""
        table = _sorted_by_id(self.table, "zone_id")
        _require_columns(table, ("lon", "lat", "population"), "zones")
        _check_coordinates(table, "zones")
        counts = [c for c in table.columns if c == "population" or c.startswith("age_")]
        counts += [c for c in ("households", "households_no_car") if c in table.columns]
        _check_counts(table, counts, "zones")
        object.__setattr__(self, "table", table)

    @property
    def zone_id(self) -> pd.Index:
        """Sorted ids of the zones."""
        return self.table.index

    def within(self, keep: pd.Series) -> "DemandZones":
        """Zones for which ``keep`` (booleans on the same index) is true."""
        return DemandZones(self.table[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Places where a clinic is or could be.

    Attributes
    ----------
    table
        Index ``site_id``, sorted; column ``status`` (existing, candidate or excluded); ``name``
        (the id where none is given); ``catchment`` (the only ``alliance_name`` whose patients the
        site serves, empty for everyone); ``lon``, ``lat`` in degrees where the geography is known.

    Raises
    ------
    TableError
        On duplicate or empty ids, an unknown status, no site that is or may be open, or bad
        coordinates.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check and sort."""
        table = _sorted_by_id(self.table, "site_id")
        _require_columns(table, ("status",), "sites")
        unknown = table[~table["status"].isin(STATUSES)]
        if len(unknown):
            raise TableError(
                f"sites: status must be one of {', '.join(STATUSES)}; {len(unknown)} row(s) differ.",
                unknown["status"].items(),
            )
        if not table["status"].isin(["existing", "candidate"]).any():
            raise TableError("sites: none is existing or candidate, so there is nothing to choose.")
        if "name" not in table:
            table = table.assign(name=table.index.astype(str))
        if "catchment" not in table:
            table = table.assign(catchment="")
        table = table.assign(
            name=table["name"].where(table["name"].notna(), table.index.astype(str)),
            catchment=table["catchment"].fillna(""),
        )
        if "lon" in table:
            _check_coordinates(table, "sites")
        object.__setattr__(self, "table", table)

    @property
    def site_id(self) -> pd.Index:
        """Sorted ids of the sites."""
        return self.table.index

    @property
    def existing(self) -> pd.Index:
        """Ids of the sites that are open today."""
        return self.table.index[self.table["status"] == "existing"]

    @property
    def candidates(self) -> pd.Index:
        """Ids of the sites that may be opened."""
        return self.table.index[self.table["status"] == "candidate"]

    @property
    def playing(self) -> pd.Index:
        """Ids of the sites that are or may be open."""
        return self.table.index[self.table["status"] != "excluded"]

    def name_of(self, site_id: str) -> str:
        """Name of one site."""
        return str(self.table.at[site_id, "name"])


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Road junctions and the links between them.

    Attributes
    ----------
    nodes
        Row number = node id; ``lon``, ``lat`` in degrees; ``junctions_400m``, a count.
    links
        ``from_node``, ``to_node``, ``length_m`` (along the road), ``road_class``, ``ramp``,
        ``oneway``, ``source``, ``authority`` and ``road`` (number), the last two may be null.
        A one-way link runs from ``from_node`` to ``to_node``; any other runs both ways.

    Raises
    ------
    TableError
        On a length that is not finite and positive, a node that does not exist, or a self-loop.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        _require_columns(self.nodes, ("lon", "lat", "junctions_400m"), "road nodes")
        needed = ("from_node", "to_node", "length_m", "road_class", "ramp", "oneway", "authority", "road")
        _require_columns(self.links, needed, "road links")
        if self.nodes.empty or self.links.empty:
            raise TableError("roads: there are no nodes or no links; was the file cut short?")
        _check_coordinates(self.nodes, "road nodes")
        _check_counts(self.nodes, ("junctions_400m",), "road nodes")
        start, end, length = (_numbers(self.links[c]) for c in ("from_node", "to_node", "length_m"))
        problems = {
            "length_m is not finite and positive": ~(np.isfinite(length) & (length > 0)),
            "a node does not exist": ~(self._is_node(start) & self._is_node(end)),
            "both ends are the same node": start == end,
        }
        for what, wrong in problems.items():
            if wrong.any():
                rows = [
                    f"link {row}: {start[row]:.12g} → {end[row]:.12g}, {length[row]} m"
                    for row in np.flatnonzero(wrong)
                ]
                raise TableError(f"road links: {what} in {wrong.sum():,} row(s).", rows)

    def _is_node(self, number: FloatArray) -> BoolArray:
        known: BoolArray = (number >= 0) & (number < len(self.nodes)) & (number == np.floor(number))
        return known


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """The routable graph: minutes on every directed edge, in compressed sparse rows.

    Attributes
    ----------
    lon, lat
        Degrees, shape (n_nodes,).
    indptr, indices
        CSR structure: the edges out of node ``u`` end at ``indices[indptr[u]:indptr[u + 1]]``.
    minutes
        Minutes of each directed edge, shape (n_edges,); of parallel links the quickest.
    anchor
        Whether a journey may begin or end at the node, shape (n_nodes,).

    Raises
    ------
    TableError
        Where an edge's minutes are not finite and positive.
    """

    lon: FloatArray
    lat: FloatArray
    indptr: IntArray
    indices: IntArray
    minutes: FloatArray
    anchor: BoolArray

    def __post_init__(self) -> None:
        """Check and seal."""
        wrong = ~(np.isfinite(self.minutes) & (self.minutes > 0))
        if wrong.any():
            tails = np.repeat(np.arange(self.n_nodes), np.diff(self.indptr))
            rows = [
                f"{tails[e]} → {self.indices[e]}: {self.minutes[e]} minutes" for e in np.flatnonzero(wrong)
            ]
            raise TableError(f"road network: {wrong.sum():,} edge(s) without finite, positive minutes.", rows)
        for array in (self.lon, self.lat, self.indptr, self.indices, self.minutes, self.anchor):
            array.flags.writeable = False

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)


@dataclass(frozen=True, slots=True, eq=False)
class SpeedTables:
    """The tables from which a link's minutes follow, as they stand in the data set's CSV files.

    Attributes
    ----------
    speeds
        ``road_class``, ``setting``, ``carriageway``, ``kph``.
    observed
        ``authority``, ``authority_name``, ``road``, ``kph``, ``delay_s_per_km``.
    periods
        ``period``, ``delay_ratio``.
    area_factors
        ``authority``, ``authority_name`` and a column of factors for each period.

    Raises
    ------
    TableError
        On a missing column, a key that occurs twice, a speed or factor that is not finite and
        positive, or a delay that is not finite and 0 or more.
    """

    speeds: pd.DataFrame
    observed: pd.DataFrame
    periods: pd.DataFrame
    area_factors: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        keys = {
            "speeds": ["road_class", "setting", "carriageway"],
            "observed": ["authority", "road"],
            "periods": ["period"],
            "area_factors": ["authority"],
        }
        positive = {"speeds": ["kph"], "observed": ["kph"]}
        at_least_0 = {"observed": ["delay_s_per_km"], "periods": ["delay_ratio"]}
        for name, key in keys.items():
            table: pd.DataFrame = getattr(self, name)
            numbers = positive.get(name, []) + at_least_0.get(name, [])
            _require_columns(table, [*key, *numbers], name)
            twice = table[table.duplicated(key)]
            if len(twice):
                raise TableError(
                    f"{name}: {len(twice)} row(s) repeat a key.",
                    twice[key].itertuples(index=False, name=None),
                )
            _check_counts(table, numbers, name)
            for column in positive.get(name, []):
                if (table[column] == 0).any():
                    raise TableError(f"{name}: {column} is 0.", table.loc[table[column] == 0, key[0]])
        factors = self.area_factors.drop(columns=["authority", "authority_name"], errors="ignore")
        values = factors.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
        if not (np.isfinite(values) & (values > 0)).all():
            raise TableError("area_factors: every factor must be a number above 0.")


@dataclass(frozen=True, slots=True, eq=False)
class Snap:
    """Where places join the road network, and what the way to the road costs.

    Attributes
    ----------
    index
        Ids of the places, in the order given.
    node
        Node of the network at which each place joins, shape (n_places,).
    straight_m
        Straight metres from the place to that node, shape (n_places,).
    minutes
        Minutes of the way to the road, shape (n_places,); ``inf`` where it is too far.

    Raises
    ------
    TableError
        Where the shapes differ, or minutes or metres are NaN or negative.
    """

    index: pd.Index
    node: IntArray
    straight_m: FloatArray
    minutes: FloatArray

    def __post_init__(self) -> None:
        """Check and seal."""
        if not len(self.index) == len(self.node) == len(self.straight_m) == len(self.minutes):
            raise TableError("snap: index, node, straight_m and minutes differ in length.")
        for name, values in (("straight_m", self.straight_m), ("minutes", self.minutes)):
            wrong = ~(values >= 0)
            if wrong.any():
                raise TableError(f"snap: {name} is NaN or negative.", self.index[wrong])
        for array in (self.node, self.straight_m, self.minutes):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Count the places."""
        return len(self.index)

    def of(self, ids: Iterable[str]) -> "Snap":
        """The places with these ids, in the order given."""
        row = _positions(self.index, ids, "snap")
        return Snap(self.index[row], self.node[row], self.straight_m[row], self.minutes[row])


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """Minutes from every zone to every site, patient to clinic.

    Attributes
    ----------
    zone_id, site_id
        Sorted ids.
    minutes
        Shape (n_zones, n_sites); ``inf`` where there is no route or the site may not serve the zone.

    Raises
    ------
    TableError
        On duplicate ids, a shape that does not fit, NaN, negative minutes, or finite minutes
        beyond a day (seconds, or a sentinel such as 9999).
    """

    zone_id: pd.Index
    site_id: pd.Index
    minutes: FloatArray

    def __post_init__(self) -> None:
        """Check, sort and seal."""
        zones, sites = pd.Index(self.zone_id, name="zone_id"), pd.Index(self.site_id, name="site_id")
        minutes = np.asarray(self.minutes, dtype=float)
        for ids in (zones, sites):
            _check_unique(ids, "travel times")
        if minutes.shape != (len(zones), len(sites)):
            raise TableError(
                f"travel times: {len(zones)} zones and {len(sites)} sites, but a matrix of {minutes.shape}."
            )
        problems = {
            "missing (NaN)": np.isnan(minutes),
            "negative": minutes < 0,
            "longer than a day; seconds, or a sentinel for no route?": np.isfinite(minutes)
            & (minutes > LONGEST_JOURNEY_MIN),
        }
        for what, wrong in problems.items():
            if wrong.any():
                rows = [f"{zones[i]} → {sites[j]}: {minutes[i, j]}" for i, j in np.argwhere(wrong)[:1000]]
                raise TableError(f"travel times: {wrong.sum():,} pair(s) are {what}.", rows)
        row, column = zones.argsort(), sites.argsort()
        minutes = np.ascontiguousarray(minutes[np.ix_(row, column)])
        minutes.flags.writeable = False
        object.__setattr__(self, "zone_id", zones[row])
        object.__setattr__(self, "site_id", sites[column])
        object.__setattr__(self, "minutes", minutes)

    def to(self, site_ids: Iterable[str]) -> FloatArray:
        """Minutes to some of the sites, shape (n_zones, len(site_ids)), in the order given."""
        return self.minutes[:, _positions(self.site_id, site_ids, "travel times")]

    @property
    def frame(self) -> pd.DataFrame:
        """The minutes as a table, zones down, sites across."""
        return pd.DataFrame(self.minutes, index=self.zone_id, columns=self.site_id)


@dataclass(frozen=True, slots=True, eq=False)
class Isochrones:
    """One field of times with two faces: exact membership of zones, and polygons drawn around it.

    Attributes
    ----------
    zone_id, site_id
        Sorted ids, as in the travel times.
    bands_min
        Thresholds in minutes, ascending.
    membership
        Shape (n_zones, n_sites, n_bands): minutes ≤ threshold, inclusive. It alone decides figures.
    polygons
        ``site_id``, ``minutes`` (threshold), ``geometry`` in degrees: for the sites that are drawn.
    """

    zone_id: pd.Index
    site_id: pd.Index
    bands_min: tuple[float, ...]
    membership: BoolArray
    polygons: gpd.GeoDataFrame

    def __post_init__(self) -> None:
        """Check."""
        if list(self.bands_min) != sorted(set(self.bands_min)):
            raise TableError(f"isochrones: bands must ascend and differ, not {self.bands_min}.")
        shape = (len(self.zone_id), len(self.site_id), len(self.bands_min))
        if self.membership.shape != shape:
            raise TableError(f"isochrones: membership has shape {self.membership.shape}, not {shape}.")

    def within(self, threshold_min: float) -> BoolArray:
        """Membership for one threshold, shape (n_zones, n_sites)."""
        return self.membership[:, :, self.bands_min.index(threshold_min)]


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Who goes where, and how long it takes.

    Attributes
    ----------
    table
        Index ``zone_id``; ``minutes`` to the nearest site that is open and may serve the zone
        (``inf``: none), ``site_id`` of that site (null exactly there), ``covered``: within the standard.

    Raises
    ------
    TableError
        Where minutes are NaN or negative, a site is given without a route or a route without a
        site.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        _require_columns(self.table, ("minutes", "site_id", "covered"), "access")
        wrong = ~(self.table["minutes"] >= 0)
        if wrong.any():
            raise TableError(
                f"access: {wrong.sum()} zone(s) whose minutes are NaN or negative.", self.table.index[wrong]
            )
        wrong = self.table["site_id"].isna() != np.isinf(self.table["minutes"])
        if wrong.any():
            raise TableError(
                f"access: {wrong.sum()} zone(s) have a site without a time or a time without a site.",
                self.table.index[wrong],
            )

    @property
    def minutes(self) -> pd.Series:
        """Minutes by zone."""
        return self.table["minutes"]


@dataclass(frozen=True, slots=True, eq=False)
class SitingPlan:
    """What a siting model returns.

    Attributes
    ----------
    chosen
        Ids of the sites to open, sorted.
    allocation
        Index ``zone_id``: the open site that serves each zone with the plan.
    objective, unit
        What was minimised (or maximised), and in what unit.
    value
        Re-evaluated from the travel times, never the solver's own number.
    bound
        What no plan can beat, or None where the solver gave none.
    gap
        ``|value − bound| ÷ max(|value|, 1e-9)``, or None.
    proven
        Bound and value agree to 1e-6 relative.
    method
        The model and solver, in words.

    Raises
    ------
    TableError
        Where a site is chosen twice or a claim of proof has no bound behind it.
    """

    chosen: tuple[str, ...]
    allocation: pd.Series
    objective: str
    unit: str
    value: float
    bound: float | None
    gap: float | None
    proven: bool
    method: str

    def __post_init__(self) -> None:
        """Check and sort."""
        if len(set(self.chosen)) != len(self.chosen):
            raise TableError(f"plan: a site is chosen twice: {', '.join(self.chosen)}.")
        if self.proven and (self.gap is None or not self.gap <= 1e-6):
            raise TableError(f"plan: claimed as proven with a gap of {self.gap}.")
        object.__setattr__(self, "chosen", tuple(sorted(self.chosen)))


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Measures of access before and after, one row each.

    Attributes
    ----------
    table
        ``measure``, ``group``, ``today``, ``planned``, ``change``, ``unit``; no NaN.

    Raises
    ------
    TableError
        Where a figure is NaN.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check."""
        needed = ("measure", "group", "today", "planned", "change", "unit")
        _require_columns(self.table, needed, "measures")
        wrong = self.table[["today", "planned", "change"]].isna().any(axis=1)
        if wrong.any():
            raise TableError(
                "measures: some are not numbers.",
                self.table.loc[wrong, ["measure", "group"]].itertuples(index=False, name=None),
            )


def same_labels(left: pd.Index, right: pd.Index, what: str) -> None:
    """Two tables meet only where their labels are identical.

    Raises
    ------
    TableError
        Naming the first labels that only one side has.
    """
    if left.equals(right):
        return
    if left.sort_values().equals(right.sort_values()):
        raise TableError(f"{what}: the labels are the same, but in another order; sort both.")
    only_left, only_right = left.difference(right), right.difference(left)
    rows = [f"{label}: only in the first" for label in only_left]
    rows += [f"{label}: only in the second" for label in only_right]
    raise TableError(
        f"{what}: the labels differ ({len(only_left)} and {len(only_right)} on one side only).", rows
    )


def _positions(index: pd.Index, labels: Iterable[str], what: str) -> IntArray:
    labels = pd.Index(list(labels), dtype=index.dtype)
    position = index.get_indexer(labels)
    if (position < 0).any():
        raise TableError(f"{what}: {(position < 0).sum()} id(s) are not known.", labels[position < 0])
    return position.astype(np.int64)


def _check_unique(ids: pd.Index, what: str) -> None:
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise TableError(f"{what}: {len(twice)} id(s) occur more than once.", twice)
    empty = np.asarray(ids.isna() | (ids.astype(str) == ""))
    if empty.any():
        raise TableError(f"{what}: {empty.sum()} id(s) are empty.")


def _sorted_by_id(table: pd.DataFrame, name: str) -> pd.DataFrame:
    if name in table.columns:
        table = table.set_index(name)
    if table.index.name != name:
        raise TableError(f"a column {name} is missing.", [f"columns: {', '.join(map(str, table.columns))}"])
    if len(table) == 0:
        raise TableError(f"no rows for {name}; was the file cut short?")
    table = table.set_axis(table.index.astype(str).rename(name), axis=0)
    _check_unique(table.index, name)
    return table.sort_index()


def _require_columns(table: pd.DataFrame, needed: Iterable[str], what: str) -> None:
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise TableError(
            f"{what}: column(s) {', '.join(missing)} missing.", [f"columns: {', '.join(table.columns)}"]
        )


def _check_counts(table: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    for column in columns:
        values = _numbers(table[column])
        wrong = ~(np.isfinite(values) & (values >= 0))
        if wrong.any():
            raise TableError(
                f"{what}: {column} must be a number of 0 or more; {wrong.sum()} row(s) differ.",
                table.loc[wrong, column].items(),
            )


def _numbers(column: pd.Series) -> FloatArray:
    """Cells as numbers; NaN where a cell is none."""
    numbers: FloatArray = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    return numbers


def _check_coordinates(table: pd.DataFrame, what: str) -> None:
    lon, lat = _numbers(table["lon"]), _numbers(table["lat"])
    outside = ~_inside(lon, lat)
    if not outside.any():
        return
    rows = [f"{table.index[i]}: lon {lon[i]}, lat {lat[i]}" for i in np.flatnonzero(outside)[:1000]]
    if _inside(lat[outside], lon[outside]).all():
        raise TableError(f"{what}: lon and lat are swapped in {outside.sum()} row(s).", rows)
    raise TableError(f"{what}: {outside.sum()} point(s) are missing or outside Great Britain.", rows)


def _inside(lon: FloatArray, lat: FloatArray) -> BoolArray:
    inside: BoolArray = (
        (lon >= LON_RANGE[0]) & (lon <= LON_RANGE[1]) & (lat >= LAT_RANGE[0]) & (lat <= LAT_RANGE[1])
    )
    return inside
