import pandas as pd
import pytest
from tests.building.conftest import BANDS, CARS, ages_nomis, cars_nomis, long_layout

from clinic_siting.building import census
from clinic_siting.building.downloads import Download, read_download
from clinic_siting.errors import DataError


@pytest.fixture
def few(kent_zones) -> pd.DataFrame:
    return kent_zones.head(6)


def saved(table: pd.DataFrame, path, **how) -> Download:
    table.to_csv(path, index=False, **how)
    return read_download(path, heading=census.HEADING)


def test_nomis_bulk_and_the_custom_layout_say_the_same_about_age(few, tmp_path):
    nomis = census.people_by_age(saved(ages_nomis(few), tmp_path / "bulk.csv"))
    counts = {label: few[band] for band, label in BANDS.items()}
    long = census.people_by_age(saved(long_layout(few, "Age (18 categories)", counts), tmp_path / "long.csv"))
    assert nomis["age_05_09"].to_list() == few["age_05_09"].to_list()
    assert nomis["population"].to_list() == few[list(BANDS)].sum(axis=1).to_list()
    pd.testing.assert_frame_equal(nomis, long, check_dtype=False)


def test_the_longer_headings_of_the_api_are_read_too(few, tmp_path):
    table = ages_nomis(few).rename(columns=lambda c: f"{c}; measures: Value" if c.startswith("Age") else c)
    assert (
        census.people_by_age(saved(table, tmp_path / "t.csv"))["age_85_plus"].sum()
        == few["age_85_plus"].sum()
    )


def test_single_years_add_up_to_bands(few, tmp_path):
    counts = {"Aged under 1 year": few["age_00_04"]}
    counts |= {f"Aged {n} years": few["population"] * 0 + 1 for n in range(1, 90)}
    counts |= {"Aged 90 years and over": few["population"] * 0 + 2}
    table = census.people_by_age(saved(long_layout(few, "Age (91 categories)", counts), tmp_path / "t.csv"))
    assert table["age_00_04"].to_list() == (few["age_00_04"] + 4).to_list()
    assert (table["age_05_09"].unique().tolist(), table["age_85_plus"].unique().tolist()) == ([5], [7])


def test_households_and_those_without_a_car(few, tmp_path):
    nomis = census.households_by_car(saved(cars_nomis(few), tmp_path / "bulk.csv"))
    rest = few["households"] - few["households_no_car"]
    counts = {"Does not apply": few["households"], CARS[0]: few["households_no_car"], CARS[1]: rest}
    variable = "Car or van availability (5 categories)"
    long = census.households_by_car(saved(long_layout(few, variable, counts), tmp_path / "long.csv"))
    for table in (nomis, long):
        assert table["households"].to_list() == few["households"].to_list()
        assert table["households_no_car"].to_list() == few["households_no_car"].to_list()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(date=2011), "figures of 2011, whose LSOAs are not those of 2021"),
        (lambda t: t.assign(**{"geography code": "E06000001"}), "no row is about an LSOA; choose that"),
        (lambda t: t.drop(columns="Age: Aged 5 to 9 years"), r"no people of 1 age band\(s\)"),
        (lambda t: t.assign(**{"Age: Aged 10 to 15 years": 1}), "is no part of a five-year band"),
        (lambda t: t.assign(**{"Age: Aged 5 to 9 years": "x"}), r"row\(s\) have no number as 'Age: Aged 5"),
        (lambda t: t.assign(**{"Age: Total": 9_000_000}), "the ages do not add up to the total"),
        (lambda t: pd.concat([t, t]), "zones occur more than once"),
        (lambda t: t.rename(columns=lambda c: c.replace("Age", "Sex")), "no column of counts"),
    ],
)
def test_what_is_no_such_census_table_is_refused_by_name(few, tmp_path, change, message):
    download = saved(change(ages_nomis(few)), tmp_path / "wrong.csv")
    with pytest.raises(DataError, match=rf"^wrong\.csv: .*{message}|{message}"):
        census.people_by_age(download)


def test_a_table_without_the_households_without_a_car_is_refused(few, tmp_path):
    table = cars_nomis(few).drop(columns=f"Number of cars or vans: {CARS[0]}")
    with pytest.raises(DataError, match="no category 'no cars or vans in household'; is it table TS045"):
        census.households_by_car(saved(table, tmp_path / "t.csv"))
