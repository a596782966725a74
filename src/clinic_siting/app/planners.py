"""One server's visitors: a session for each, on the same warm model."""

from collections import OrderedDict
from pathlib import Path
from secrets import token_urlsafe
from threading import RLock
from typing import Any

from clinic_siting.app.jobs import Job
from clinic_siting.app.office import Office
from clinic_siting.app.openings import open_up
from clinic_siting.app.sessions import Session
from clinic_siting.app.tasks import Task
from clinic_siting.app.workers import Source, Workers, source_of
from clinic_siting.config import Config
from clinic_siting.ground import Announce, silent

MOST_SESSIONS = 16


class Planner:
    """All that one server holds.

    Parameters
    ----------
    config
        The scenario that every session starts from.
    folder
        The only folder that is written to.
    announce
        Called with the name of each stage of starting.
    source
        Where workers come from; the best that this system can do where none is given.

    Raises
    ------
    ClinicSitingError
        Whatever a stage refuses.
    """

    def __init__(
        self,
        config: Config,
        folder: Path,
        announce: Announce = silent,
        *,
        source: Source[Any] | None = None,
    ) -> None:
        workers = Workers(source or source_of(config, announce))
        try:
            (opening,) = workers.run("", Job("answer", ""), Task(open_up, config), announce)
        except BaseException:
            workers.close()
            raise
        self.office = Office(config, folder, opening, workers)
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = RLock()

    def session(self, token: str) -> Session:
        """Session of a visitor; a new one where the token is unknown.

        The one that was away longest gives way where there are too many.
        """
        with self._lock:
            if token not in self._sessions:
                token = token_urlsafe(24)
                self._sessions[token] = Session(self.office, token)
            self._sessions.move_to_end(token)
            while len(self._sessions) > MOST_SESSIONS:
                _, gone = self._sessions.popitem(last=False)
                gone.cancel()
            return self._sessions[token]

    def close(self) -> None:
        """Call off whatever is being worked out."""
        with self._lock:
            for session in self._sessions.values():
                session.cancel()
            self.office.jobs.close()
        self.office.workers.close()
