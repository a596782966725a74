"""What all visitors of one server share."""

from dataclasses import dataclass, field
from pathlib import Path

from clinic_siting.app.answers import Sheet
from clinic_siting.app.jobs import Jobs
from clinic_siting.app.openings import Opening
from clinic_siting.app.workers import Workers
from clinic_siting.config import Config


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """What all visitors of one server share.

    Attributes
    ----------
    config
        The scenario that every visit starts from.
    folder
        The only folder that is written to.
    opening
        What was worked out before the first visitor came.
    workers, jobs
        Processes that work, and threads that wait for them.
    first_sheets
        The config's plan, drawn: every visitor's first sheets, once there are any.
    """

    config: Config
    folder: Path
    opening: Opening
    workers: Workers
    jobs: Jobs = field(default_factory=Jobs)
    first_sheets: list[Sheet] = field(default_factory=list)
