"""A rate's size betrays its unit."""

import pandas as pd
import pytest

from clinic_siting.gate import check_rates

RATES = pd.Series({"age_00_04": 1.5, "age_60_64": 11.3, "age_85_plus": 22.9})


def test_rates_per_100_000_people_are_green_and_so_are_none():
    assert check_rates(RATES).light == "green"
    assert check_rates(RATES * 0).light == "green"  # that nobody has any demand is said elsewhere
    assert check_rates(RATES.head(0)).light == "green"


@pytest.mark.parametrize(
    ("factor", "rows"),
    [
        (1e-5, ("the highest is 0.000229: a share?",)),
        (1e4, ("age_60_64: 113,000", "age_85_plus: 229,000")),
    ],
)
def test_shares_and_counts_are_red(factor, rows):
    finding = check_rates(RATES * factor)
    assert (finding.light, finding.rows) == ("red", rows)
    assert "another unit than cases per 100,000 people" in finding.what
