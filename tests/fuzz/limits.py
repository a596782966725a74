"""How long one input may take: processor time, for a busy machine is no fault; and no wait without end."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_CPU_S, LONGEST_WAIT_S = 10.0, 300.0


class TooLongError(BaseException):
    """Of no kind that a reader catches."""


@contextmanager
def soon(cpu_s: float = LONGEST_CPU_S) -> Iterator[None]:
    """End what takes longer, also where it would never end.

    Raises
    ------
    TooLongError
        Where the processor worked for so many seconds, or nothing happened for five minutes.
    """

    def end(number: int, _frame: object) -> None:
        raise TooLongError("too much work" if number == signal.SIGPROF else "too long a wait")

    timers = {
        signal.SIGPROF: (signal.ITIMER_PROF, cpu_s),
        signal.SIGALRM: (signal.ITIMER_REAL, LONGEST_WAIT_S),
    }
    before = {number: signal.signal(number, end) for number in timers}
    began = time.process_time()
    for timer, seconds in timers.values():
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for number, (timer, _) in timers.items():
            signal.setitimer(timer, 0)
            signal.signal(number, before[number])
    # A library that does not look at signals ends late, but is found all the same.
    refuse_long(began, cpu_s)


def refuse_long(began: float, cpu_s: float = LONGEST_CPU_S) -> None:
    """Refuse work that began at a reading of :func:`time.process_time` and took longer than it may."""
    if time.process_time() - began > cpu_s:
        raise TooLongError("too much work")
