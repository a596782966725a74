"""Minutes of a link: hand-computed for each of the three rules."""

import pandas as pd
import pytest

from clinic_siting.errors import ConfigError, DataError, TableError
from clinic_siting.network import congested, link_minutes, link_settings, without_observed_speeds
from clinic_siting.tables import Roads, SpeedTables

PLACES = ("rural", "suburban", "dense")


@pytest.fixture
def speeds() -> SpeedTables:
    kinds = [("ramp", "any", 90.0), ("motorway", "any", 100.0), ("primary", "any", 60.0)]
    kinds += [("minor", "any", 30.0), ("connector", "any", 40.0)]
    kinds += [("trunk", "oneway", 120.0), ("trunk", "twoway", 80.0)]
    rows = [(kind, place, way, kph / (1 + n)) for kind, way, kph in kinds for n, place in enumerate(PLACES)]
    return SpeedTables(
        speeds=pd.DataFrame(rows, columns=["road_class", "setting", "carriageway", "kph"]),
        observed=pd.DataFrame(
            {
                "authority": ["E1"],
                "authority_name": ["Kent"],
                "road": ["A2"],
                "kph": 40.0,
                "delay_s_per_km": 30.0,
            }
        ),
        periods=pd.DataFrame({"period": ["free_flow", "am_peak"], "delay_ratio": [0.0, 1.2]}),
        area_factors=pd.DataFrame(
            {"authority": ["E1", "E2"], "authority_name": ["Kent", "Camden"], "am_peak": [1.5, 1.4]}
        ),
    )


def one_link(junctions: int = 0, **changes: object) -> Roads:
    link = {"from_node": 0, "to_node": 1, "length_m": 2000.0, "road_class": "primary", "ramp": False}
    link |= {"oneway": False, "authority": "E1", "road": "A9"} | changes
    nodes = pd.DataFrame({"lon": [0.0, 0.1], "lat": 51.0, "junctions_400m": [0, 2 * junctions]})
    return Roads(nodes, pd.DataFrame([link]))


@pytest.mark.parametrize(
    ("junctions", "setting", "minutes"), [(17, 0, 2.0), (18, 1, 4.0), (54, 1, 4.0), (55, 2, 6.0)]
)
def test_setting_is_the_mean_of_the_two_ends_and_fitted_minutes_follow_it(
    speeds, junctions, setting, minutes
):
    roads = one_link(junctions)
    assert link_settings(roads).tolist() == [setting]
    assert link_minutes(roads, speeds, period="fitted").tolist() == pytest.approx([minutes])


def test_a_ramp_has_the_speed_of_ramps_whatever_its_class(speeds):
    roads = one_link(ramp=True, road="A2")
    assert link_minutes(roads, speeds, period="am_peak").iloc[0] == pytest.approx(2 / 90 * 60)


@pytest.mark.parametrize(("oneway", "kph"), [(True, 120), (False, 80)])
def test_trunk_roads_differ_by_carriageway_and_take_no_factor(speeds, oneway, kph):
    roads = one_link(road_class="trunk", oneway=oneway)
    assert link_minutes(roads, speeds, period="am_peak").iloc[0] == pytest.approx(2 / kph * 60)


def test_an_observed_road_takes_its_speed_with_the_delay_of_the_period(speeds):
    roads = one_link(road="A2")
    # 60/40 = 1.5 minutes a km; half a minute of it is delay.
    assert link_minutes(roads, speeds, period="free_flow").iloc[0] == pytest.approx(2 * 1.0)
    assert link_minutes(roads, speeds, period="am_peak").iloc[0] == pytest.approx(2 * (1.5 + 0.5 * 0.2))
    assert link_minutes(roads, speeds, period="fitted").iloc[0] == pytest.approx(2.0)


def test_a_dual_rural_trunk_road_stays_fitted_though_observed_but_a_suburban_one_does_not(speeds):
    rural = one_link(road_class="trunk", oneway=True, road="A2")
    suburban = one_link(20, road_class="trunk", oneway=True, road="A2")
    assert link_minutes(rural, speeds, period="am_peak").iloc[0] == pytest.approx(2 / 120 * 60)
    assert link_minutes(suburban, speeds, period="am_peak").iloc[0] == pytest.approx(3.2)


def test_other_roads_take_the_factor_of_their_authority_but_not_in_free_flow(speeds):
    roads = one_link(road_class="minor")
    assert link_minutes(roads, speeds, period="am_peak").iloc[0] == pytest.approx(4.0 * 1.5)
    assert link_minutes(roads, speeds, period="free_flow").iloc[0] == pytest.approx(4.0)


@pytest.mark.parametrize("changes", [{"road_class": "motorway"}, {"road_class": "connector"}, {"ramp": True}])
def test_motorways_connectors_and_ramps_take_no_factor(speeds, changes):
    roads = one_link(**changes)
    fitted, peak = (link_minutes(roads, speeds, period=p).tolist() for p in ("fitted", "am_peak"))
    assert fitted == peak


@pytest.mark.parametrize("authority", [None, "E9"])
def test_a_link_of_no_or_another_authority_stays_fitted(speeds, authority):
    roads, observed = one_link(authority=authority, road=None), one_link(road="A2")
    words = {"authority": object, "road": object}
    links = [one.links.astype(words) for one in (roads, observed)]
    both = Roads(roads.nodes, pd.concat(links, ignore_index=True))
    assert link_minutes(both, speeds, period="am_peak").iloc[0] == pytest.approx(2.0)


