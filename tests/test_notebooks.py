"""Every notebook runs from its first cell to its last, as the documentation shows it."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="the group notebooks is not installed")
nbclient = pytest.importorskip("nbclient", reason="the group notebooks is not installed")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_is_kept_without_what_it_showed(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    shown = [output for cell in cells for output in cell.outputs]
    assert not [output for output in shown if output.get("name") == "stderr"]
    assert shown


def test_there_are_the_five_that_the_documentation_names():
    assert [path.stem[0] for path in NOTEBOOKS] == list("12345")
