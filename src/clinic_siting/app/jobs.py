"""Work behind a page: one job a session, with the stage it is at, that can be called off."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from clinic_siting.app.tasks import FAULT
from clinic_siting.errors import ClinicSitingError

# A job that was called off may still be inside a solver; further ones must not wait for it.
THREADS = 6
log = logging.getLogger(__name__)


class CalledOffError(Exception):
    """The job is no longer wanted."""


@dataclass(eq=False)
class Job:
    """What is being done for a session.

    Attributes
    ----------
    kind
        ``answer``, ``compare`` or ``export``.
    control
        The control that asked for it, beside which a refusal stands.
    stage
        What it is at, in words.
    quick
        Whether the plan itself is still to come; then the page waits for it.
    began
        When it, or its part that is not quick, began: seconds of the monotonic clock.
    """

    kind: str
    control: str
    stage: str = ""
    quick: bool = True
    over: bool = False
    began: float = field(default_factory=time.monotonic)
    _off: Event = field(default_factory=Event)

    def announce(self, stage: str) -> None:
        """Go on to a stage, unless the job was called off.

        Raises
        ------
        CalledOffError
            Where it was.
        """
        if self._off.is_set():
            raise CalledOffError
        self.stage = stage

    def call_off(self) -> None:
        """Stop at the next stage; what comes out of this one is thrown away."""
        self._off.set()

    def rest(self, seconds: float) -> None:
        """Wait a moment, in case the job is called off.

        Raises
        ------
        CalledOffError
            Where it is.
        """
        if self._off.wait(seconds):
            raise CalledOffError

    @property
    def wanted(self) -> bool:
        """Whether nobody called it off."""
        return not self._off.is_set()


class Jobs:
    """The threads that all sessions share, and how long their work took the last time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="planner")
        self._took: dict[tuple[str, bool], float] = {}

    def note(self, job: Job) -> None:
        """Remember how long a job, or its quick part, took; what is left of it begins now."""
        now = time.monotonic()
        self._took[job.kind, job.quick] = now - job.began
        job.began = now

    def usual_s(self, job: Job) -> float | None:
        """Seconds that the last job of its kind took, if there was one."""
        return self._took.get((job.kind, job.quick))

    def start(
        self, job: Job, work: Callable[[Job], None], refused: Callable[[Job, ClinicSitingError], None]
    ) -> None:
        """Do some work; a refusal is told, a job that was called off ends in silence.

        Parameters
        ----------
        job
            The job that the work belongs to.
        work
            Called in a thread with the job.
        refused
            Called with the job and what it was refused with.
        """

        def run() -> None:
            try:
                job.announce("Starting")
                work(job)
            except CalledOffError:
                pass
            except ClinicSitingError as refusal:
                refused(job, refusal)
            except Exception:
                log.exception("a job failed")
                refused(job, ClinicSitingError(FAULT))
            finally:
                job.over = True

        self._pool.submit(run)

    def close(self) -> None:
        """Let no further job begin."""
        self._pool.shutdown(wait=False, cancel_futures=True)
