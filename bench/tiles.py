"""A data set of England's size: ``python -m bench.tiles FOLDER`` writes it from copies of the bundled one.

Three copies of the bundled figures, each the mirror image of its neighbour, under ids and names of their own:
roads joined where the copies meet, zones of the third copy up to England's number, the nearest first, and
places of people as candidates up to the number asked for. All that a run reads is there, the order of the
roads among it; beside the tables stands a config, as config/lsesn.yaml but for the whole of it, anywhere.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml
from scipy.spatial import cKDTree
from shapely import transform

from bench.copies import outermost
from bench.ground import DATA
from clinic_siting import sources
from clinic_siting.config import read_config
from clinic_siting.grid import grid_points
from clinic_siting.network import link_minutes, road_topology
from clinic_siting.tables import BoolArray, FloatArray, Roads, SpeedTables
from clinic_siting.travel import write_order
from clinic_siting.travel.orders import compute_order

SHIPPED = DATA.parents[1] / "config" / "lsesn.yaml"
# England: small areas of the 2021 census; every acute hospital and diagnostic centre several times over.
TILES, ZONES, CANDIDATES = 3, 33_755, 1_200
WHERE = ("", " (west)", " (north)", " (north-west)")
# The length of a road from one copy to the next: over its straight line, and at least.
DETOUR, SHORTEST_M = 1.2, 500.0
# Zones and sites farther than this from every road are left out: a run would have no route for them.
NEAR_M = 4500.0
AS_THEY_ARE = ("speeds.csv", "observed_speeds.csv", "periods.csv", "area_factors.csv", "incidence.csv")
NAMES = ("name", "msoa_name", "lad_name", "county", "icb_name", "alliance_name", "region", "catchment")


class Tiles:
    """The bundled figures, copied side by side.

    Parameters
    ----------
    n_tiles
        How many copies, up to four.
    """

    def __init__(self, n_tiles: int = TILES) -> None:
        self.data = sources.open_data(DATA)
        self.roads = sources.read_roads(self.data)
        self.n_tiles = n_tiles
        # Mirrors stand at the outermost roads.
        self.west, self.north = self.roads.nodes["lon"].min(), self.roads.nodes["lat"].max()

    def near_a_road(self, places: pd.DataFrame) -> BoolArray:
        """Places that a run can reach: the Isle of Wight, say, is not in the bundled roads."""
        nodes, points = (grid_points(t["lon"], t["lat"]) for t in (self.roads.nodes, places))
        near: BoolArray = cKDTree(nodes).query(points)[0] < NEAR_M
        return near

    def placed(self, points: FloatArray, tile: int) -> FloatArray:
        """Where points of the bundled figures lie in a copy, shape (n, 2)."""
        lon, lat = points[:, 0], points[:, 1]
        return np.column_stack(
            [2 * self.west - lon if tile & 1 else lon, 2 * self.north - lat if tile & 2 else lat]
        )

    def table(self, table: pd.DataFrame, ids: dict[str, str]) -> pd.DataFrame:
        """All copies of a table of places; ``ids`` tells how the column of a code is made anew."""
        parts = []
        for tile in range(self.n_tiles):
            part = table.copy()
            part[["lon", "lat"]] = self.placed(part[["lon", "lat"]].to_numpy(), tile).round(6)
            part["tile"] = tile
            parts.append(self._named(part, tile, ids))
        return pd.concat(parts, ignore_index=True)

    def shapes(self, shapes: gpd.GeoDataFrame, ids: dict[str, str]) -> gpd.GeoDataFrame:
        """All copies of a table of shapes."""
        parts = []
        for tile in range(self.n_tiles):
            moved = transform(shapes.geometry.array, lambda points, tile=tile: self.placed(points, tile))
            parts.append(self._named(shapes.set_geometry(moved, crs=shapes.crs), tile, ids))
        return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=shapes.crs)

    def _named(self, table: pd.DataFrame, tile: int, ids: dict[str, str]) -> pd.DataFrame:
        """A copy's own codes and names: E01000001 becomes E01100001, Kent becomes Kent (west)."""
        if tile == 0:
            return table
        changed = {c: table[c].where(table[c].isna(), table[c] + WHERE[tile]) for c in NAMES if c in table}
        for column, form in ids.items():
            codes = table[column].astype(str)
            changed[column] = codes.where(
                table[column].isna(),
                codes.str[:3] + str(tile) + codes.str[4:] if form == "code" else f"{form}{tile}-" + codes,
            )
        return table.assign(**changed)

    def all_roads(self) -> Roads:
        """All copies of the roads, joined where they meet."""
        nodes, links, n = self.roads.nodes, self.roads.links, len(self.roads.nodes)
        all_nodes, all_links = [], []
        for tile in range(self.n_tiles):
            where = self.placed(nodes[["lon", "lat"]].to_numpy(), tile)
            all_nodes.append(nodes.assign(lon=where[:, 0], lat=where[:, 1]))
            ends = {end: (links[end] + tile * n).astype("int32") for end in ("from_node", "to_node")}
            all_links.append(links.assign(**ends))
        lon, lat = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
        west, north = outermost(lat, lon), outermost(lon, -lat)
        for a, b, border in ((0, 1, west), (0, 2, north), (2, 3, west), (1, 3, north)):
            if b < self.n_tiles:
                ends_at = [all_nodes[tile].iloc[border] for tile in (a, b)]
                points = [grid_points(nodes["lon"], nodes["lat"]) for nodes in ends_at]
                length_m = np.maximum(SHORTEST_M, DETOUR * np.hypot(*(points[0] - points[1]).T))
                all_links.append(_crossings(links, border + a * n, border + b * n, length_m))
        return Roads(pd.concat(all_nodes, ignore_index=True), pd.concat(all_links, ignore_index=True))


