"""Where to open clinics so that access varies less between patients.

>>> import clinic_siting as cs
>>> plan = cs.site(cs.read(cs.example_config()), n_open=1)
>>> plan.names
['Kent and Canterbury Hospital']

A name is loaded when it is first asked for, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic_siting.library import (
        Plan,
        Scenario,
        example_config,
        isochrones_around,
        read,
        site,
        solve,
        travel_times,
    )

__all__ = ["Plan", "Scenario", "example_config", "isochrones_around", "read", "site", "solve", "travel_times"]


def __getattr__(name: str) -> object:
    """A public function or value, loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("clinic_siting.library"), name)


def __dir__() -> list[str]:
    """Public names."""
    return sorted(__all__)
