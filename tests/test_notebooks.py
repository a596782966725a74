"""Every notebook runs from its first cell to its last, as the documentation shows it."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="the group notebooks is not installed")
nbclient = pytest.importorskip("nbclient", reason="the group notebooks is not installed")
jupyter_client = pytest.importorskip("jupyter_client", reason="the group notebooks is not installed")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One for all: most of a notebook's time goes into loading the package."""
    manager = jupyter_client.KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(tmp_path_factory.mktemp("notebooks")))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=300)
    yield client
    client.stop_channels()
    client.context.destroy()
    manager.shutdown_kernel(now=True)
    manager.context.destroy()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_is_kept_without_what_it_showed(path, kernel):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    forget = nbformat.v4.new_code_cell("%reset -f")  # no name of the notebook before is known
    notebook.cells.insert(0, forget)
    runner = nbclient.NotebookClient(notebook, km=kernel.parent, timeout=300)
    runner.kc = kernel
    runner.execute()
    shown = [output for cell in cells for output in cell.outputs]
    assert not [output for output in shown if output.get("name") == "stderr"]
    assert shown


def test_there_are_the_five_that_the_documentation_names():
    assert [path.stem[0] for path in NOTEBOOKS] == list("12345")
