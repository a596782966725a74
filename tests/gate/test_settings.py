"""A setting's size betrays its unit."""

from clinic_siting.gate import check_settings


def test_settings_in_minutes_and_metres_are_green():
    findings = check_settings([("access.standard_min", 45), ("gate", 0)], max_snap_m=5000, standard_min=45)
    assert {finding.light for finding in findings} == {"green"}


def test_seconds_where_minutes_belong_and_kilometres_where_metres_belong_are_red():
    settings = [("access.bands_min[0]", 900), ("gate", 5)]
    seconds, hours, kilometres = check_settings(settings, max_snap_m=5, standard_min=0.5)
    assert (seconds.light, seconds.rows) == ("red", ("access.bands_min[0]: 900",))
    assert "seconds?" in seconds.what
    assert (kilometres.light, kilometres.rows) == ("red", ("max_snap_m: 5",))
    assert (hours.light, hours.rows) == ("red", ("standard_min: 0.5",))
