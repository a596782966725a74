"""Whatever is wrong with sites is found, by its rows."""

import pandas as pd
import pytest

from clinic_siting.gate import Finding, check_sites


def check(table: pd.DataFrame, **changes) -> list[Finding]:
    sectors = pd.DataFrame({"lon": [0.4, 0.42], "lat": [51.2, 51.22]}, index=["TY0 1", "TY1 1"])
    return check_sites(table, **({"alliances": ["East", "West"], "sectors": sectors} | changes))


def only(findings: list[Finding]) -> Finding:
    found = [finding for finding in findings if finding.light != "green"]
    assert len(found) == 1, found
    return found[0]


def test_sound_sites_are_green(sites):
    assert {finding.light for finding in check(sites)} == {"green"}
    assert {finding.light for finding in check(sites, sectors=None)} == {"green"}
    assert {finding.light for finding in check(sites[["site_id", "status"]])} == {"green"}


@pytest.mark.parametrize(
    ("cells", "light", "what", "row"),
    [
        ({"site_id": "S0"}, "red", "site_id: 1 id(s) occur more than once", "S0"),
        ({"site_id": "s-0"}, "red", "differ only in case, blanks or signs", "'S0' and 's-0'"),
        ({"status": "open"}, "red", "status must be one of existing, candidate, excluded; 1", "S1: open"),
        ({"catchment": "Mars"}, "red", "a catchment must be one of the zones' alliance_name", "S1: Mars"),
        (
            {"lon": 0.4, "lat": 51.2015},
            "amber",
            "1 candidate(s) stand nearer than 300 m to another site",
            "S0 Hospital 0 and S1 Hospital 1: 167 m",
        ),
        ({"lon": 0.9}, "amber", "more than 10 km from their postcode", "S1 Hospital 1, TY1 1AB: 34 km"),
        ({"services": "Pathology"}, "amber", "1 candidate(s) list no imaging", "S1 Hospital 1: Pathology"),
        ({"kind": "cdc"}, "amber", "1 candidate(s) list no imaging", "S1 Hospital 1: nothing listed"),
    ],
)
def test_one_site_that_is_wrong_is_found_and_nothing_else(sites, cells, light, what, row):
    for column, value in cells.items():
        sites.loc[1, column] = value
    finding = only(check(sites))
    assert finding.light == light
    assert what in finding.what
    assert finding.rows == (row,)


def test_excluded_sites_are_kept_for_the_record_only(sites):
    sites.loc[4, ["lon", "lat"]] = sites.loc[1, ["lon", "lat"]].to_list()
    sites.loc[4, "services"] = "Pathology"
    assert {finding.light for finding in check(sites)} == {"green"}


def test_existing_sites_may_stand_side_by_side(sites):
    sites.loc[1, ["lon", "lat", "status", "postcode"]] = [0.4, 51.201, "existing", ""]
    assert {finding.light for finding in check(sites)} == {"green"}


def test_columns_that_nobody_reads_are_amber(sites):
    assert only(check(sites.assign(statsu="x"))).rows == ("statsu (did you mean status?)",)
