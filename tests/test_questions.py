"""Questions about an area without the whole line."""

import numpy as np
import shapely

from clinic_siting.questions import rounded_areas


def test_rounded_areas_stay_valid_where_necks_and_islands_are_thinner_than_the_grid():
    neck = [(0, 0), (1, 0), (1, 1), (0.5, 0.0000004), (0, 1)]
    speck = [(2, 2), (2.0000002, 2), (2.0000002, 2.0000002)]
    areas = np.array([shapely.MultiPolygon([(neck, []), (speck, [])])])
    assert not shapely.is_valid(shapely.transform(areas, lambda degrees: degrees.round(6))).all()
    (rounded,) = rounded_areas(areas)
    assert rounded.is_valid
    assert rounded.geom_type == "MultiPolygon"
    assert abs(rounded.area - areas[0].area) < 1e-6
    corners = shapely.get_coordinates(rounded)
    assert np.array_equal(corners, corners.round(6))


def test_an_area_without_points_stays_empty():
    assert rounded_areas(np.array([shapely.MultiPolygon()]))[0].is_empty
