"""Twelve sound zones, five sound sites and a square of road, to be spoilt one cell at a time."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def zones() -> pd.DataFrame:
    number = np.arange(12)
    return pd.DataFrame(
        {
            "zone_id": [f"E0190{n:04}" for n in number],
            "name": [f"Toyland {n}" for n in number],
            "msoa": [f"E0290{n // 2:04}" for n in number],
            "lon": 0.4 + 0.01 * number,
            "lat": 51.2 + 0.01 * number,
            "population": 1000 + number,
            "age_00_64": 600 + number,
            "age_65_plus": 400,
            "imd_decile": 1 + number % 10,
        }
    )


@pytest.fixture
def sites() -> pd.DataFrame:
    number = np.arange(5)
    return pd.DataFrame(
        {
            "site_id": [f"S{n}" for n in number],
            "name": [f"Hospital {n}" for n in number],
            "postcode": [f"TY{n} 1AB" for n in number],
            "lon": 0.4 + 0.02 * number,
            "lat": 51.2 + 0.02 * number,
            "kind": ["acute", "acute", "cdc", "cdc", "acute"],
            "status": ["existing", "candidate", "candidate", "candidate", "excluded"],
            "catchment": ["", "", "East", "", ""],
            "services": ["", "", "Imaging, Pathology", "Imaging", ""],
        }
    )
