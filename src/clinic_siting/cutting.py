"""Cut a data folder down to a smaller area, with a manifest of its own.

A full data set is the wrong thing to learn on and too large to ship in a package. What is cut
stays true: the same figures, fewer of them, and every file sealed anew.
"""

import gzip
import hashlib
import io
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clinic_siting.errors import ConfigError
from clinic_siting.sources import BOUNDARIES, MANIFEST, DataFolder

MAIN_CLASSES = ("motorway", "trunk", "primary", "connector")
# Small tables that hold for any area go over as they are.
WHOLE = ("speeds.csv", "periods.csv", "area_factors.csv", "incidence.csv")
OUTLINES_MARGIN_DEG = 0.05


@dataclass(frozen=True, slots=True)
class Cut:
    """What to keep.

    Attributes
    ----------
    icb_name
        Integrated care boards whose zones stay.
    authorities
        Highway authorities all of whose roads stay.
    box
        West, south, east, north in degrees: inside it main roads stay wherever they are, and
        sites within reach of a road.
    """

    icb_name: tuple[str, ...]
    authorities: tuple[str, ...]
    box: tuple[float, float, float, float]


def cut_data(data: DataFolder, cut: Cut) -> dict[str, bytes]:
    """Files of a smaller data folder.

    Parameters
    ----------
    data
        The folder to cut from.
    cut
        What to keep.

    Returns
    -------
    File name → bytes, ``manifest.csv`` among them; the road order is left out, as it belongs to
    other roads.

    Raises
    ------
    ConfigError
        Where nothing is left of the zones or the roads.
    """
    zones = data.table("zones.csv.gz", as_text=("zone_id",))
    zones = zones[zones["icb_name"].isin(cut.icb_name)]
    if zones.empty:
        raise ConfigError(f"cut: no zone lies in {', '.join(cut.icb_name)}.")
    nodes, links = _roads(data, cut)
    sites = _inside(data.table("sites.csv", as_text=("site_id",)), cut.box)
    observed = data.table("observed_speeds.csv", as_text=("authority",))
    files = {
        "zones.csv.gz": _gzipped(_csv(zones)),
        "sites.csv": _csv(sites),
        "road_nodes.parquet": _parquet(nodes),
        "road_edges.parquet": _parquet(links),
        "observed_speeds.csv": _csv(observed[observed["authority"].isin(links["authority"].unique())]),
        "places.csv": _csv(_inside(data.table("places.csv"), cut.box)),
        "postcode_sectors.csv.gz": _gzipped(
            _csv(_inside(data.table("postcode_sectors.csv.gz", as_text=("sector",)), cut.box))
        ),
        **{file: data.read(file) for file in WHOLE},
        **_outlines(data, cut, zones),
    }
    return {**files, MANIFEST: _manifest(data, files)}


def _roads(data: DataFolder, cut: Cut) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Links that stay, and their nodes, renumbered in their old order: the largest connected part."""
    nodes, links = data.table("road_nodes.parquet"), data.table("road_edges.parquet")
    inside = _within(nodes, cut.box).to_numpy()
    start, end = links["from_node"].to_numpy(), links["to_node"].to_numpy()
    main = links["road_class"].isin(MAIN_CLASSES) | links["ramp"]
    stays = inside[start] & inside[end] & (main | links["authority"].isin(cut.authorities)).to_numpy()
    links = links[stays]
    if links.empty:
        raise ConfigError("cut: no road is left; widen the box or name other authorities.")
    kept = _largest_part(links, len(nodes))
    links = links[kept[links["from_node"]] & kept[links["to_node"]]]
    used = np.unique(links[["from_node", "to_node"]].to_numpy())
    number = np.full(len(nodes), -1, dtype=np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    links = links.assign(from_node=number[links["from_node"]], to_node=number[links["to_node"]])
    for column in links.select_dtypes("category"):
        links[column] = links[column].cat.remove_unused_categories()
    return nodes.iloc[used].reset_index(drop=True), links.reset_index(drop=True)


def _largest_part(links: pd.DataFrame, n_nodes: int) -> np.ndarray:
    both = ~links["oneway"].astype(bool)
    tails = np.concatenate([links["from_node"], links.loc[both, "to_node"]])
    heads = np.concatenate([links["to_node"], links.loc[both, "from_node"]])
    graph = coo_array((np.ones(len(tails)), (tails, heads)), shape=(n_nodes, n_nodes))
    _, part = connected_components(graph, directed=True, connection="strong")
    largest: np.ndarray = part == np.bincount(part).argmax()
    return largest


def _outlines(data: DataFolder, cut: Cut, zones: pd.DataFrame) -> dict[str, bytes]:
    west, south, east, north = cut.box
    margin = OUTLINES_MARGIN_DEG
    frame = shapely.box(west - margin, south - margin, east + margin, north + margin)
    files = {}
    for name, file in BOUNDARIES.items():
        content = io.BytesIO(data.read(file))
        shapes = gpd.read_parquet(content) if file.endswith(".parquet") else gpd.read_file(content)
        shapes = shapes[shapes["msoa"].isin(zones["msoa"])] if name == "msoa" else gpd.clip(shapes, frame)
        buffer = io.BytesIO()
        if file.endswith(".parquet"):
            shapes.reset_index(drop=True).to_parquet(buffer, index=False)
            files[file] = buffer.getvalue()
        else:
            files[file] = (shapes.to_json(drop_id=True) + "\n").encode()
    return files


def _manifest(data: DataFolder, files: dict[str, bytes]) -> bytes:
    rows = data.manifest.loc[[file for file in files if file in data.manifest.index]].copy()
    rows["note"] = [
        f"{note} Cut to a smaller area." if note else "Cut to a smaller area." for note in rows["note"]
    ]
    rows["sha256"] = [hashlib.sha256(files[file]).hexdigest() for file in rows.index]
    return _csv(rows.reset_index())


def _inside(table: pd.DataFrame, box: tuple[float, float, float, float]) -> pd.DataFrame:
    return table[_within(table, box)]


def _within(table: pd.DataFrame, box: tuple[float, float, float, float]) -> pd.Series:
    west, south, east, north = box
    return table["lon"].between(west, east) & table["lat"].between(south, north)


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd", compression_level=19)
    return buffer.getvalue()


def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)  # no clock inside: the same table, the same bytes
