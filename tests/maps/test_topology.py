import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.maps.encode import grid
from clinic_siting.maps.topology import NOBODY, build_topology


def ring_points(topology, references):
    points = []
    for code in references:
        arc = topology.arcs[code if code >= 0 else ~code]
        points += (arc if code >= 0 else arc[::-1])[bool(points) :].tolist()
    return points


def test_two_squares_share_one_border():
    topology = build_topology([shapely.box(0, 51, 1, 52), shapely.box(1, 51, 2, 52)])
    sides = sorted(map(tuple, topology.owners.tolist()))
    assert sides == [(0, NOBODY), (0, 1), (1, NOBODY)]
    assert [len(rings) for rings in topology.areas] == [1, 1]


def test_an_island_is_one_border_that_closes_on_itself():
    topology = build_topology([shapely.box(0, 51, 1, 52)])
    assert len(topology.arcs) == 1
    assert topology.arcs[0][0].tolist() == topology.arcs[0][-1].tolist()


def test_an_area_inside_another_shares_its_whole_outline():
    inner = shapely.box(0.4, 51.4, 0.6, 51.6)
    outer = shapely.Polygon(shapely.box(0, 51, 1, 52).exterior, [inner.exterior])
    topology = build_topology([outer, inner])
    assert sorted(map(tuple, topology.owners.tolist())) == [(0, NOBODY), (0, 1)]
    assert len(topology.areas[0]) == 2


def test_a_sliver_that_shrinks_to_a_line_is_left_out():
    assert build_topology([shapely.box(0, 51, 1e-6, 52)]).areas == [[]]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.randoms(use_true_random=False))
def test_areas_built_from_borders_are_the_areas_that_were_given(columns, rows, random):
    xs = np.linspace(0, 1, columns + 1)
    ys = np.linspace(51, 52, rows + 1)
    boxes = [
        shapely.Polygon([(xs[i], ys[j]), (xs[i + 1], ys[j]), (xs[i + 1], ys[j + 1]), (xs[i], ys[j + 1])])
        for i in range(columns)
        for j in range(rows)
    ]
    random.shuffle(boxes)
    topology = build_topology(boxes)
    for shape, rings in zip(boxes, topology.areas, strict=True):
        expected = shapely.Polygon(grid(*shapely.get_coordinates(shape).T))
        assert shapely.Polygon(ring_points(topology, rings[0])).equals(expected)


def test_an_area_without_a_shape_has_no_borders():
    empty = build_topology([shapely.Polygon()])
    assert (empty.arcs, empty.areas) == ([], [[]])
