"""How places join the roads."""

import numpy as np
import pandas as pd

from clinic_siting import inspection
from clinic_siting.config import read_config
from clinic_siting.ground import lay_ground
from clinic_siting.joining import snaps_of


def test_a_run_tells_how_every_place_joins_the_roads(write_config, tamper):
    tamper("zones.csv.gz", lambda t: t.assign(lon=t["lon"].where(t["zone_id"] != "E01900003", 0.90)))
    area = {"county": ["Eastshire"]}
    config = read_config(write_config(area=area, siting={"require": []}, access={"allow_unreachable": True}))
    snaps = snaps_of(lay_ground(config), config)
    assert snaps.index.is_unique
    assert snaps["place"].value_counts().to_dict() == {"zone": 12, "site": 3}
    assert snaps["in_area"].sum() == 6
    lost = snaps.loc["E01900003"]
    assert (lost["name"], lost["unreachable"], lost["in_area"]) == ("Toyland 002B", True, True)
    assert snaps.loc["CDC-E1", "road"] == "ordinary"
    assert snaps.drop(index="E01900003")["straight_m"].between(1, 500).all()


def test_a_run_after_an_inspection_stands_on_the_same_ground_as_one_without(shared_toy_config):
    config = read_config(shared_toy_config)
    inspected = inspection.inspect(config)
    alone, after = lay_ground(config), lay_ground(config, footing=inspected.footing)
    pd.testing.assert_frame_equal(after.times.frame, alone.times.frame)
    assert np.array_equal(after.all_zones_snap.node, alone.all_zones_snap.node)
    assert after.network is inspected.footing.network
    pd.testing.assert_frame_equal(snaps_of(after, config, inspected.snaps), snaps_of(alone, config))
