"""What England would cost: ``python -m bench.scale`` writes its sections of docs/scale.md.

The bundled roads are laid side by side, each copy the mirror image of its neighbour, and joined along
the edge they share. ``--order TILES`` and ``--case TILES ZONES SITES PERIODS`` do one part and print
JSON, and ``--chunks TILES ZONES SITES`` spreads one over two workers: each in a process of its own, so
that memory can be told apart. Heavy: 3 GB, and minutes to an hour as the machine is free.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from bench.copies import Copies, copies
from bench.machine import description, peak_mb
from bench.pages import table, write_section
from clinic_siting.matrix import scattered
from clinic_siting.travel import travel_engine, write_order
from clinic_siting.travel.hierarchy import Hierarchy, part_above
from clinic_siting.travel.orders import compute_order

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
ORDERS = Path(tempfile.gettempdir()) / "clinic-siting-scale"
# What was asked for: four periods of England, the order cached.
GOAL_S, GOAL_GB = 600, 8
PERIODS = ("am_peak", "inter_peak", "pm_peak", "off_peak")
# England: 33,755 small areas (LSOA 2021); 1,200 sites are every acute hospital and diagnostic centre
# several times over.
TILES, ZONES, SITES = 3, 33_755, 1_200
GROWTH = ((1, 10_000, 400), (2, 10_000, 400), (3, 10_000, 400), (3, 33_755, 300), (3, 33_755, 600))
# Great Britain against the bundled roads: 246,700 miles of public road (Department for Transport, Road
# lengths in Great Britain 2018) over 104,900 km; 43,000 small areas (35,672 in England and Wales,
# 7,392 data zones in Scotland); sites in proportion to the areas.
BRITAIN_TILES, BRITAIN_ZONES, BRITAIN_SITES, HOURS = 246_700 * 1.609344 / 104_900, 43_064, 1_531, 24


def main() -> None:
    """Measure and write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--order", type=int, metavar="TILES")
    options.add_argument("--case", nargs=4, type=int, metavar=("TILES", "ZONES", "SITES", "PERIODS"))
    options.add_argument("--chunks", nargs=3, type=int, metavar=("TILES", "ZONES", "SITES"))
    chosen = options.parse_args()
    if chosen.order:
        sys.stdout.write(json.dumps(one_order(chosen.order)))
    elif chosen.case:
        sys.stdout.write(json.dumps(one_case(*chosen.case)))
    elif chosen.chunks:
        sys.stdout.write(json.dumps(in_chunks(*chosen.chunks)))
    else:
        write_page()


def write_page() -> None:
    """Run every part in a process of its own and write what it took."""
    machine = description(("numpy", "numba", "pymetis", "dask"))
    orders = {tiles: _run("--order", tiles) for tiles in sorted({case[0] for case in GROWTH} | {TILES})}
    england = _run("--case", TILES, ZONES, SITES, len(PERIODS))
    growth = [(case, _run("--case", *case, 1)) for case in GROWTH]
    chunks = _run("--chunks", TILES, ZONES, SITES)
    today = datetime.now(tz=UTC).date()
    text = f"{today}, `python -m bench.scale`. {machine}.\n\n{england_text(orders[TILES], england, chunks)}"
    write_section(PAGE, "england", text)
    write_section(PAGE, "growth", growth_text(orders, growth))
    write_section(PAGE, "britain", britain_text(orders, growth))


