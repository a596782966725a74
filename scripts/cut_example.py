"""Cut the small example that the package carries (Kent) from the bundled data set."""

from pathlib import Path

from clinic_siting.cutting import Cut, cut_data
from clinic_siting.sources import open_data

ROOT = Path(__file__).resolve().parent.parent
# Kent and Medway, with the main roads to the existing clinics of south London.
KENT = Cut(("Kent and Medway",), ("E10000016", "E06000035"), (-0.25, 50.88, 1.47, 51.56))


def main() -> None:
    """Write the example's data folder anew."""
    folder = ROOT / "src" / "clinic_siting" / "example" / "data" / "kent"
    for name, content in cut_data(open_data(ROOT / "data" / "lsesn"), KENT).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
