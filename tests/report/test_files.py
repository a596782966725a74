"""A report is whole, or it is said that there is none."""

from clinic_siting.report import LEFT_OUT, TO_READ, files, missing_packages, report_files


def test_all_files_of_a_report_are_made(data):
    made = report_files(data)
    assert set(made) == set(TO_READ)
    assert missing_packages() == []


def test_without_its_packages_there_is_no_report_and_that_is_said(data, monkeypatch):
    monkeypatch.setattr(files, "NEEDED", ("no_such_package",))
    assert report_files(data) == {}
    assert missing_packages() == ["no_such_package"]
    assert "extra `report`" in LEFT_OUT