def test_categorical_and_plain_columns_give_the_same_minutes(speeds):
    plain = one_link(road="A2")
    columns = ["road_class", "authority", "road"]
    roads = Roads(plain.nodes, plain.links.astype(dict.fromkeys(columns, "category")))
    both = [link_minutes(r, speeds, period="am_peak").tolist() for r in (plain, roads)]
    assert both[0] == both[1]


def test_an_unknown_period_is_refused_with_the_known_ones(speeds):
    with pytest.raises(ConfigError, match="'rush' does not exist; choose one of fitted, free_flow, am_peak"):
        link_minutes(one_link(), speeds, period="rush")
    with pytest.raises(ConfigError, match=r"'AM peek' does not exist; .*\. Did you mean am_peak\?"):
        link_minutes(one_link(), speeds, period="AM peek")


def test_a_period_without_factors_is_refused(speeds):
    periods = pd.DataFrame({"period": ["night"], "delay_ratio": [0.1]})
    odd = SpeedTables(speeds.speeds, speeds.observed, periods, speeds.area_factors)
    with pytest.raises(DataError, match="no column for the period night"):
        link_minutes(one_link(), odd, period="night")


def test_a_class_without_a_speed_is_refused(speeds):
    with pytest.raises(DataError, match=r"1 link\(s\) are of a kind without a speed.\n.*track.*rural"):
        link_minutes(one_link(road_class="track"), speeds, period="fitted")


def test_minutes_that_would_be_endless_are_refused(speeds):
    odd = SpeedTables(speeds.speeds.assign(kph=1e-320), speeds.observed, speeds.periods, speeds.area_factors)
    with pytest.raises(DataError, match=r"1 link\(s\) would not take finite, positive minutes in free_flow"):
        link_minutes(one_link(), odd, period="free_flow")


@pytest.mark.parametrize("authority", ["E1", "Kent", "kent"])
def test_congestion_applies_to_every_link_of_the_authority_by_code_or_name(speeds, authority):
    roads = one_link()
    minutes = link_minutes(roads, speeds, period="fitted")
    assert congested(minutes, roads, speeds, factors={authority: 1.25}).tolist() == pytest.approx([2.5])
    assert congested(minutes, roads, speeds, factors={}).tolist() == minutes.tolist()


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({"Kemt": 1.2}, "'Kemt'. Did you mean Kent?"),
        ({"Zzyzx": 1.2}, "belongs to an authority 'Zzyzx'.$"),
        ({"Camden": 1.2}, "no road of the data set belongs to an authority 'Camden'"),
        ({"E1": 1.2, "Kent": 1.3}, "Kent is named twice"),
        ({"E1": 0.0}, "E1 needs a factor above 0, not 0.0"),
        ({"E1": float("nan")}, "E1 needs a factor above 0"),
    ],
)
def test_congestion_refuses_what_it_cannot_apply(speeds, factors, message):
    roads = one_link()
    minutes = link_minutes(roads, speeds, period="fitted")
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        congested(minutes, roads, speeds, factors=factors)


@pytest.mark.parametrize(
    ("table", "changes", "message"),
    [
        ("speeds", {"kph": 0.0}, "speeds: kph is 0"),
        ("speeds", {"kph": float("nan")}, "speeds: kph must be a number of 0 or more"),
        ("observed", {"delay_s_per_km": -1.0}, "observed: delay_s_per_km must be"),
        ("observed", {"kph": 60.0, "delay_s_per_km": 60.0}, r"no shorter than the whole drive.*\n  E1 A2"),
        ("periods", {"period": "am_peak"}, r"periods: 1 row\(s\) repeat a key"),
        ("area_factors", {"am_peak": 0.0}, "every factor must be a number above 0"),
    ],
)
def test_speed_tables_refuse_impossible_figures(speeds, table, changes, message):
    tables = {name: getattr(speeds, name) for name in ("speeds", "observed", "periods", "area_factors")}
    tables[table] = tables[table].assign(**changes)
    with pytest.raises(TableError, match=message):
        SpeedTables(**tables)


def test_speed_tables_name_a_missing_column(speeds):
    with pytest.raises(TableError, match=r"observed: column\(s\) road missing"):
        SpeedTables(speeds.speeds, speeds.observed.drop(columns="road"), speeds.periods, speeds.area_factors)


@pytest.mark.parametrize("unknown", [{"road": None}, {"authority": None}])
def test_roads_without_numbers_take_their_fitted_minutes_times_the_sets_ratio(speeds, unknown):
    roads = one_link(**unknown)
    ratios = SpeedTables(
        speeds.speeds,
        speeds.observed,
        speeds.periods.assign(fitted_ratio=[1.01, 1.13]),
        speeds.area_factors,
    )
    assert without_observed_speeds(roads)
    assert link_minutes(roads, ratios, period="fitted").tolist() == pytest.approx([2.0])
    assert link_minutes(roads, ratios, period="am_peak").tolist() == pytest.approx([2.26])


def test_roads_without_numbers_and_without_a_ratio_are_refused_rather_than_called_fast(speeds):
    with pytest.raises(DataError, match=r"no observed speed applies, and periods\.csv has no fitted_ratio"):
        link_minutes(one_link(road=None), speeds, period="am_peak")


def test_a_period_that_does_not_exist_is_refused_on_roads_without_numbers_too(speeds):
    with pytest.raises(ConfigError, match="'noon' does not exist"):
        link_minutes(one_link(road=None), speeds, period="noon")


def test_a_road_with_number_and_authority_may_be_observed():
    assert not without_observed_speeds(one_link())