def england_text(order: dict[str, float], england: dict[str, float], chunks: dict[str, float]) -> str:
    """Lay out the trial."""
    rows = [
        ["order (once for the roads)", *_seconds(order, "order"), f"{order['peak_mb'] / 1000:.1f}"],
        ["read, lay out, build the hierarchy", *_seconds(england, "build"), ""],
        [f"customise, {len(PERIODS)} periods", *_seconds(england, "customise"), ""],
        [f"matrix, {len(PERIODS)} periods", *_seconds(england, "matrix"), ""],
        [
            f"**{len(PERIODS)} periods, the order cached**",
            *_seconds(england, "all"),
            f"**{england['peak_mb'] / 1000:.1f}**",
        ],
        ["one period in chunks, two workers", f"{chunks['wall']:.0f}", "", f"{chunks['peak_mb'] / 1000:.1f}"],
    ]
    met = england["all_wall"] <= GOAL_S and england["peak_mb"] / 1000 <= GOAL_GB
    return (
        f"{england['nodes']:,.0f} nodes, {england['edges']:,.0f} directed edges, {ZONES:,} zones × "
        f"{SITES:,} sites.\n\n"
        + table(["step", "seconds by the clock", "processor seconds", "peak, GB"], rows)
        + f"\n\nAsked for were {len(PERIODS)} periods within {GOAL_S / 60:.0f} minutes and {GOAL_GB} GB, the "
        f"order cached: {'met' if met else 'NOT MET'}. In chunks every figure was "
        f"{'the same to the last bit' if chunks['same'] else 'NOT THE SAME'}"
        " as without; the peak is the process's that asks, which in this trial also made the matrix without."
    )


def growth_text(
    orders: dict[int, dict[str, float]], growth: list[tuple[tuple[int, int, int], dict[str, float]]]
) -> str:
    """Lay out how each part grows."""
    by_roads = [
        [
            f"{found['edges']:,.0f}",
            f"{orders[tiles]['order_cpu']:.1f}",
            f"{found['hierarchy_cpu']:.1f}",
            f"{found['customise_cpu']:.2f}",
            f"{found['matrix_cpu']:.1f}",
            f"{found['arcs']:,.0f}",
            f"{found['arcs_above']:,.0f}",
        ]
        for (tiles, zones, sites), found in growth
        if (zones, sites) == GROWTH[0][1:]
    ]
    by_sites = [
        [f"{zones:,} × {sites:,}", f"{found['matrix_cpu']:.1f}", f"{found['peak_mb'] / 1000:.1f}"]
        for (tiles, zones, sites), found in growth
        if tiles == TILES
    ]
    header = ["directed edges", "order", "hierarchy", "customise", "matrix", "arcs", "arcs above the places"]
    zones, sites = GROWTH[0][1:]
    return (
        f"Processor seconds, one period, {zones:,} zones × {sites:,} sites:\n\n"
        + table(header, by_roads)
        + f"\n\nOn {TILES} copies, by the size of the matrix:\n\n"
        + table(["zones × sites", "matrix, processor seconds", "peak, GB"], by_sites)
    )


def britain_text(
    orders: dict[int, dict[str, float]], growth: list[tuple[tuple[int, int, int], dict[str, float]]]
) -> str:
    """Work out Great Britain by the hour from how the parts grew."""
    of_roads = [(case, found) for case, found in growth if case[1:] == GROWTH[0][1:]]
    edges = np.array([found["edges"] for _, found in of_roads])
    goal = edges[0] * BRITAIN_TILES

    def at_goal(values: list[float]) -> float:
        """Power law through the measured sizes, by least squares on logarithms."""
        slope, level = np.polyfit(np.log(edges), np.log(values), 1)
        return float(np.exp(level + slope * np.log(goal)))

    order = at_goal([orders[case[0]]["order_cpu"] for case, _ in of_roads])
    customise = at_goal([found["customise_cpu"] for _, found in of_roads])
    sweeps = at_goal([found["matrix_cpu"] for _, found in of_roads])
    # By sites a matrix is linear; by zones it grows with the part of the roads above them.
    more = [(case, found) for case, found in growth if case[0] == TILES]
    wide = next(found for case, found in more if case[1:] == GROWTH[-1][1:])
    narrow = next(found for case, found in more if case[1:] == GROWTH[0][1:])
    by_zones = np.log((wide["matrix_cpu"] / GROWTH[-1][2]) / (narrow["matrix_cpu"] / GROWTH[0][2])) / np.log(
        GROWTH[-1][1] / GROWTH[0][1]
    )
    zones, sites = GROWTH[0][1:]
    one = sweeps * (BRITAIN_SITES / sites) * (BRITAIN_ZONES / zones) ** by_zones
    gigabytes = BRITAIN_ZONES * BRITAIN_SITES * 8 / 1e9
    return (
        f"{goal:,.0f} directed edges, {BRITAIN_ZONES:,} zones × {BRITAIN_SITES:,} sites, {HOURS} hours. By "
        f"the growth above: the order {order:,.0f} processor seconds, once; an hour of the day "
        f"{customise:,.1f} s to customise and {one:,.0f} s of sweeps; {HOURS} hours "
        f"{HOURS * (customise + one) / 60:,.0f} processor minutes, which workers share. A matrix is "
        f"{gigabytes:.2f} GB, {HOURS} of them {HOURS * gigabytes:.0f} GB on disk; in memory one at a time."
    )


