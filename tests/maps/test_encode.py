import base64

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.maps.encode import NO_ROUTE, column, grid, lines, whole_minutes, whole_numbers


def unpacked(text: str) -> list[int]:
    """A second reading of the format, written from its description."""
    numbers, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value += (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    return numbers


def signed(n: int) -> int:
    return -(n + 1) // 2 if n % 2 else n // 2


points = st.lists(st.tuples(st.integers(0, 2**21), st.integers(0, 2**21)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(points, min_size=1, max_size=5))
def test_lines_come_back_as_they_were(paths):
    numbers = unpacked(lines([np.array(path) for path in paths]))
    found, at, first = [], 0, (0, 0)
    while at < len(numbers):
        count, here, path = numbers[at], first, []
        for k in range(count):
            step = numbers[at + 1 + 2 * k : at + 3 + 2 * k]
            here = (here[0] + signed(step[0]), here[1] + signed(step[1]))
            path.append(here)
        at, first = at + 1 + 2 * count, path[0]
        found.append(path)
    assert found == paths


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-(2**20), 2**20)))
def test_whole_numbers_of_either_sign_come_back(values):
    assert [signed(n) for n in unpacked(whole_numbers(values))] == values


def test_a_column_takes_the_smallest_type_that_holds_it():
    assert [column([top])["t"] for top in (255, 256, 65_536)] == ["u8", "u16", "u32"]
    assert column(np.array([]))["t"] == "u8"
    assert column([0.5], "f8")["t"] == "f64"


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 600), st.sampled_from([15.0, 45.0]))
def test_rounding_never_carries_minutes_across_a_threshold(minutes, threshold):
    steps = whole_minutes(np.array([minutes]), [threshold])[0]
    assert (steps <= threshold * 100) == (minutes <= threshold)
    assert abs(steps / 100 - minutes) <= 0.0100001


def test_no_route_is_told_apart_from_the_longest_journey():
    assert list(whole_minutes(np.array([np.inf, 10_000.0]), [])) == [NO_ROUTE, NO_ROUTE - 1]


def test_the_grid_has_its_middle_where_the_meridian_meets_the_equator():
    assert grid(np.array([0.0]), np.array([0.0])).tolist() == [[2**20, 2**20]]
