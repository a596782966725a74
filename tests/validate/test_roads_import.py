"""Roads from OpenStreetMap, held against osmnx and against the bundled network.

The extracts are found in the folder that CLINIC_SITING_OSM names.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from clinic_siting import sources
from clinic_siting.network import link_minutes, road_network, snap
from clinic_siting.osm import in_words, read_roads_file
from clinic_siting.osm.tags import drivable, kind, open_to_patients
from clinic_siting.tables import Roads, SpeedTables
from clinic_siting.travel import travel_times

pytestmark = [
    pytest.mark.validate,
    pytest.mark.skipif("CLINIC_SITING_OSM" not in os.environ, reason="CLINIC_SITING_OSM is not set"),
    pytest.mark.filterwarnings("default"),
]
EXTRACTS = Path(os.environ.get("CLINIC_SITING_OSM", "."))
LSESN = Path(__file__).parents[2] / "data" / "lsesn"
KIB_ALLOWED = 3 * 1024**2


def osmnx_graph(path, tmp_path):
    """Graph that osmnx makes of the same ways, simplified where the same things change as with us."""
    import osmium  # noqa: PLC0415 - an optional extra
    import osmnx  # noqa: PLC0415 - the same

    chosen = tmp_path / "chosen.osm"
    with osmium.SimpleWriter(str(chosen)) as writer:
        for item in osmium.FileProcessor(str(path)):
            if item.is_node() or (
                item.is_way() and drivable(item.tags.get) and open_to_patients(item.tags.get)
            ):
                writer.add(item)
    graph = osmnx.graph_from_xml(chosen, simplify=False, retain_all=True)
    graph = osmnx.truncate.largest_component(graph, strongly=True)
    for _, _, data in graph.edges(data=True):
        data["kind"] = str(kind(data.get))
    return osmnx.simplify_graph(graph, edge_attrs_differ=["kind"])


def distances(tail, head, length, n):
    pairs = pd.DataFrame({"tail": tail, "head": head, "m": length}).groupby(["tail", "head"])["m"].min()
    tail, head = (pairs.index.get_level_values(level).to_numpy() for level in (0, 1))
    return dijkstra(coo_array((pairs.to_numpy(), (tail, head)), shape=(n, n)).tocsr())


def directed(links):
    back = links[~links["oneway"]]
    return (
        np.concatenate([links["from_node"], back["to_node"]]),
        np.concatenate([links["to_node"], back["from_node"]]),
        np.concatenate([links["length_m"], back["length_m"]]),
    )


@pytest.mark.parametrize("name", ["london_map", "london_large", "genet_example"])
def test_nodes_lengths_and_shortest_paths_are_those_of_osmnx(tmp_path, name):
    theirs = osmnx_graph(EXTRACTS / f"{name}.osm", tmp_path)
    ours = read_roads_file(EXTRACTS / f"{name}.osm").roads
    place = {(x, y): row for row, (x, y) in enumerate(ours.nodes[["lon", "lat"]].itertuples(index=False))}
    row = {node: place[data["x"], data["y"]] for node, data in theirs.nodes(data=True)}

    loops = {
        data["osmid"] if isinstance(data["osmid"], int) else tuple(sorted(data["osmid"]))
        for u, v, data in theirs.edges(data=True)
        if u == v
    }
    assert len(set(row.values())) == len(row)
    assert len(ours.nodes) - len(row) == len(loops), "besides osmnx's nodes, one on every loop"

    tail, head, length = directed(ours.links)
    kept = np.isin(tail, list(row.values())) & np.isin(head, list(row.values()))
    our_edges = sorted(zip(tail[kept], head[kept], length[kept], strict=True))
    their_edges = sorted((row[u], row[v], d["length"]) for u, v, d in theirs.edges(data=True) if u != v)
    assert [edge[:2] for edge in our_edges] == [edge[:2] for edge in their_edges]
    assert [edge[2] for edge in our_edges] == pytest.approx([edge[2] for edge in their_edges], abs=1e-6)

    n = len(ours.nodes)
    theirs_m = distances(*(np.array(column) for column in zip(*their_edges, strict=True)), n)
    ours_m = distances(tail, head, length, n)
    both = np.ix_(list(row.values()), list(row.values()))
    assert np.isfinite(ours_m).all()
    assert ours_m[both] == pytest.approx(theirs_m[both], abs=1e-6)


@pytest.fixture(scope="module")
def south_east(tmp_path_factory):
    """Roads of the whole region, read in a process of its own so that its memory can be told."""
    import subprocess  # noqa: PLC0415 - for this fixture alone
    import sys  # noqa: PLC0415 - the same

    out = tmp_path_factory.mktemp("roads")
    code = (
        "import pathlib, resource, sys\n"
        "from clinic_siting.osm import read_roads_file, write_roads\n"
        "write_roads(read_roads_file(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    extract = EXTRACTS / "southeast_england_roads.osm.pbf"
    run = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, str(extract), str(out)], check=True, capture_output=True, text=True
    )
    return out, float(run.stdout)


def test_a_region_is_read_in_three_gigabytes(south_east):
    _, kib = south_east
    assert kib < KIB_ALLOWED


def test_times_on_the_imported_region_agree_with_the_bundled_network(south_east):
    data = sources.open_data(LSESN)
    zones = sources.read_zones(data)
    sites = sources.read_sites(data, zones)
    speeds = SpeedTables(**sources.read_speed_tables(data))
    folder, _ = south_east
    imported = Roads(*(pd.read_parquet(folder / f"road_{what}.parquet") for what in ("nodes", "edges")))
    minutes = []
    for roads in (sources.read_roads(data), imported):
        network = road_network(roads, link_minutes(roads, speeds, period="fitted"))
        where = (zones.table, sites.table.loc[sites.playing])
        places = [snap(network, table, max_snap_m=5000.0, anchors_only=True) for table in where]
        minutes.append(travel_times(network, *places).minutes)
    both = np.isfinite(minutes[0]) & np.isfinite(minutes[1])
    assert both.mean() > 0.98
    assert np.median(np.abs(minutes[1][both] - minutes[0][both])) < 0.5


def test_the_island_that_no_road_reaches_is_named():
    text = in_words(
        read_roads_file(EXTRACTS / "southeast_england_roads.osm.pbf", box=(-1.8, 50.5, -1.0, 51.0))
    )
    assert "around lon -1.2" in text