def one_order(tiles: int) -> dict[str, float]:
    """Order the roads by METIS and keep the order."""
    network = copies(tiles, 10, 2, PERIODS[:1]).networks[PERIODS[0]]
    wall, cpu = perf_counter(), process_time()
    order, _ = compute_order(network)
    took = {"order_wall": perf_counter() - wall, "order_cpu": process_time() - cpu}
    write_order(_order_file(tiles), order, network)
    return {**took, "peak_mb": peak_mb()}


def one_case(tiles: int, zones: int, sites: int, n_periods: int) -> dict[str, float]:
    """Some periods' matrices, the order cached."""
    clock = _Clock()
    case = copies(tiles, zones, sites, PERIODS[:n_periods])
    first = case.networks[PERIODS[0]]
    content = _order_file(tiles).read_bytes()
    before = process_time()
    engine = travel_engine(first, engine="cch", stored_order=content)
    hierarchy_cpu = process_time() - before
    clock.lap("build")
    for network in case.networks.values():
        metric = engine.on(network)
        clock.lap("customise")
        metric.times(case.zones, case.sites)
        clock.lap("matrix")
    arcs = 0 if engine.hierarchy is None else len(engine.hierarchy.arcs.head)
    return {
        **clock.took,
        "hierarchy_cpu": hierarchy_cpu,
        "nodes": first.n_nodes,
        "edges": len(first.indices),
        "arcs": arcs,
        "arcs_above": _arcs_above(engine.hierarchy, case),
        "all_wall": sum(value for name, value in clock.took.items() if name.endswith("wall")),
        "all_cpu": sum(value for name, value in clock.took.items() if name.endswith("cpu")),
        "peak_mb": peak_mb(),
    }


def in_chunks(tiles: int, zones: int, sites: int) -> dict[str, float]:
    """One period over a cluster of this machine's cores, held against the same without."""
    case = copies(tiles, zones, sites, PERIODS[:1])
    network = case.networks[PERIODS[0]]
    engine = travel_engine(network, engine="cch", stored_order=_order_file(tiles).read_bytes())
    expected = engine.on(network).times(case.zones, case.sites).minutes
    folder = ORDERS / "chunks"
    shutil.rmtree(folder, ignore_errors=True)
    began = perf_counter()
    found = scattered(engine, network, folder=folder).times(case.zones, case.sites).minutes
    wall = perf_counter() - began
    return {"wall": wall, "same": bool(np.array_equal(found, expected)), "peak_mb": peak_mb()}


def _arcs_above(hierarchy: Hierarchy | None, case: Copies) -> int:
    """Arcs that the matrix sweeps over."""
    if hierarchy is None:
        return 0
    nodes = np.concatenate([case.zones.node, case.sites.node])
    return len(part_above(hierarchy, hierarchy.rank[nodes])[0].head)


class _Clock:
    """Seconds by the clock and of processor time since the last lap, summed by name."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self.last = (perf_counter(), process_time())

    def lap(self, name: str) -> None:
        now = (perf_counter(), process_time())
        for unit, before, after in zip(("wall", "cpu"), self.last, now, strict=True):
            key = f"{name}_{unit}"
            self.took[key] = self.took.get(key, 0.0) + after - before
        self.last = now


def _seconds(found: dict[str, float], name: str) -> list[str]:
    return [f"{found[f'{name}_wall']:,.0f}", f"{found[f'{name}_cpu']:,.0f}"]


def _order_file(tiles: int) -> Path:
    return ORDERS / f"order-{tiles}.parquet"


def _run(*arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.scale", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this module itself
    sys.stderr.write(f"{' '.join(map(str, arguments))}: {done.stdout}\n")
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