def _crossings(links: pd.DataFrame, tail: np.ndarray, head: np.ndarray, length_m: np.ndarray) -> pd.DataFrame:
    """Roads from one copy to the next, both ways."""
    like = links[links["source"] == "join"].head(1)
    rows = like.loc[like.index.repeat(len(tail))]
    return rows.assign(
        from_node=tail.astype("int32"), to_node=head.astype("int32"), length_m=length_m.astype("float32"),
        oneway=False, ramp=False,
    )  # fmt: skip


def write_tiles(folder: Path, *, n_zones: int = ZONES, n_candidates: int = CANDIDATES) -> Path:
    """Write the data set and its config; the path of the config comes back."""
    tiles, folder = Tiles(), folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    zones = _zones(tiles, n_zones)
    sites = _sites(tiles, zones, n_candidates)
    files = {
        "zones.csv.gz": gzip.compress(_csv(zones), mtime=0),
        "sites.csv": _csv(sites),
        **{name: tiles.data.read(name) for name in AS_THEY_ARE},
        **_look_ups(tiles),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    names = ["zones.csv.gz", "sites.csv", *files, *_write_shapes(tiles, zones, folder)]
    names += _write_roads(tiles, folder)
    _write_manifest(tiles, folder, sorted(set(names)))
    return _write_config(folder, zones)


def _zones(tiles: Tiles, n_zones: int) -> pd.DataFrame:
    """Zones of whole copies, and of the last those of the middle-layer areas nearest to the others."""
    table = tiles.data.table("zones.csv.gz", as_text=("zone_id", "msoa"))
    table = table[tiles.near_a_road(table)]
    codes = dict.fromkeys(("zone_id", "msoa", "lad", "icb", "alliance"), "code")
    everywhere = tiles.table(table, codes)
    height = everywhere["lat"].where(everywhere["tile"] == tiles.n_tiles - 1, -90)
    nearest = height.groupby(everywhere["msoa"]).transform("max")
    order = np.lexsort((everywhere["zone_id"], everywhere["msoa"], nearest))
    return everywhere.iloc[np.sort(order[:n_zones])].drop(columns="tile").reset_index(drop=True)


def _sites(tiles: Tiles, zones: pd.DataFrame, n_candidates: int) -> pd.DataFrame:
    """The sites of all copies, and places of people as candidates up to the number."""
    table = tiles.data.table("sites.csv", as_text=("site_id",))
    ids = {"site_id": "T", "postcode": "T"}
    everywhere = tiles.table(table[tiles.near_a_road(table)], ids).drop(columns="tile")
    known = everywhere["alliance_name"].isin(zones["alliance_name"]) & everywhere["icb_name"].isin(
        zones["icb_name"]
    )
    everywhere = everywhere[known]
    missing = n_candidates - int((everywhere["status"] == "candidate").sum())
    drawn = np.sort(np.random.default_rng(2026).choice(len(zones), missing, replace=False))
    at = zones.iloc[drawn].reset_index(drop=True)
    same = {c: at[c] for c in ("lon", "lat", "lad_name", "county", "icb_name", "alliance_name")}
    made = pd.DataFrame(
        {
            "site_id": [f"NEW{k:04}" for k in range(missing)],
            "name": [f"Centre of {name}" for name in at["name"]],
            "kind": "cdc", "status": "candidate", "has_cdc": 1, "services": "Imaging", "source": "drawn",
        } | same
    )  # fmt: skip
    return pd.concat([everywhere, made], ignore_index=True)[list(table.columns)]


def _look_ups(tiles: Tiles) -> dict[str, bytes]:
    places = tiles.table(tiles.data.table("places.csv"), {}).drop(columns="tile")
    sectors = tiles.data.table("postcode_sectors.csv.gz", as_text=("sector",))
    sectors = tiles.table(sectors, {"sector": "T"}).drop(columns="tile")
    return {
        "places.csv": _csv(places),
        "postcode_sectors.csv.gz": gzip.compress(_csv(sectors), mtime=0),
    }


def _write_shapes(tiles: Tiles, zones: pd.DataFrame, folder: Path) -> list[str]:
    codes = {
        "msoa": ("msoa",),
        "alliances": ("alliance",),
        "icbs": ("icb",),
        "counties": ("county_code",),
        "land": (),
    }
    for name, file in sources.BOUNDARIES.items():
        shapes = tiles.shapes(sources.read_outlines(tiles.data, file), dict.fromkeys(codes[name], "code"))
        if name == "msoa":
            shapes = shapes[shapes["msoa"].isin(zones["msoa"])]
            shapes.to_parquet(folder / file)
        else:
            shapes.to_file(folder / file, driver="GeoJSON")
    return list(sources.BOUNDARIES.values())


def _write_roads(tiles: Tiles, folder: Path) -> list[str]:
    roads = tiles.all_roads()
    roads.nodes.to_parquet(folder / "road_nodes.parquet", index=False)
    roads.links.to_parquet(folder / "road_edges.parquet", index=False)
    speeds = SpeedTables(**sources.read_speed_tables(tiles.data))
    network = road_topology(roads).network(link_minutes(roads, speeds, period="inter_peak"))
    order, _ = compute_order(network)
    write_order(folder / "road_order.parquet", order, network)
    return ["road_nodes.parquet", "road_edges.parquet", "road_order.parquet"]


def _write_manifest(tiles: Tiles, folder: Path, names: list[str]) -> None:
    rows = tiles.data.manifest.loc[names].reset_index()
    rows["sha256"] = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]
    rows["note"] = "Copies side by side, for trials of size alone"
    rows.to_csv(folder / "manifest.csv", index=False)


def _write_config(folder: Path, zones: pd.DataFrame) -> Path:
    asked = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    asked |= {
        "title": "A trial of size",
        "question": "Two anywhere in an England of copies",
        "data": str(folder),
    }
    asked["area"] = {"icb_name": sorted(zones["icb_name"].unique())}
    asked["siting"]["require"] = []
    del asked["robustness"]["areas"]
    path = folder / "england.yaml"
    path.write_text(yaml.safe_dump(asked, sort_keys=False, allow_unicode=True), encoding="utf-8")
    read_config(path)
    return path


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


if __name__ == "__main__":
    print(write_tiles(Path(sys.argv[1])))
