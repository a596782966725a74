"""Who goes to which clinic, and what each clinic gains or loses."""

import numpy as np
import pandas as pd
import pytest

from clinic_siting.access import clinic_volumes, measure_access
from clinic_siting.errors import TableError
from clinic_siting.fairness import clinic_changes, patient_flows
from clinic_siting.tables import Sites, TravelTimes


def test_flows_are_cases_from_each_alliance_to_each_clinic(before, after, toy_demand, toy_zones):
    flows = patient_flows(before, after, toy_demand, toy_zones.table["alliance_name"])
    rows = flows.set_index(["alliance_name", "site_id"])
    assert rows.loc[("East", "east")].to_list() == [0, 600, 600]
    assert rows.loc[("West", "old")].to_list() == [400, 300, -100]
    for when in ("today", "planned"):
        assert flows[when].sum() == toy_demand.sum()


def test_patients_without_a_route_flow_to_none(toy_times, toy_demand, toy_zones):
    minutes = toy_times.minutes.copy()
    minutes[5] = np.inf
    access = measure_access(
        TravelTimes(toy_times.zone_id, toy_times.site_id, minutes), ["old"], standard_min=9
    )
    flows = patient_flows(access, access, toy_demand, toy_zones.table["alliance_name"])
    assert flows.set_index("site_id").loc["none", "today"] == 200


def test_labels_that_do_not_meet_are_refused(before, after, toy_demand, toy_zones):
    with pytest.raises(TableError, match="flows: the labels differ"):
        patient_flows(before, after, toy_demand.iloc[1:], toy_zones.table["alliance_name"])


def _changes(table, trusts, toy_sites, chosen):
    sites = Sites(
        toy_sites.table.assign(trust=trusts, status=["existing", "candidate", "existing", "existing"])
    )
    volumes = pd.DataFrame(table, index=sites.playing, columns=["today", "planned"])
    return clinic_changes(volumes, sites, chosen)


def test_the_trust_that_carries_most_comes_first_with_all_its_clinics(toy_sites):
    # Sites sorted by id: east, far, mid, old; the statuses above go by that order.
    rows = _changes(
        [[50.0, 30.0], [0.0, 40.0], [60.0, 40.0], [20.0, 20.0]], ["A", "", "B", "A"], toy_sites, ["far"]
    )
    assert rows["site_id"].to_list() == ["all", "east", "old", "mid", "far"]
    assert rows.iloc[0][["name", "today", "planned", "change"]].to_list() == ["A, all clinics", 70, 50, -20]
    assert rows.iloc[0]["change_share"] == pytest.approx(-2 / 7)
    assert rows.iloc[-1][["role", "change_share"]].to_list() == ["new", 0]


def test_a_new_clinic_that_nobody_would_use_is_still_shown(toy_sites):
    rows = _changes([[5.0, 5.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]], "", toy_sites, ["far"])
    assert rows["site_id"].to_list() == ["east", "mid", "far", "old"]


def test_what_clinics_gain_and_lose_cancels(before, after, toy_demand, toy_sites):
    volumes = pd.DataFrame(
        {
            "today": clinic_volumes(before, toy_demand, toy_sites),
            "planned": clinic_volumes(after, toy_demand, toy_sites),
        }
    )
    rows = clinic_changes(volumes, toy_sites, ["east"])
    assert rows[rows["site_id"] != "all"]["change"].sum() == pytest.approx(0)
