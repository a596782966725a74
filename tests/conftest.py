"""A small country in the exact layout of the bundled data, made afresh, so that whole runs take a second.

Twelve zones in three rows of four, from Westshire to Eastshire, on a grid of roads with everything
the real one has: parallel links, one-way links, a motorway with ramps, observed and factored speeds.
"""

import hashlib
import itertools
import pickle
import shutil
import sys
from collections.abc import Callable, Mapping
from os import cpu_count, environ
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from shapely.geometry import box

from clinic_siting import cli, files, pipeline, publish, report
from clinic_siting.config import read_config
from clinic_siting.pipeline import Answer

LON, LAT = 0.40, 51.24  # south-west corner of the road grid
STEP_LON, STEP_LAT = 0.03, 0.02  # about 2.1 and 2.2 km
COLUMNS, ROWS = 9, 6
EAST_BEGINS = LON + 4 * STEP_LON
AGE_BANDS = [f"age_{low:02}_{low + 4:02}" for low in range(0, 85, 5)] + ["age_85_plus"]
AUTHORITIES = {"W06000001": "Westshire", "E06000002": "Eastshire"}
CREDITS = '"Contains made-up figures. © The surveyors of Toyland (OGL)."'

# Files of tests that take long, the longest first: begun last, one would keep a processor busy alone.
LONGEST_FIRST = (
    *("test_visit.py", "test_every_objective.py", "test_sessions.py", "test_pipeline.py", "test_cli.py"),
    *("test_publish.py", "test_tutorial.py", "test_notebooks.py", "test_workers.py", "test_page.py"),
    *("test_offline.py", "test_processes.py", "test_disk.py", "test_many_sites.py", "test_matrix.py"),
    *("test_evaluate.py", "test_library.py", "test_determinism.py", "test_folder.py", "test_sharing.py"),
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

Frames = dict[str, pd.DataFrame]


@pytest.hookimpl(optionalhook=True)  # other Pythons and the oldest releases are tried without xdist
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, up to four: some tests wait for a browser or another process."""
    return min(4, (cpu_count() or 1) + 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; within a file the order stays."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def _half(lon: np.ndarray) -> np.ndarray:
    return np.where(lon < EAST_BEGINS, "West", "East")


def _zones() -> pd.DataFrame:
    number = np.arange(12)
    column, row = number % 4, number // 4
    lon, lat = LON + (2 * column + 1.1) * STEP_LON, LAT + (2 * row + 0.2) * STEP_LAT
    side, people = _half(lon), 1000 + 100 * ((number * 7) % 12)
    share = 1 + (np.arange(18)[None, :] + number[:, None]) % 5
    ages = np.floor(people[:, None] * share / share.sum(axis=1, keepdims=True)).astype(int)
    ages[:, 0] += people - ages.sum(axis=1)
    msoa = 2 * row + column // 2
    return pd.DataFrame(
        {
            "zone_id": [f"E0190{n:04}" for n in number],
            "name": [f"Toyland {1 + n // 2:03}{'AB'[n % 2]}" for n in number],
            "msoa": [f"E0290{n:04}" for n in msoa],
            "msoa_name": [f"Quarter {n + 1}" for n in msoa],
            "lad": np.where(side == "West", *AUTHORITIES),
            "lad_name": np.char.add(side, "shire"),
            "county": np.char.add(side, "shire"),
            "icb": np.where(side == "West", "E54900001", "E54900002"),
            "icb_name": np.char.add(side, " Board, Toyland"),
            "alliance": np.where(side == "West", "E56900001", "E56900002"),
            "alliance_name": np.char.add(side, " Alliance"),
            "region": "South East",
            "lon": lon.round(5),
            "lat": lat.round(5),
            "population": people,
            **dict(zip(AGE_BANDS, ages.T, strict=True)),
            "households": people // 2,
            "households_no_car": people // 10,
            "imd_score": 40.0 - 3 * number,
            "imd_decile": 1 + (number * 3) % 10,
            "rural_urban": np.where(number % 3 == 0, "Rural", "Urban"),
        }
    )


def _sites() -> pd.DataFrame:
    rows = [
        # id, name, column and row on the grid, kind, status, confidence, catchment, trust
        ("TOY01", "Old Infirmary, Westbridge", 0, 1, "acute", "existing", "confirmed", "", "Toy Trust"),
        ("TOY02", "St Agnes' Hospital", 2, 4, "acute", "candidate", "unverified", "", "Toy Trust"),
        ("TOY03", "Middleford Hospital", 3, 2, "acute", "candidate", "", "", "Mid Trust"),
        ("CDC-E1", "Eastgate CDC", 6, 1, "cdc", "candidate", "", "East Alliance", ""),
        ("CDC-E2", "Far Point CDC", 8, 4, "cdc", "candidate", "", "", ""),
        ("TOY99", "Heart Hospital", 5, 3, "acute", "excluded", "", "", "Heart Trust"),
    ]
    table = pd.DataFrame(
        rows, columns=["site_id", "name", "x", "y", "kind", "status", "confidence", "catchment", "trust"]
    )
    lon, lat = LON + (table["x"] + 0.05) * STEP_LON, LAT + (table["y"] + 0.05) * STEP_LAT
    side = _half(lon.to_numpy())
    return table.drop(columns=["x", "y"]).assign(
        postcode=[f"TY{n} 1AB" for n in range(6)],
        lon=lon.round(5),
        lat=lat.round(5),
        has_cdc=(table["kind"] == "cdc").astype(int),
        services="Imaging, Pathology",
        lad_name=np.char.add(side, "shire"),
        county=np.char.add(side, "shire"),
        icb_name=np.char.add(side, " Board, Toyland"),
        alliance_name=np.char.add(side, " Alliance"),
        note=np.where(table["status"] == "excluded", "Heart only", ""),
        source="Made up",
    )


def _road_nodes() -> pd.DataFrame:
    number = np.arange(COLUMNS * ROWS)
    column, row = number % COLUMNS, number // COLUMNS
    junctions = np.select([column < 2, column < 4], [60, 30], 5).astype(np.int16)
    lon, lat = LON + column * STEP_LON, LAT + row * STEP_LAT
    return pd.DataFrame({"lon": lon.round(5), "lat": lat.round(5), "junctions_400m": junctions})


def _road_edges() -> pd.DataFrame:
    def node(column: int, row: int) -> int:
        return row * COLUMNS + column

    links: list[tuple[int, int, float, str, bool, bool, str | None]] = []
    classes = ("minor", "primary", "trunk", "secondary", "tertiary", "minor")
    for row, road_class in enumerate(classes):
        number = {"trunk": "A1", "primary": "A2"}.get(road_class)
        links += [
            (node(c, row), node(c + 1, row), 2150.0 + 10 * c, road_class, False, False, number)
            for c in range(COLUMNS - 1)
        ]
    links += [
        (node(c, r), node(c, r + 1), 2300.0 + 7 * r, "minor", False, False, None)
        for c in range(COLUMNS)
        for r in range(ROWS - 1)
    ]
    # A dual carriageway over the whole width, with a ramp at each end; and a slow lane beside a trunk road.
    links += [(node(0, 3), node(8, 3), 17500.0, "motorway", False, True, "M1")]
    links += [(node(8, 3), node(0, 3), 17500.0, "motorway", False, True, "M1")]
    links += [(node(0, 2), node(0, 3), 2250.0, "motorway", True, False, None)]
    links += [(node(3, 2), node(4, 2), 4000.0, "minor", False, False, None)]
    table = pd.DataFrame(
        links, columns=["from_node", "to_node", "length_m", "road_class", "ramp", "oneway", "road"]
    )
    west, east = AUTHORITIES
    table["authority"] = np.where(table["from_node"] % COLUMNS < 4, west, east)
    table.loc[table.index[-1], "authority"] = None
    table["source"] = "osm"
    kinds = {"from_node": "int32", "to_node": "int32", "length_m": "float32"}
    kinds |= dict.fromkeys(("road_class", "source", "authority", "road"), "category")
    order = [
        "from_node",
        "to_node",
        "length_m",
        "road_class",
        "ramp",
        "oneway",
        "source",
        "authority",
        "road",
    ]
    return table[order].astype(kinds)


def _speed_files() -> Frames:
    kph = {"motorway": 100, "trunk": 70, "primary": 55, "secondary": 50, "tertiary": 45, "minor": 35}
    kph |= {"ramp": 80, "connector": 40}
    slower = {"dense": 0.5, "suburban": 0.75, "rural": 1.0}
    speeds = [
        (name, setting, way, round(speed * share, 2))
        for name, speed in kph.items()
        for setting, share in slower.items()
        for way in (("oneway", "twoway") if name == "trunk" else ("any",))
    ]
    west, east = AUTHORITIES
    return {
        "speeds.csv": pd.DataFrame(speeds, columns=["road_class", "setting", "carriageway", "kph"]),
        "observed_speeds.csv": pd.DataFrame(
            [(east, "Eastshire", "A1", 66.0, 5.5), (west, "Westshire", "A2", 41.5, 12.25)],
            columns=["authority", "authority_name", "road", "kph", "delay_s_per_km"],
        ),
        "periods.csv": pd.DataFrame(
            {
                "period": ["free_flow", "am_peak", "inter_peak", "pm_peak", "off_peak"],
                "delay_ratio": [0.0, 1.19, 1.08, 1.39, 0.42],
                "hours": ["empty", "07:00-10:00", "10:00-16:00", "16:00-19:00", "other"],
            }
        ),
        "area_factors.csv": pd.DataFrame(
            [(west, "Westshire", 1.4, 1.3, 1.42, 1.1)],
            columns=["authority", "authority_name", "am_peak", "inter_peak", "pm_peak", "off_peak"],
        ),
    }


def _lists() -> Frames:
    zones = _zones()
    return {
        "incidence.csv": pd.DataFrame(
            {"age_band": AGE_BANDS, "cases_per_100k": [1.5 + 1.25 * n for n in range(18)]}
        ),
        "places.csv": pd.DataFrame(
            {
                "name": ["Westbridge", "Eastgate", "Newton", "Newton"],
                "lon": [0.41, 0.58, 0.47, 0.62],
                "lat": [51.26, 51.27, 51.33, 51.31],
                "population": [9000, 8000, 300, 200],
            }
        ),
        "postcode_sectors.csv.gz": pd.DataFrame(
            {"sector": [f"TY{n} 1" for n in range(12)], "lon": zones["lon"], "lat": zones["lat"]}
        ),
    }


def _shapes() -> dict[str, gpd.GeoDataFrame]:
    west, south = LON - 0.02, LAT - 0.02
    middle, east, north = EAST_BEGINS, LON + 8 * STEP_LON + 0.02, LAT + 5 * STEP_LAT + 0.02
    halves = [box(west, south, middle, north), box(middle, south, east, north)]
    edges = [south, LAT + 1.5 * STEP_LAT, LAT + 3.5 * STEP_LAT, north]
    quarters = [
        box(left, low, right, high)
        for low, high in itertools.pairwise(edges)
        for left, right in ((west, middle), (middle, east))
    ]

    def frame(columns: Mapping[str, list[str]], shapes: list[Any]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")

    msoa = {"msoa": [f"E0290{n:04}" for n in range(6)]}
    alliances = {"alliance": ["E56900001", "E56900002"], "alliance_name": ["West Alliance", "East Alliance"]}
    icbs = {"icb": ["E54900001", "E54900002"], "icb_name": ["West Board, Toyland", "East Board, Toyland"]}
    return {
        "msoa.parquet": frame(msoa, quarters),
        "alliances.geojson": frame(alliances, halves),
        "icbs.geojson": frame(icbs, halves),
        "counties.geojson": frame(
            {"county_code": list(AUTHORITIES), "county": ["Westshire", "Eastshire"]}, halves
        ),
        "land.geojson": frame({"name": ["land"]}, [box(west - 0.1, south - 0.1, east + 0.1, north + 0.1)]),
    }


def _write_table(path: Path, table: pd.DataFrame) -> None:
    if path.suffix == ".parquet":
        table.to_parquet(path)
    elif path.suffix == ".geojson":
        path.write_text(table.to_json(), encoding="utf-8")
    else:
        zipped = {"method": "gzip", "mtime": 0} if path.suffix == ".gz" else None
        table.to_csv(path, index=False, compression=zipped)


def _read_table(path: Path) -> pd.DataFrame:
    if path.name == "msoa.parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".geojson":
        return gpd.read_file(path)
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def _seal(folder: Path) -> None:
    """Write a manifest that vouches for every file of the folder as it is now."""
    files = sorted(p for p in folder.iterdir() if p.name not in {"manifest.csv", "README.md"})
    manifest = pd.DataFrame(
        {
            "file": [path.name for path in files],
            "title": "A made-up table",
            "publisher": "Toyland; Its Surveyors",
            "licence": "Open Government Licence v3.0",
            "vintage": "Census 2021",
            "source": "Made up",
            "note": "",
            "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in files],
        }
    )
    manifest.to_csv(folder / "manifest.csv", index=False)


def _write_scenario(path: Path, changes: Mapping[str, object]) -> Path:
    settings: dict[str, Any] = {
        "title": "Two more toy clinics",
        "data": "data/toy",
        "area": {"alliance_name": ["West Alliance", "East Alliance"]},
        "access": {"standard_min": 20, "bands_min": [10, 20, 30]},
        "siting": {
            "open": 2,
            "require": [{"county": [side], "at_least": 1} for side in ("Westshire", "Eastshire")],
        },
    }
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(settings.get(key), dict) and key != "area"
        settings[key] = {**settings[key], **value} if both else value
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def _toyland(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("toyland") / "data" / "toy"
    folder.mkdir(parents=True)
    tables = {"zones.csv.gz": _zones(), "sites.csv": _sites(), **_speed_files(), **_lists(), **_shapes()}
    tables |= {"road_nodes.parquet": _road_nodes(), "road_edges.parquet": _road_edges()}
    for name, table in tables.items():
        _write_table(folder / name, table)
    (folder / "README.md").write_text(f"# Toyland\n\n{CREDITS}\n", encoding="utf-8")
    _seal(folder)
    return folder


@pytest.fixture(scope="session")
def shared_toy_config(_toyland) -> Path:
    """A scenario over toy data that no test may change, so that its answer can be shared."""
    return _write_scenario(_toyland.parent.parent / "config" / "toy.yaml", {})


@pytest.fixture(scope="session")
def once(tmp_path_factory, request) -> Callable[[str, Callable[[], Any]], Any]:
    """Work out by its name what tests only read, once for all workers: the first keeps it for the others."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent

    def found(name: str, make: Callable[[], Any]) -> Any:
        place = folder / f"kept-{name}"
        place.mkdir(exist_ok=True)
        with files.one_at_a_time(place):
            if not (place / "value").exists():
                (place / "value").write_bytes(pickle.dumps(make()))
            return pickle.loads((place / "value").read_bytes())  # noqa: S301 - our own worker wrote it

    return found


@pytest.fixture(scope="session")
def files_of(tmp_path_factory) -> Callable[[Answer, Path], dict[str, bytes]]:
    """What a run writes of an answer, by path: below ``outputs`` and ``maps``."""

    def written(answer: Answer, config_path: Path) -> dict[str, bytes]:
        config, folder = read_config(config_path), tmp_path_factory.mktemp("written")
        publish.publish(answer, config, out=folder / "outputs", maps=folder / "maps", announce=lambda _: None)
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return written


@pytest.fixture(scope="session")
def toy_answer(once, shared_toy_config) -> Answer:
    """The answer to the toy scenario."""
    return once("toy-answer", lambda: pipeline.run(read_config(shared_toy_config)))


@pytest.fixture(scope="session")
def toy_files(once, files_of, shared_toy_config, toy_answer) -> dict[str, bytes]:
    """What a run of the toy scenario writes."""
    return once("toy-files", lambda: files_of(toy_answer, shared_toy_config))


@pytest.fixture
def answered(toy_answer, toy_files, monkeypatch) -> None:
    """A run whose answer and report are at hand: what comes before and after them is to be tested."""
    reports = {name: toy_files[f"outputs/toy/{name}"] for name in report.TO_READ}
    monkeypatch.setattr(pipeline, "run", lambda *_args, **_kwargs: toy_answer)
    monkeypatch.setattr(report, "report_files", lambda _found: reports)


@pytest.fixture(scope="session")
def lay_out() -> Callable[[Path, Mapping[str, bytes]], Path]:
    """Write files into a folder of a test's own."""

    def laid(folder: Path, contents: Mapping[str, bytes]) -> Path:
        for name, content in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder

    return laid


@pytest.fixture
def toy_data(_toyland, tmp_path) -> Path:
    """A data folder of the test's own."""
    return Path(shutil.copytree(_toyland, tmp_path / "data" / "toy"))


@pytest.fixture
def seal() -> Callable[[Path], None]:
    """Make the manifest of a folder vouch for its files again, after a test has changed them."""
    return _seal


@pytest.fixture
def tamper(toy_data) -> Callable[[str, Callable[[pd.DataFrame], pd.DataFrame]], None]:
    """Change one table of the toy data and seal the folder again."""

    def change_table(file: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        _write_table(toy_data / file, change(_read_table(toy_data / file)))
        _seal(toy_data)

    return change_table


@pytest.fixture
def write_config(toy_data) -> Callable[..., Path]:
    """Write a scenario over the toy data, with some blocks changed, and return its path."""
    folder = toy_data.parent.parent / "config"

    def write(name: str = "toy", **changes: object) -> Path:
        return _write_scenario(folder / f"{name}.yaml", changes)

    return write


@pytest.fixture(scope="module")
def write_shared_config(_toyland, tmp_path_factory) -> Callable[..., Path]:
    """Write scenarios for all tests of a file, over toy data that none of them changes."""
    folder = tmp_path_factory.mktemp("scenarios")
    shutil.copytree(_toyland, folder / "data" / "toy")

    def write(name: str = "toy", **changes: object) -> Path:
        return _write_scenario(folder / "config" / f"{name}.yaml", changes)

    return write


@pytest.fixture
def toy_config(write_config) -> Path:
    """A scenario over the toy data."""
    return write_config()


@pytest.fixture(scope="session")
def browser():
    """A headless browser; without one these tests are passed over, except in CI."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        reason = f"none of {', '.join(BROWSERS)} is installed"
        if environ.get("CI"):
            pytest.fail(f"browser tests must run in CI: {reason}")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only here is it needed

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command in a folder of the test's own: exit code, what it said, what it complained of."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["clinic-siting", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    return run
