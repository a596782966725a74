"""A wish becomes a config, or is refused in words."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.app.wishes import CONTROLS, wished
from clinic_siting.config import read_config
from clinic_siting.errors import ConfigError

SECTORS = pd.DataFrame({"lon": [0.45], "lat": [51.26]}, index=pd.Index(["TL1 2"], name="sector"))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def config(shared_toy_config):
    return read_config(shared_toy_config)


def test_a_control_changes_its_setting_and_nothing_else(config):
    found = wished(config, "weights", {"worst_tenth": 2}, SECTORS)
    assert found.siting.weights.worst_tenth == 2
    back = wished(found, "weights", {"worst_tenth": config.siting.weights.worst_tenth}, SECTORS)
    assert back == config


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("open", 0, "siting.open: input should be greater than 0"),
        ("standard", "soon", "access.standard_min"),
        ("weights", {"speed": 1}, "siting.weights.speed: unknown key"),
        ("weights", {"mean": 0, "variation": 0}, "at least one weight must be above 0"),
        ("weights", None, "cannot be understood"),
        ("add", {"postcode": "ZZ9 9ZZ"}, "There is no postcode sector ZZ9 9"),
        ("add", {"postcode": "by the river"}, "There is no postcode sector without a name"),
        ("add", {"lon": "east", "lat": 51}, "sites.added.0.lon"),
        ("data", "/etc", "There is no control 'data'"),
        ("own_demand", "/etc/passwd", "There is no control 'own_demand'"),
    ],
)
def test_a_wish_without_sense_is_refused_in_words(config, control, value, words):
    with pytest.raises(ConfigError, match=words):
        wished(config, control, value, SECTORS)


def test_a_site_is_added_where_its_postcode_lies_and_goes_again(config):
    found = wished(config, "add", {"postcode": "tl12ab", "name": "Riverside"}, SECTORS)
    (added,) = found.sites.added
    assert (added.name, added.lon, added.lat) == ("Riverside", 0.45, 51.26)
    forced = wished(found, "force", [added.id], SECTORS)
    assert wished(forced, "drop", added.id, SECTORS) == config


def test_added_sites_never_share_an_id(config):
    two = wished(
        wished(config, "add", {"lon": 0.4, "lat": 51.3}, SECTORS), "add", {"lon": 0.5, "lat": 51.3}, SECTORS
    )
    one = wished(two, "drop", two.sites.added[0].id, SECTORS)
    again = wished(one, "add", {"lon": 0.6, "lat": 51.3}, SECTORS)
    assert len({site.id for site in again.sites.added}) == 2


@settings(max_examples=150, deadline=None)
@given(control=st.sampled_from(sorted(CONTROLS)), value=ANYTHING)
def test_whatever_a_browser_sends_becomes_a_config_or_is_refused(config, control, value):
    try:
        found = wished(config, control, value, SECTORS)
    except ConfigError:
        return
    assert found.data_folder == config.data_folder
