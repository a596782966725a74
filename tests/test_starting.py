import pytest

from clinic_siting import pipeline
from clinic_siting.config import read_config
from clinic_siting.errors import OutputError
from clinic_siting.ground import lay_ground
from clinic_siting.starting import start_folder


def test_a_started_folder_runs_at_once(tmp_path):
    start_folder(tmp_path / "my-area")
    config = read_config(tmp_path / "my-area" / "config" / "my-area.yaml")
    ground = lay_ground(config)
    siting = pipeline.choose(ground, config)
    assert siting.plan.proven
    assert ground.unreachable.empty
    assert siting.ranking["mean"].iloc[0] < siting.today["mean"]


def test_a_folder_that_holds_something_is_not_written_over(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not empty; name a new folder"):
        start_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="is not empty"):
        start_folder(tmp_path / "taken")
