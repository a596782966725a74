"""What scenarios ask and find otherwise, in a board's words."""

from dataclasses import replace

import pytest

from clinic_siting.comparison import compare_scenarios
from clinic_siting.comparison.verdicts import standing, standing_in_words, verdict_in_words
from clinic_siting.comparison.wording import asked_in_words
from clinic_siting.config import read_config


@pytest.fixture(scope="module")
def first(write_shared_config):
    free = write_shared_config("free", siting={"require": []})
    configs = [read_config(write_shared_config("toy")), read_config(free)]
    return compare_scenarios(configs)[0]


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"access": {"standard_min": 60}}, "the standard is 60 minutes, not "),
        ({"demand": {"model": "population"}}, "patients are counted as residents, not as expected cases"),
        ({"siting": {"unverified_sites": "open"}}, "clinics that could not be confirmed count as open today"),
        ({"siting": {"weights": {"mean": 2}}}, "the weight of the average journey is 2, not 1"),
        (
            {"siting": {"capacity": {"TOY01": 240}}},
            "Old Infirmary, Westbridge takes at most 240 cases a year",
        ),
        ({"demand": {"model": "referrals", "own": "mine.csv"}}, "the referrals are those of mine.csv"),
        ({"siting": {"require": []}}, "there need not be one in "),
        ({"siting": {"forbid": ["TOY02"]}}, "St Agnes' Hospital may not open"),
        ({"siting": {"min_apart_min": 7}}, "siting, min apart min: 0 → 7"),
    ],
)
def test_what_is_asked_otherwise_is_told_in_words(first, write_config, changes, phrase):
    other = replace(first, config=read_config(write_config("other", **changes)))
    told = asked_in_words(first, other)
    assert any(phrase in line for line in told), told
    assert asked_in_words(first, first) == []


def test_the_first_plan_is_judged_in_every_scenario(first):
    best, second = (tuple(first.siting.ranking["sites"].iloc[k]) for k in (0, 1))
    assert standing(first, best).rank == 1
    assert standing_in_words(first, first) == "best here too"
    scores = first.siting.ranking["score"]
    found = standing(first, second)
    assert (found.rank, found.worse) == (2, pytest.approx(scores.iloc[1] / scores.iloc[0] - 1))
    assert standing(first, ["nowhere"]) is None
    plan = replace(first.siting.plan, chosen=second)
    behind = replace(first, siting=replace(first.siting, plan=plan))
    assert "number 2 here" in standing_in_words(behind, first)
    assert "is also the best in the other scenario." in verdict_in_words([first, first])
    assert "is not the best in the other scenario; elsewhere its score is worse by " in verdict_in_words(
        [behind, first]
    )
