"""Settings whose size betrays another unit."""

from collections.abc import Iterable

from clinic_siting.gate.findings import Check, Finding

# Nobody plans a clinic five hours away; 15 to 60 minutes in seconds are 900 to 3,600.
LONGEST_MIN = 300.0
LEAST_SNAP_M = 20.0
# No standard of access is shorter than a minute; 15 to 60 minutes in hours are 0.25 to 1.
SHORTEST_MIN = 1.0


def check_settings(
    minutes: Iterable[tuple[str, float]], *, max_snap_m: float, standard_min: float
) -> list[Finding]:
    """Check a scenario's own numbers.

    Parameters
    ----------
    minutes
        Name of each setting in minutes, and its value.
    max_snap_m
        How far a place may be from a road, in metres.
    standard_min
        How long a journey of good access takes at most, in minutes.
    """
    return [
        Check(
            "config",
            f"{{n}} setting(s) are longer than {LONGEST_MIN:.0f} minutes: seconds?",
            "settings in minutes are minutes",
            "give minutes",
        ).judge(f"{name}: {value:g}" for name, value in minutes if value > LONGEST_MIN),
        Check(
            "config",
            f"standard_min is {SHORTEST_MIN:.0f} minute or less: hours?",
            "standard_min is minutes",
            "give minutes",
        ).judge([f"standard_min: {standard_min:g}"] if standard_min <= SHORTEST_MIN else ()),
        Check(
            "config",
            f"max_snap_m is below {LEAST_SNAP_M:.0f} m: kilometres?",
            "max_snap_m is metres",
            "give metres; 5000 is usual",
        ).judge([f"max_snap_m: {max_snap_m:g}"] if max_snap_m < LEAST_SNAP_M else ()),
    ]
