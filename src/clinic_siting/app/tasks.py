"""What a process is given to do, and what it tells of it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from clinic_siting.config import Config
from clinic_siting.errors import ClinicSitingError

STAGE, GROUNDED, FOUND, END = "stage", "grounded", "found", "end"
FAULT = "This could not be worked out; the server's log says why."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do with a warm model.

    Attributes
    ----------
    work
        A function of a module, called with the warm model, the config, what is given, and a function
        that takes the name of each stage; it yields what it finds as it finds it.
    config
        The scenario whose minutes it needs.
    given
        What else the work is given; it must pickle, as must what comes back.
    behind
        Whether it gives way to plans that visitors wait for.
    """

    work: Callable[..., Iterator[Any]]
    config: Config
    given: tuple[object, ...] = ()
    behind: bool = False


def tell_all(send: Callable[[tuple[str, Any]], None], found: Iterator[Any]) -> Exception | None:
    """Send all that is found; what it was refused with, if it was.

    Parameters
    ----------
    send
        Takes a kind and a value.
    found
        What a task's work yields.
    """
    try:
        for value in found:
            send((FOUND, value))
    except (BrokenPipeError, ConnectionResetError):
        raise
    except ClinicSitingError as refused:
        return refused
    except Exception:
        log.exception("a job failed")
        return ClinicSitingError(FAULT)
    return None
