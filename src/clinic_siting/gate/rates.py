"""Rates of new cases whose size betrays another unit."""

import pandas as pd

from clinic_siting.gate.findings import Check, Finding

# Nobody falls ill more than once; and of a disease with a clinic of its own, somebody does.
MOST_PER_100K = 100_000.0
LEAST_PER_100K = 0.01


def check_rates(rates: pd.Series) -> Finding:
    """Check rates by age.

    Parameters
    ----------
    rates
        New cases in a year per 100,000 people; index: age bands.
    """
    check = Check(
        "incidence",
        "cases_per_100k looks like another unit than cases per 100,000 people",
        "rates are cases per 100,000 people",
        "give new cases in a year per 100,000 people",
    )
    if len(rates) and 0 < rates.max() < LEAST_PER_100K:
        return check.judge([f"the highest is {rates.max():.3g}: a share?"])
    return check.judge(f"{band}: {rate:,.6g}" for band, rate in rates[rates > MOST_PER_100K].items())
