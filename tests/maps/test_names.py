import numpy as np
import pandas as pd
import pytest

from clinic_siting.maps import names


@pytest.mark.parametrize(
    ("name", "label", "short", "place"),
    [
        ("North Kent CDC", "North Kent CDC", "North Kent", "North Kent"),
        ("Colchester General Hospital", "Colchester General", "Colchester General", "Colchester"),
        ("Royal Marsden Hospital, Sutton", "Marsden, Sutton", "Marsden, Sutton", "Marsden, Sutton"),
        ("University College Hospital", "UCLH", "UCLH", "UCLH"),
        ("Mile End Hospital CDC", "Mile End CDC", "Mile End", "Mile End"),
    ],
)
def test_names_get_shorter_and_stay_what_people_say(name, label, short, place):
    assert (names.label_of(name), names.short_of(name), names.place_of(name)) == (label, short, place)


def test_clinics_next_door_to_one_another_are_one_pool_and_candidates_never_are():
    sites = pd.DataFrame(
        {
            "lon": [0.0, 0.001, 0.001, 1.0],
            "lat": 51.5,
            "status": ["existing", "existing", "candidate", "existing"],
        }
    )
    assert names.pools(sites) == [0, 0, 2, 3]


def test_the_boroughs_of_london_are_london():
    zones = pd.DataFrame({"county": ["Camden", "Kent"], "region": ["London", "South East"]})
    assert names.counties(zones).tolist() == ["London", "Kent"]
    assert names.counties(zones.drop(columns="region")).tolist() == ["Camden", "Kent"]


def test_the_nearest_point_is_found_with_its_kilometres():
    at, km = names.nearest(
        (np.array([0.0]), np.array([51.0])), (np.array([1.0, 0.0]), np.array([51.0, 52.0]))
    )
    assert at == [0]
    assert km[0] == pytest.approx(70.0, abs=0.2)
