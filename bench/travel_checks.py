"""Our minutes against others': ``python -m bench.travel_checks REFERENCE`` fills docs/validation.md.

REFERENCE is the folder with ``sites.csv`` and ``minutes.csv.gz`` (minutes by road from small areas to
hospitals, University of Exeter: OpenStreetMap times rescaled to Google's noon times). The fitted
speeds were fitted to it, so it is a calibration check. The well-known drives are general knowledge.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.ground import DATA, MAX_SNAP_M
from bench.pages import table, write_section
from clinic_siting import sources
from clinic_siting.network import link_minutes, road_topology, snap
from clinic_siting.tables import DemandZones, RoadNetwork, Snap, SpeedTables
from clinic_siting.travel import TravelEngine, travel_engine

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
NEAR_ROAD_M, LONGEST_MIN = 2000.0, 120.0
NO_ROAD = "Isle of Wight"
# Minutes a journey that the reference has beyond driving (parking, setting out).
DOOR_TO_DOOR_MIN = {"fitted": 4.75, "free_flow": 3.8}
CHARING_CROSS = (-0.1246, 51.5079)
# From centre to centre by day, as people who drive there would say: to about 15 %.
KNOWN_DRIVES = (
    ("Canterbury", "Maidstone", 40),
    ("Dover", "Charing Cross", 120),
    ("Colchester", "Southend-on-Sea", 60),
    ("Norwich", "Cambridge", 80),
    ("Brighton", "Crawley", 35),
    ("Charing Cross", "Croydon", 45),
    ("Maidstone", "Ashford", 30),
    ("Royal Tunbridge Wells", "Maidstone", 40),
    ("Chelmsford", "Basildon", 30),
    ("Ipswich", "Colchester", 30),
    ("Ipswich", "Norwich", 70),
    ("Guildford", "Brighton", 65),
    ("Hastings", "Eastbourne", 40),
    ("Reading", "Guildford", 45),
    ("Cambridge", "Peterborough", 55),
    ("Margate", "Canterbury", 35),
)
CALIBRATION_TEXT = """\
**A calibration check, not evidence**: the fitted speeds were fitted to this matrix, itself a model (by the
University of Exeter: OpenStreetMap times rescaled to Google's noon times). Hospitals within 2 km of a bundled
road, journeys up to 120 minutes, without the Isle of Wight; errors in minutes, ours less theirs."""
DRIVES_TEXT = """\
**Independent, but soft**: what people who drive there would say, from centre to centre by day. General
knowledge, written down before ours were computed, unverified, good to about 15 %. Minutes; a column a
period."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The bundled zones, and the roads in every period."""

    zones: DemandZones
    engine: TravelEngine
    networks: dict[str, RoadNetwork]

    def join(self, places: pd.DataFrame) -> Snap:
        """Places joined to the roads."""
        return snap(self.networks["fitted"], places[["lon", "lat"]], max_snap_m=MAX_SNAP_M)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Ours less the reference's minutes, pair by pair.

    Attributes
    ----------
    error
        Ours − theirs, a row a pair; columns ``error``, ``reference``, ``ours``, ``district``.
    """

    error: pd.DataFrame

    @property
    def mean_absolute(self) -> float:
        """Mean absolute error in minutes."""
        return float(self.error["error"].abs().mean())

    @property
    def bias(self) -> float:
        """Mean error in minutes."""
        return float(self.error["error"].mean())

    @property
    def correlation(self) -> float:
        """Pearson's r."""
        return float(self.error["ours"].corr(self.error["reference"]))

    def worst_districts(self, n: int = 5) -> pd.DataFrame:
        """Districts by mean absolute error, the worst first."""
        by = self.error.groupby("district")["error"]
        found = pd.DataFrame({"mae": by.apply(lambda e: e.abs().mean()), "bias": by.mean()})
        return found.sort_values("mae", ascending=False).head(n)


def bundled_world() -> World:
    """Read the bundled figures and lay out every period."""
    data = sources.open_data(DATA)
    roads, speeds = sources.read_roads(data), SpeedTables(**sources.read_speed_tables(data))
    topology = road_topology(roads)
    networks = {
        period: topology.network(link_minutes(roads, speeds, period=period))
        for period in ("fitted", *speeds.periods["period"])
    }
    engine = travel_engine(networks["fitted"], stored_order=data.read("road_order.parquet"))
    return World(sources.read_zones(data), engine, networks)


def calibration(world: World, reference: Path, *, period: str) -> Calibration:
    """Compare with the reference: hospitals near our roads, journeys up to two hours.

    Parameters
    ----------
    world
        Zones and roads.
    reference
        Folder of ``sites.csv`` and ``minutes.csv.gz``.
    period
        A key of ``DOOR_TO_DOOR_MIN``.

    Returns
    -------
    Calibration
        Pair by pair.
    """
    hospitals = pd.read_csv(reference / "sites.csv").set_index("site_id")
    hospitals = hospitals[snap_distance(world, hospitals) <= NEAR_ROAD_M]
    theirs = pd.read_csv(reference / "minutes.csv.gz").set_index("zone_id")
    theirs = theirs.loc[world.zones.zone_id, hospitals.index.sort_values()].to_numpy(dtype=float)
    metric = world.engine.on(world.networks[period])
    zones, sites = world.join(world.zones.table), world.join(hospitals)
    ours = metric.times(zones, sites, door_to_door_min=DOOR_TO_DOOR_MIN[period]).minutes
    district = world.zones.table["lad_name"].to_numpy(dtype=object)
    row, column = np.nonzero((theirs <= LONGEST_MIN) & np.isfinite(ours) & (district != NO_ROAD)[:, None])
    pairs = {"ours": ours[row, column], "reference": theirs[row, column], "district": district[row]}
    error = pd.DataFrame(pairs)
    return Calibration(error.assign(error=error["ours"] - error["reference"]))


def snap_distance(world: World, places: pd.DataFrame) -> pd.Series:
    """Straight metres from each place to its nearest road."""
    return pd.Series(world.join(places).straight_m, index=places.index)


def known_drives(world: World) -> pd.DataFrame:
    """Minutes of well-known drives: what people know, and ours in every period.

    Returns
    -------
    DataFrame
        A row a drive; ``known`` and a column a period, in minutes.
    """
    centres = pd.read_csv(DATA / "places.csv").drop_duplicates("name").set_index("name")[["lon", "lat"]]
    centres.loc["Charing Cross"] = CHARING_CROSS
    starts = centres.loc[[start for start, _, _ in KNOWN_DRIVES]]
    ends = centres.loc[[end for _, end, _ in KNOWN_DRIVES]]
    number = pd.Index([f"{i:02d}" for i in range(len(KNOWN_DRIVES))])
    drives = pd.DataFrame(
        {"known": [minutes for _, _, minutes in KNOWN_DRIVES]},
        index=pd.Index([f"{start} – {end}" for start, end, _ in KNOWN_DRIVES], name="drive"),
    )
    joined = [world.join(places.set_index(number)) for places in (starts, ends)]
    for period, network in world.networks.items():
        drives[period] = np.diag(world.engine.on(network).times(*joined).minutes)
    return drives


def calibration_text(world: World, reference: Path) -> str:
    """The section on the calibration check."""
    rows, worst = [], []
    for period, extra in DOOR_TO_DOOR_MIN.items():
        found = calibration(world, reference, period=period)
        size = found.error["error"].abs()
        percentiles = [f"{value:.1f}" for value in np.percentile(size, [50, 90, 95, 99])]
        figures = [f"{found.mean_absolute:.2f}", f"{found.bias:+.2f}", f"{found.correlation:.3f}"]
        rows.append((f"{period} + {extra}", f"{len(size):,}", *figures, *percentiles))
        worst += [
            (f"{district} ({period})", f"{mae:.1f}", f"{bias:+.1f}")
            for district, mae, bias in found.worst_districts().itertuples(name=None)
        ]
    header = ("minutes of", "pairs", "mean absolute error", "bias", "r", "P50", "P90", "P95", "P99")
    return "\n\n".join(
        [
            CALIBRATION_TEXT,
            table(header, rows),
            "Districts where we differ most:",
            table(("district", "mean absolute error", "bias"), worst),
        ]
    )


def drives_text(world: World) -> str:
    """The section on well-known drives."""
    drives = known_drives(world)
    rows = [
        (str(drive), f"{row['known']:.0f}", *(f"{row[period]:.0f}" for period in world.networks))
        for drive, row in drives.iterrows()
    ]
    ratio = drives["inter_peak"] / drives["known"]
    error = (drives["inter_peak"] - drives["known"]).abs()
    summary = (
        f"By day (inter_peak) ours is {ratio.median():.2f} of the known time at the median and "
        f"{error.mean():.1f} minutes off on average; {(np.abs(ratio - 1) <= 0.2).sum()} of {len(drives)} lie "
        "within 20 %."
    )
    return "\n\n".join([DRIVES_TEXT, table(("drive", "known", *world.networks), rows), summary])


def main() -> None:
    """Compare and write; without the reference at hand its section stays as it is."""
    world, reference = bundled_world(), Path(sys.argv[1])
    write_section(PAGE, "well-known drives", drives_text(world))
    if not (reference / "minutes.csv.gz").is_file():
        raise SystemExit(
            f"{reference} holds no minutes.csv.gz: the calibration check stays as it was written."
        )
    write_section(PAGE, "travel calibration", calibration_text(world, reference))


if __name__ == "__main__":
    main()
