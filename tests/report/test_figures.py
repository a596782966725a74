"""Drawings that say what the figures say, are whole, and have the same bytes each time."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_siting.report import figures, map_figure, theme
from clinic_siting.report.labels import Label, place_labels
from clinic_siting.report.map_figure import band_shares, map_pair
from clinic_siting.report.map_shapes import area_minutes, band_names, band_of
from clinic_siting.tables import Access


def said(svg: str) -> list[str]:
    """The texts of a drawing."""
    return [(node.text or "").strip() for node in ET.fromstring(svg).iter() if node.tag.endswith("text")]  # noqa: S314 - our own drawing


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    table = {"today": [50.0, 20.0, np.inf], "planned": [30.0, 20.0, np.inf]}
    return pd.DataFrame(table, index=["North", "South", "Isle"])


def test_dumbbells_tell_both_figures_or_that_nothing_changes(rows):
    picture = figures.before_after(rows, caption="By county", width_mm=170)
    texts = said(picture.svg)
    assert {"North", "South", "50.0 →", "30.0", "no change", "20.0", "no route", "minutes"} <= set(texts)
    assert "North 50.0 → 30.0; South 20.0 → 20.0; Isle no route → no route." in picture.alt


def test_labels_in_a_drawing_are_only_text(rows):
    picture = figures.before_after(
        rows.set_axis(["<script>alert(1)</script>", "a & b", "c"]), caption="x", width_mm=170
    )
    assert "<script" not in picture.svg
    assert "<script>alert(1)</script>" in said(picture.svg)


def test_dollars_in_a_name_are_no_formula(rows):
    picture = figures.before_after(rows.set_axis(["$\\frac{1}{0}$", "100 $", "$"]), caption="x", width_mm=170)
    assert "$\\frac{1}{0}$" in said(picture.svg)


def test_the_s_curve_names_the_share_within_the_standard(data):
    picture = figures.s_curve(data, width_mm=170, height_mm=60)
    before, after = data.everyone("coverage")
    assert f"{100 * before:.0f}\u00a0%" in picture.alt
    assert any(f"{100 * after:.0f}\u00a0%" in text for text in said(picture.svg))


def test_drawings_have_no_clock_and_the_same_bytes(data):
    one, two = (figures.s_curve(data, width_mm=170, height_mm=60).svg for _ in range(2))
    assert one == two
    assert "<metadata" not in one
    assert "http" not in one.replace("http://www.w3.org/", "")


def test_drawing_changes_no_setting_of_others(data):
    import matplotlib as mpl  # noqa: PLC0415 - only here

    before = dict(mpl.rcParams)
    figures.s_curve(data, width_mm=100, height_mm=60)
    assert dict(mpl.rcParams) == before


# --- maps -------------------------------------------------------------------------------------


def test_the_maps_name_the_new_clinics_in_the_second_only(data):
    picture = map_pair(data)
    texts = said(picture.svg)
    assert texts.count("Minutes today") == texts.count("Minutes with the plan") == 1
    for site in data.plan.chosen:
        assert texts.count(data.short(site)) <= 1
    assert data.set_name(data.plan.chosen) in picture.alt


@pytest.mark.parametrize(("minutes", "white"), [(10.0, False), (200.0, True)])
def test_towns_are_written_in_white_on_dark_bands_alone(data, monkeypatch, minutes, white):
    monkeypatch.setattr(map_figure, "NEAR_DEG", 0.0)
    same = Access(data.planned.table.assign(minutes=minutes))
    svg = map_pair(replace(data, today=same, planned=same)).svg
    assert (theme.DARK_RIM in svg) == white


def test_a_map_of_hostile_names_is_whole(hostile):
    assert "<script" not in map_pair(hostile).svg


def test_areas_are_coloured_by_the_mean_of_their_patients(data):
    minutes = area_minutes(data)
    zones = data.zones.table
    members = zones.index[zones["msoa"] == minutes.index[0]]
    expected = np.average(data.today.minutes[members], weights=data.demand[members])
    assert minutes["today"].iloc[0] == pytest.approx(expected)


def test_bands_hold_their_upper_end():
    band = band_of(pd.Series([0.0, 15.0, 15.1, 60.0, 61.0, np.inf]), (15, 30, 45, 60))
    assert band.to_list() == [0, 0, 1, 3, 4, 4]
    assert band_names((15, 30, 45, 60)) == ["up to 15", "15 to 30", "30 to 45", "45 to 60", "over 60"]


def test_bands_hold_everyone_once_and_each_has_a_colour(data):
    shares = band_shares(data)
    assert shares.shape == (2, len(data.bands_min) + 1)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (shares >= 0).all()
    assert shares[0, 0] == pytest.approx(data.everyone(f"within_{data.bands_min[0]:g}")[0])
    # A config may have eight thresholds.
    assert len(set(theme.MINUTES)) == 9


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=25))
def test_law_no_two_names_overlap(points):
    labels = [Label(f"Town {n}", x, y, 6.0, 2.0, bold=bold) for n, (x, y, bold) in enumerate(points)]
    placed = place_labels(labels, per_degree=(200, 200), bounds=(0, 0, 1, 1), most_plain=5)
    boxes = []
    for label, dx, dy, align in placed:
        width, half = len(label.text) * 6 * (0.55 if label.bold else 0.5), 1.15 * 3
        left = label.lon * 200 + dx - {"left": 0, "right": width, "center": width / 2}[align]
        middle = label.lat * 200 + dy
        boxes.append((left, middle - half, left + width, middle + half))
    for n, one in enumerate(boxes):
        for other in boxes[:n]:
            apart = one[2] <= other[0] + 1e-9 or other[2] <= one[0] + 1e-9
            assert apart or one[3] <= other[1] + 1e-9 or other[3] <= one[1] + 1e-9
    assert sum(not label.bold for label, *_ in placed) <= 5
