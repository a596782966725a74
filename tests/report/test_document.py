"""What a board reads: every part in order, nothing claimed that is not so."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clinic_siting.errors import TableError
from clinic_siting.report import Assumption, basis, certainty, gains, opening
from clinic_siting.report.blocks import Cards, Picture, Points, Prose, Table
from clinic_siting.report.document import area_in_words, compose, data_year


def texts(section) -> str:
    """All words of a section."""
    found = []
    for block in section.blocks:
        match block:
            case Prose(text=text):
                found.append(text)
            case Points(items=items):
                found += items
            case Table(caption=caption, rows=rows, note=note):
                found += [caption, note, *(" | ".join(row) for row in rows)]
            case Picture(alt=alt, caption=caption):
                found += [alt, caption]
            case Cards(cards=cards):
                found += [f"{c.label} {c.before} {c.after} {c.change}" for c in cards]
    return "\n".join(found).replace("\u00a0", " ")


def table_of(section, caption: str) -> Table:
    return next(b for b in section.blocks if isinstance(b, Table) and b.caption.startswith(caption))


# --- the whole --------------------------------------------------------------------------------


def test_the_parts_come_in_the_order_in_which_a_board_asks(data):
    assert [section.title for section in compose(data).sections] == [
        "Result",
        "Who gains and who loses",
        "What each clinic gains or loses",
        "What is given up for what",
        "How sure is it",
        "How it was worked out",
        "Measures in full",
        "Where the figures come from",
    ]


def test_nothing_undefined_reaches_a_reader(data):
    for section in compose(data).sections:
        assert " nan" not in texts(section).lower(), section.title
        assert "None" not in texts(section), section.title


def test_every_table_has_as_many_cells_as_columns_and_every_picture_its_words(data):
    for section in compose(data).sections:
        for block in section.blocks:
            if isinstance(block, Table):
                assert block.caption
                assert {len(row) for row in block.rows} <= {len(block.columns)}
            if isinstance(block, Picture):
                assert block.alt
                assert block.svg.startswith("<svg")


def test_the_date_is_that_of_the_figures():
    assert data_year(["Census 2021; IMD 2025", "OSM August 2021"]) == 2025
    assert data_year(["undated", ""]) == 2000


def test_the_area_is_told_in_people_and_patients(data):
    assert area_in_words(data).endswith("12 small areas")
    assert "cases a year" in area_in_words(data)
    assert "people," in area_in_words(replace(data, demand_unit="people")).replace("people, 12", "people,")


def test_labels_that_do_not_meet_are_refused(data):
    with pytest.raises(TableError, match="report, zones and demand"):
        replace(data, demand=data.demand.iloc[1:])
    with pytest.raises(TableError, match="ranking is empty"):
        replace(data, ranking=data.ranking.iloc[:0])
    with pytest.raises(TableError, match="status 'guessed'"):
        Assumption("x", "1", "guessed", "")
    with pytest.raises(TableError, match="lack nothing of everyone"):
        data.everyone("nothing")


# --- result -----------------------------------------------------------------------------------


def test_cards_say_the_change_in_words_with_an_arrow(data):
    cards = opening.cards(data).cards
    before, after = data.everyone("mean")
    assert after < before
    assert cards[0].verdict == "better"
    assert cards[0].change.startswith("↓")
    assert cards[0].change.endswith("shorter")
    assert cards[3].change.endswith(("more", "no change"))


def test_a_worse_figure_is_called_worse_and_an_equal_one_no_change(data):
    table = data.measures.table.copy()
    everyone = table["grouping"] == "everyone"
    table.loc[everyone & (table["measure"] == "mad"), "planned"] += 50
    table.loc[everyone & (table["measure"] == "mean"), "planned"] = table["today"]
    cards = opening.cards(replace(data, measures=replace(data.measures, table=table))).cards
    assert (cards[1].verdict, cards[1].change.split()[-1]) == ("worse", "wider")
    assert (cards[0].verdict, cards[0].change) == ("same", "no change")


def test_a_proof_is_claimed_only_where_there_is_one(data, unproven):
    assert opening.reservations(data) == []
    assert "proves that no other set is better" in opening.proof(data)
    (warning,) = opening.reservations(unproven)
    assert "not reproducible" in warning
    assert "2.10" in warning
    assert "proves" not in opening.proof(unproven)
    assert "best that was found" in opening.proof(unproven)
    no_bound = replace(unproven, plan=replace(unproven.plan, gap=None, bound=None))
    assert "no bound is known" in opening.reservations(no_bound)[0]
    assert "warning" in {b.tone for b in opening.result(unproven).blocks if isinstance(b, Prose)}


def test_new_clinics_are_listed_with_what_they_receive(data):
    rows = opening.new_clinics(data).rows
    assert [row[0] for row in rows] == [data.sites.name_of(site) for site in data.plan.chosen]
    assert all(row[3].isdigit() for row in rows)


# --- who gains --------------------------------------------------------------------------------


def test_winners_and_losers_are_counted_in_one_sentence(data):
    assert "cases a year) would travel at least a minute less, by" in gains.counted(data)
    assert "Nobody would travel longer." in gains.counted(data)
    of_people = gains.counted(replace(data, demand_unit="people"))
    assert of_people.split(" people ")[0].replace(",", "").isdigit()


def test_losers_are_named_where_there_are_any(data):
    worse = data.evidence.by_authority.assign(change=[4.0, -2.0])
    section = gains.gains(replace(data, evidence=replace(data.evidence, by_authority=worse)))
    assert table_of(section, "Local authorities that lose most").rows[0][5] == "+4.0"
    assert "No local authority loses" in texts(gains.gains(data))


def test_a_count_that_is_kept_back_is_marked_and_explained(data):
    clinics = data.evidence.clinics.copy()
    clinics.loc[0, ["today", "change"]] = np.nan
    section = gains.clinics(
        replace(data, counts_are_real=True, evidence=replace(data.evidence, clinics=clinics))
    )
    assert table_of(section, "Cases a year at each clinic").rows[0][2] == "[c]"
    assert "1 to 7" in table_of(section, "Cases a year at each clinic").note


def test_flows_add_up_to_what_a_clinic_receives(data):
    table = gains.flows(data, data.evidence.flows)
    assert len(table.columns) == len(table.rows[0])
    assert {row[0] for row in table.rows} == {"East Alliance", "West Alliance"}


def test_data_without_alliances_and_authorities_still_make_a_report(data):
    table = data.measures.table
    plain = table[~table["grouping"].isin(["alliance_name", "lad_name", "imd_decile"])]
    bare = replace(
        data,
        measures=replace(data.measures, table=plain),
        evidence=replace(data.evidence, by_authority=None, by_alliance=None, flows=None),
        boundaries={},
    )
    assert len(compose(bare).sections) == 8


# --- how sure ---------------------------------------------------------------------------------


def test_rivals_are_counted_and_named(data):
    scores = data.ranking["score"].iloc[0] * np.array([1, 1.005, 1.2])
    ranking = data.ranking.head(3).assign(score=scores)
    said = certainty.near_best(replace(data, ranking=ranking, ranking_total=3))
    assert "Of the other 2 sets, one comes within" in said
    alone = replace(data, ranking=ranking.head(1), ranking_total=1)
    assert certainty.near_best(alone) == "No other set of sites obeys the rules."
    assert certainty.best_sets(alone).caption == "The only set"


def test_worlds_in_which_another_set_leads_stand_out(data):
    worlds = pd.DataFrame(
        {
            "mean": [20.0, 25.0],
            "rank": [1, 3],
            "regret": [0.0, 0.02],
            "best": ["CDC-E1 + TOY02", "CDC-E2 + TOY03"],
        },
        index=pd.Index(["as planned", "a slow bridge"], name="world"),
    )
    table = certainty.worlds(data, worlds)
    assert table.strong == {1}
    assert table.rows[0][3:] == ("best", "this plan")
    assert "Middleford" in table.rows[1][4]


# --- what it stands on ------------------------------------------------------------------------


def test_assumptions_carry_their_status(data):
    rows = table_of(basis.methods(data), "What the result stands on").rows
    assert {row[2] for row in rows} <= {"observed", "modelled", "assumed", "unverified"}
    assert {"observed", "modelled", "assumed", "unverified"} <= {row[2] for row in rows}


def test_measures_are_defined_where_they_are_shown(data):
    rows = table_of(basis.measures(data), "Everyone").rows
    assert all(row[4] for row in rows)
    assert rows[0][0] == "Average journey"


def test_the_run_is_described_without_a_clock(data, unproven):
    said = texts(basis.sources(data))
    assert "0123456789abcdef" in said
    assert "clinic-siting 1.2.3" in said
    assert "Proved | yes" in said
    assert "not reproducible" in texts(basis.sources(unproven))


def test_sets_that_are_too_many_to_list_are_not_said_to_be_all(data):
    many = replace(data, all_ranked=False)
    assert "too many to list them all" in opening.proof(many)
    assert "sets of sites that obey the rules were compared" in opening.proof(data)
    assert "Of the next best" in certainty.near_best(many)
    assert certainty.best_sets(many).caption.endswith("of the sets that were looked at")
