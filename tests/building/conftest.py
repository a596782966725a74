"""Small files in the publishers' own layouts, cut from the bundled Kent example."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import Transformer

from clinic_siting import sources
from clinic_siting.starting import start_folder

BANDS = {"age_00_04": "Aged 4 years and under", "age_85_plus": "Aged 85 years and over"}
BANDS |= {f"age_{n:02}_{n + 4:02}": f"Aged {n} to {n + 4} years" for n in range(5, 85, 5)}
BANDS = dict(sorted(BANDS.items()))
CARS = ["No cars or vans in household", "1 car or van in household"]
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """An Excel workbook with shared texts, as Excel writes it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    texts: list[str] = []
    files = {}
    for number, rows in enumerate(sheets.values(), start=1):
        lines = []
        for r, row in enumerate(rows, start=1):
            cells = []
            for c, value in enumerate(row):
                if value in ("", None):
                    continue
                where = f'r="{chr(65 + c)}{r}"'
                if isinstance(value, str):
                    texts.append(value)
                    cells.append(f'<c {where} t="s"><v>{len(texts) - 1}</v></c>')
                else:
                    cells.append(f"<c {where}><v>{value}</v></c>")
            lines.append(f'<row r="{r}">{"".join(cells)}</row>')
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        )
    files["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{main}">' + "".join(f"<si><t>{escape(t)}</t></si>" for t in texts) + "</sst>"
    )
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    files["xl/workbook.xml"] = f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{names}</sheets></workbook>'
    links = "".join(
        f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
    )
    files["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="x">{links}</Relationships>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def opendocument(sheets: dict[str, list[list[str]]]) -> bytes:
    """An OpenDocument spreadsheet; what is blank at a row's end is one cell that is repeated very often."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    parts = []
    for name, rows in sheets.items():
        lines = []
        for row in rows:
            cells = (f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
            blanks = '<table:table-cell table:number-columns-repeated="16000"/>'
            lines.append(f"<table:table-row>{''.join(cells)}{blanks}</table:table-row>")
        nothing = f'<table:table-row table:number-rows-repeated="1048000">{blanks}</table:table-row>'
        parts.append(f'<table:table table:name="{escape(name)}">{"".join(lines)}{nothing}</table:table>')
    body = f"<office:body><office:spreadsheet>{''.join(parts)}</office:spreadsheet></office:body>"
    return packed_opendocument(f"<office:document-content {names}>{body}</office:document-content>")


def packed_opendocument(content: str) -> bytes:
    """The archive around the sheets."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def kent(tmp_path_factory) -> Path:
    """A started folder; its data are those that the downloads below are cut from."""
    folder = tmp_path_factory.mktemp("elsewhere") / "my-area"
    start_folder(folder)
    return folder


@pytest.fixture(scope="session")
def kent_zones(kent) -> pd.DataFrame:
    return sources.read_zones(sources.open_data(kent / "data" / "kent")).table


def ages_nomis(zones: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame({"date": 2021, "geography": zones["name"], "geography code": zones.index})
    table["Age: Total"] = zones["population"].to_numpy()
    counts = zones[list(BANDS)].rename(columns={b: f"Age: {label}" for b, label in BANDS.items()})
    return pd.concat([table.reset_index(drop=True), counts.reset_index(drop=True)], axis=1)


def cars_nomis(zones: pd.DataFrame) -> pd.DataFrame:
    head = {"date": 2021, "geography": zones["name"], "geography code": zones.index}
    counts = {
        "Number of cars or vans: Total: All households": zones["households"],
        f"Number of cars or vans: {CARS[0]}": zones["households_no_car"],
        f"Number of cars or vans: {CARS[1]}": zones["households"] - zones["households_no_car"],
    }
    return pd.DataFrame({**head, **counts})


def long_layout(zones: pd.DataFrame, variable: str, counts: dict[str, pd.Series]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "Lower layer Super Output Areas Code": zones.index,
                "Lower layer Super Output Areas": zones["name"].to_numpy(),
                f"{variable} Code": number,
                variable: label,
                "Observation": values.to_numpy(),
            }
        )
        for number, (label, values) in enumerate(counts.items(), start=1)
    ]
    return pd.concat(parts, ignore_index=True)


def centroids_grid(zones: pd.DataFrame) -> pd.DataFrame:
    x, y = Transformer.from_crs(4326, 27700, always_xy=True).transform(zones["lon"], zones["lat"])
    return pd.DataFrame({"FID": range(1, len(zones) + 1), "LSOA21CD": zones.index, "x": x, "y": y})


def deprivation_file_7(zones: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "LSOA code (2021)": zones.index,
            "LSOA name (2021)": zones["name"],
            "Local Authority District code (2024)": zones["lad"],
            "Local Authority District name (2024)": zones["lad_name"],
            "Index of Multiple Deprivation (IMD) Score": zones["imd_score"],
            RANK: range(1, len(zones) + 1),
            DECILE: zones["imd_decile"],
            "Income Score (rate)": 0.1,
        }
    )


def icb_lookup(zones: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "LSOA21CD": zones.index,
            "LSOA21NM": zones["name"],
            "SICBL24CD": "E38000000",
            "SICBL24NM": "A Sub ICB Location",
            "ICB24CD": zones["icb"],
            "ICB24CDH": "QKS",
            "ICB24NM": "NHS " + zones["icb_name"] + " Integrated Care Board",
            "CAL24CD": zones["alliance"],
            "CAL24NM": zones["alliance_name"],
            "LAD24CD": zones["lad"],
            "LAD24NM": zones["lad_name"],
        }
    )


@pytest.fixture(scope="session")
def downloads(kent, kent_zones, tmp_path_factory) -> Path:
    """A folder of downloads for Kent, with one area of another county in the census tables."""
    folder = tmp_path_factory.mktemp("downloads")
    zones = kent_zones
    ages_nomis(zones).to_csv(folder / "census2021-ts007a-lsoa.csv", index=False)
    cars_nomis(zones).to_csv(folder / "census2021-ts045-lsoa.csv", index=False)
    centroids_grid(zones).to_csv(folder / "LSOA_PopCentroids_EW_2021_V4.csv", index=False)
    deprivation_file_7(zones).to_csv(folder / "File_7_IoD2025.csv", index=False)
    icb_lookup(zones).to_csv(folder / "LSOA21_SICBL24_ICB24_CAL24_LAD24.csv", index=False)
    msoa = pd.DataFrame(
        {
            "LSOA21CD": zones.index,
            "MSOA21CD": zones["msoa"],
            "MSOA21NM": zones["msoa_name"],
            "RUC21NM": "Urban: x",
        }
    )
    msoa.to_csv(folder / "lsoa_msoa.csv", index=False)
    county = zones[["lad", "lad_name", "county"]].drop_duplicates()
    county = county.rename(columns={"lad": "LTLA24CD", "lad_name": "LTLA24NM", "county": "UTLA24NM"})
    county.assign(UTLA24CD="E10000016").to_csv(folder / "ltla_utla.csv", index=False)
    shapes = gpd.read_parquet(kent / "data" / "kent" / "msoa.parquet").to_crs(27700)
    shapes.rename(columns={"msoa": "MSOA21CD"}).to_file(folder / "MSOA21.gpkg")
    return folder
