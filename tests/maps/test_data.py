from dataclasses import replace

import pytest

from clinic_siting.errors import ClinicSitingError, TableError
from clinic_siting.maps import MapData, document, render_map


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: {"demand": m.demand.iloc[1:]}, "zones and demand"),
        (lambda m: {"ranking": m.ranking.drop(columns="gini")}, "the ranking lacks gini"),
        (lambda _: {"today_measures": {"mean": 1.0}}, "today's measures lack sd"),
        (lambda _: {"boundaries": {}}, "the boundaries lack msoa"),
        (lambda _: {"variation": "range"}, "variation must be one of mad, sd, gini"),
        (lambda m: {"ranking": m.ranking.iloc[1:]}, "the plan is not among the ranked sets"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(toy_map: MapData, change, message):
    with pytest.raises(TableError, match=message):
        replace(toy_map, **change(toy_map))


def test_zones_without_an_area_to_draw_them_in_are_refused(toy_map: MapData):
    table = toy_map.zones.table.drop(columns="msoa")
    with pytest.raises(TableError, match="zones lack msoa"):
        replace(toy_map, zones=type(toy_map.zones)(table))


def test_an_area_without_a_shape_is_refused_by_its_code(toy_map: MapData):
    shapes = dict(toy_map.boundaries)
    shapes["msoa"] = shapes["msoa"].iloc[1:]
    with pytest.raises(TableError, match=r"1 area\(s\) have no shape[^\n]*\n  M0"):
        render_map(replace(toy_map, boundaries=shapes))


def test_another_layout_of_the_package_that_carries_leaflet_is_refused(monkeypatch):
    from offlinefolium import elements  # noqa: PLC0415 - seven megabytes

    monkeypatch.setattr(elements, "_res", {})
    document.leaflet.cache_clear()
    with pytest.raises(ClinicSitingError, match="do not carry the same Leaflet"):
        document.leaflet()
    document.leaflet.cache_clear()
