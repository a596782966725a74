"""What a board reads of fronts, weights and phases."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from clinic_siting.report.blocks import Picture, Prose, Table
from clinic_siting.report.trade_offs import read_front, trade_offs


def of_kind(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


@pytest.fixture(scope="module")
def phased(data):
    """The same, its sites opened one after the other."""
    chosen = data.plan.chosen
    rows = pd.DataFrame(
        {
            "opens": list(chosen), "is_open": [chosen[0], " + ".join(chosen)], "mean": [31.2, 27.0],
            "coverage": [0.7, 0.8], "score": [0.81, 0.7], "at_once": [chosen[1], " + ".join(chosen)],
            "at_once_mean": [30.9, 27.0], "at_once_score": [0.80, 0.7], "costs": [0.01, 0.0],
        },
        index=pd.Index([1, 2], name="phase"),
    )  # fmt: skip
    return replace(
        data, evidence=replace(data.evidence, phases=rows, phases_said=("First one, then the other.",))
    )


def test_points_are_numbered_alike_in_figure_and_table(data):
    section = trade_offs(data)
    front = read_front(data)
    (picture,) = of_kind(section, Picture)
    texts = {(n.text or "").strip() for n in ET.fromstring(picture.svg).iter() if n.tag.endswith("text")}  # noqa: S314 - our own drawing
    table = next(t for t in of_kind(section, Table) if t.caption == "Sets that are not beaten")
    numbers = [row[0] for row in table.rows]
    assert numbers == [str(k) for k in front.points.index]
    drawn = {number for text in texts for number in text.split(", ")}
    assert set(numbers) <= drawn
    assert data.set_name(str(front.points["sites"].iloc[0])) in picture.alt
    assert {row[1] for row in table.rows} == {data.set_name(str(s)) for s in front.points["sites"]}


def test_a_set_that_is_best_at_both_gives_nothing_up(data):
    fronts = data.robustness.tables["fronts"].groupby(level=0).head(1)
    one = fronts.assign(sites=" + ".join(data.plan.chosen))
    tables = {**data.robustness.tables, "fronts": one}
    section = trade_offs(replace(data, robustness=replace(data.robustness, tables=tables)))
    assert not of_kind(section, Picture)
    assert "nothing is given up" in of_kind(section, Prose)[0].text


def test_without_all_sets_only_the_weights_are_told(data):
    tables = {k: v for k, v in data.robustness.tables.items() if k != "fronts"}
    section = trade_offs(replace(data, robustness=replace(data.robustness, tables=tables)))
    assert [t.caption for t in of_kind(section, Table)] == [
        "How far a weight can move, the others as they are, before another set leads"
    ]
    assert trade_offs(replace(data, robustness=replace(data.robustness, tables={}))) is None


def test_phases_stand_with_their_price(phased):
    section = trade_offs(phased)
    table = next(t for t in of_kind(section, Table) if t.caption == "Opening in phases")
    first, last = table.rows
    assert first[1] == phased.short(phased.plan.chosen[0])
    assert first[2:5] == ("31.2", "70\u00a0%", "0.8100")
    assert first[5] == phased.short(phased.plan.chosen[1])
    assert first[-1] == "0.0100"
    assert last[5] == "the same"
    assert any(p.text == "First one, then the other." for p in of_kind(section, Prose))


def test_the_figure_has_no_clock_and_the_same_bytes(data):
    one, two = (of_kind(trade_offs(data), Picture)[0].svg for _ in range(2))
    assert one == two
    assert "<metadata" not in one
