"""A folder to start from: a small real example that runs at once, and a checklist to make it one's own."""

from importlib.resources import as_file, files
from pathlib import Path

from clinic_siting.errors import OutputError
from clinic_siting.files import write_file


def start_folder(folder: Path) -> list[Path]:
    """Write the example into a new or empty folder.

    Parameters
    ----------
    folder
        Where to; its parents are made.

    Returns
    -------
    Paths written: README, config and figures.

    Raises
    ------
    OutputError
        Where the folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} is not empty; name a new folder, so that nothing of yours is replaced.")
    written = []
    with as_file(files("clinic_siting") / "example") as example:
        for source in sorted(path for path in example.rglob("*") if path.is_file()):
            target = folder / source.relative_to(example)
            write_file(target, source.read_bytes())
            written.append(target)
    return written
