from pathlib import Path

import numpy as np
import pytest

from clinic_siting import sources
from clinic_siting.cutting import Cut, cut_data
from clinic_siting.errors import ConfigError

DATA = Path(__file__).resolve().parent.parent / "data" / "lsesn"
MEDWAY = Cut(("Kent and Medway",), ("E06000035",), (0.3, 51.2, 0.8, 51.5))


@pytest.fixture(scope="module")
def medway(tmp_path_factory):
    folder = tmp_path_factory.mktemp("medway")
    for name, content in cut_data(sources.open_data(DATA), MEDWAY).items():
        (folder / name).write_bytes(content)
    return sources.open_data(folder)


def test_what_is_cut_passes_the_same_checks_as_the_whole(medway):
    zones, roads = sources.read_zones(medway), sources.read_roads(medway)
    assert set(zones.table["icb_name"]) == {"Kent and Medway"}
    assert len(roads.links) > 1000
    assert set(sources.read_boundaries(medway)) == set(sources.BOUNDARIES)


def test_roads_keep_their_lengths_and_places(medway):
    whole, part = sources.read_roads(sources.open_data(DATA)), sources.read_roads(medway)
    where = {(lon, lat) for lon, lat in whole.nodes[["lon", "lat"]].to_numpy()}
    assert {(lon, lat) for lon, lat in part.nodes[["lon", "lat"]].to_numpy()[::50]} <= where
    assert np.isin(part.links["length_m"].unique(), whole.links["length_m"].unique()).all()


def test_the_same_cut_has_the_same_bytes():
    data = sources.open_data(DATA)
    assert cut_data(data, MEDWAY) == cut_data(data, MEDWAY)


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (Cut(("Atlantis",), (), MEDWAY.box), "no zone lies in Atlantis"),
        (Cut(("Kent and Medway",), (), (-5.0, 56.0, -4.9, 56.1)), "no road is left"),
    ],
)
def test_a_cut_that_leaves_nothing_is_refused(cut, message):
    with pytest.raises(ConfigError, match=message):
        cut_data(sources.open_data(DATA), cut)
