"""One visitor's wishes: the config of the moment, what went before, what was found, what is kept."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_urlsafe
from threading import RLock
from typing import Any

from clinic_siting import files
from clinic_siting.app.answers import (
    Found,
    backdrop_of,
    compare,
    export,
    find,
    sectors_of,
    show,
    write_config,
)
from clinic_siting.app.forks import Task
from clinic_siting.app.jobs import Job, Jobs
from clinic_siting.app.wishes import wished
from clinic_siting.app.workers import workers_of
from clinic_siting.comparison import ComparedAnswer, comparison_page, differences_in_words
from clinic_siting.config import Config
from clinic_siting.demand import with_referrals
from clinic_siting.errors import ClinicSitingError, ConfigError
from clinic_siting.ground import Announce, silent
from clinic_siting.spreadsheets import read_table
from clinic_siting.warm import Warm

WORLDS = (False, True)  # a map before and after the plan was tried in other worlds
MOST_KEPT, MOST_STEPS, MOST_SESSIONS = 10, 500, 16
# Whoever moves one slider often moves the next; the map can wait for that.
REST_S = 0.6
LONGEST_NAME = 40
PREPARING = "Drawing land and roads"


class Planner:
    """All that one server holds: what is warm, and a session for each visitor.

    Parameters
    ----------
    config
        The scenario that every session starts from.
    folder
        The only folder that is written to.
    announce
        Called with the name of each stage of starting.
    """

    def __init__(self, config: Config, folder: Path, announce: Announce = silent) -> None:
        self.config, self.folder = config, folder
        self.warm = Warm(config, announce)
        self.sectors = sectors_of(self.warm)
        self.ground = self.warm.ground(config, announce)
        self.base = next(find(self.ground, config, announce))
        announce(PREPARING)
        self.backdrop = backdrop_of(self.ground)
        self.workers = workers_of(self.warm)
        self.jobs = Jobs()
        # The first map is every visitor's first map.
        self.first_maps: list[str] = []
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = RLock()

    def session(self, token: str) -> "Session":
        """Session of a visitor; a new one where the token is unknown.

        The one that was away longest gives way where there are too many.
        """
        with self._lock:
            if token not in self._sessions:
                token = token_urlsafe(24)
                self._sessions[token] = Session(self, token)
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
            self.jobs.close()
        self.workers.close()


class Session:
    """What one visitor asked and was told. Every method may be called from any thread."""

    def __init__(self, planner: Planner, token: str) -> None:
        self.planner, self.token = planner, token
        self.config = planner.config
        self.steps: list[Config] = []
        found = planner.base
        self.found, self.last, self.base = found, found, found
        self.kept: dict[str, Found] = {}
        self._scenarios: dict[str, ComparedAnswer] = {}
        self.comparison, self.comparison_number = "", 0
        self.map, self.map_number, self.map_key, self.sure = "", 0, "", False
        self.refusal: dict[str, object] | None = None
        self.exported: dict[str, Path] = {}
        self.job: Job | None = None
        self.revision = 0
        self._lock = RLock()
        self._uploads = 0
        self._drawn: Found | None = None
        self._start(Job("answer", ""), lambda job: self._show(job, found))

    def change(self, control: str, value: object) -> None:
        """Move a control; the model runs again."""
        with self._lock:
            try:
                wish = wished(self.config, control, value, self.planner.sectors)
            except ConfigError as refusal:
                self._refuse(control, refusal)
                return
            if wish == self.config:
                return
            self.steps = [*self.steps, self.config][-MOST_STEPS:]
            self._ask(wish, control)

    def undo(self) -> None:
        """Take the last change back."""
        with self._lock:
            if self.steps:
                self._ask(self.steps.pop(), "undo")

    def reset(self) -> None:
        """Go back to the config's own settings."""
        self._to(self.planner.config, "undo")

    def cancel(self) -> None:
        """Call off what is being worked out; the settings go back to those of the plan on the screen."""
        with self._lock:
            waiting = False
            if self.job is not None and not self.job.over:
                waiting = self.job.quick and self.job.kind == "answer"
                self.job.call_off()
                if waiting and self.config != self.found.config:
                    self.config = self.found.config
                    self.steps = self.steps[:-1]
            self.job, self.refusal = None, None
            self._changed()
            if waiting:
                self._go_on()

    def draw(self) -> None:
        """Draw the map of the plan on the screen, and try it in other worlds, where that was called off."""
        with self._lock:
            if not (self._drawn is self.found and self.sure):
                found = self.found
                self._start(Job("answer", "export", quick=False), lambda job: self._show(job, found))

    def keep(self, name: str) -> None:
        """Keep the plan on the screen under a name."""
        name = " ".join(name.split())[:LONGEST_NAME]
        with self._lock:
            try:
                self._keep(name)
            except ClinicSitingError as refusal:
                self._refuse("keep", refusal)
            else:
                self.refusal = None
                self._changed()

    def forget(self, name: str) -> None:
        """Keep a scenario no longer."""
        with self._lock:
            self.kept.pop(name, None)
            self._scenarios.pop(name, None)
            self._changed()

    def recall(self, name: str) -> None:
        """Return to a kept scenario."""
        if name in self.kept:
            self._to(self.kept[name].config, "keep")

    def compare(self) -> None:
        """Put the kept scenarios side by side on one page."""
        with self._lock:
            if len(self.kept) < 2:
                self._refuse("keep", ConfigError("Keep two or more scenarios to compare them."))
                return
            kept, waiting = dict(self.kept), self._drawing
            self._start(
                Job("compare", "keep", quick=False), lambda job: self._compare(job, kept, draw=waiting)
            )

    def upload(self, content: bytes) -> None:
        """Take a demand file of the visitor's own, if every row of it makes sense."""
        with self._lock:
            try:
                table = read_table(content, "Your file", as_text=("zone_id",))
                checked = with_referrals(self.planner.warm.tables.zones, table)
                self._uploads += 1
                path = self._own_folder() / f"referrals-{self._uploads}.csv"
                files.write_file(path, files.to_csv(checked.table[["referrals"]]))
            except ClinicSitingError as refusal:
                self._refuse("own_demand", refusal)
                return
        self.change("own_demand", str(path.resolve()))

    def export(self) -> None:
        """Write the plan's map, workbook, report, tables and config into the folder."""
        with self._lock:
            found, waiting = self.found, self._drawing
            self._start(
                Job("export", "export", quick=False), lambda job: self._export(job, found, draw=waiting)
            )

    def config_text(self) -> str:
        """The settings of the plan on the screen, as a config file."""
        return write_config(self.found.config)

    def _to(self, config: Config, control: str) -> None:
        with self._lock:
            if config != self.config:
                self.steps = [*self.steps, self.config][-MOST_STEPS:]
                self._ask(config, control)

    def _ask(self, wish: Config, control: str) -> None:
        self.config, self.refusal = wish, None
        self._start(Job("answer", control), lambda job: self._answer(job, wish))

    def _start(self, job: Job, work: Callable[[Job], None]) -> None:
        with self._lock:
            if self.job is not None:
                self.job.call_off()
            self.job = job
            self._changed()
        self.planner.jobs.start(job, work, self._refused)

    def _answer(self, job: Job, wish: Config) -> None:
        (found,) = self._worked(job, Task(find, wish))
        with self._lock:
            job.announce("")
            self.last, self.found = self.found, found
            self._changed()
        self._show(job, found)

    def _worked(self, job: Job, task: Task) -> Iterator[Any]:
        """What a task of this visitor's yields."""
        return self.planner.workers.run(self.token, job, task, self._told(job))

    @property
    def _drawing(self) -> bool:
        """Whether a map is still being drawn; whatever takes its place lets it go on afterwards."""
        return self.job is not None and self.job.kind == "answer" and not self.job.over

    def _go_on(self) -> None:
        """Draw the map that a wish, refused or called off since, kept from being drawn."""
        if self._drawn is not self.found:
            self.draw()

    def _show(self, job: Job, found: Found) -> None:
        """First the map of the plan, then the same with every other world that was tried."""
        job.quick = False
        first = self.planner.first_maps if found is self.base else []
        if len(first) == len(WORLDS):
            pages = iter(first)
        else:
            job.rest(0.0 if found is self.base else REST_S)
            pages = self._worked(job, Task(show, found.config, (found, self.planner.backdrop)))
        drawn = []
        for worlds, page in zip(WORLDS, pages, strict=True):
            drawn.append(page)
            with self._lock:
                job.announce("")
                self.map, self.map_key, self.sure = page, found.ground_key, worlds
                self.map_number += 1
                self._drawn = found
                self._changed()
        if found is self.base:
            self.planner.first_maps = drawn

    def _compare(self, job: Job, kept: dict[str, Found], *, draw: bool) -> None:
        for name, found in kept.items():
            if name not in self._scenarios:
                (self._scenarios[name],) = self._worked(job, Task(compare, found.config, (found, name)))
        scenarios = [self._scenarios[name] for name in kept]
        page = comparison_page(scenarios, differences_in_words(scenarios))
        with self._lock:
            job.announce("")
            self.comparison = page
            self.comparison_number += 1
            self._changed()
        self._then(job, draw=draw)

    def _export(self, job: Job, found: Found, *, draw: bool) -> None:
        config = found.config.model_copy(update={"name": "plan"})
        folder = self._own_folder()
        written = list(self._worked(job, Task(export, config, (found, folder))))
        settings = folder / "plan.yaml"
        files.write_file(settings, write_config(found.config, folder))
        with self._lock:
            job.announce("")
            self.exported = {
                path.name: path
                for path in [settings, *written]
                if path.is_file() and path.name != "index.html"
            }
            self._changed()
        self._then(job, draw=draw)

    def _then(self, job: Job, *, draw: bool) -> None:
        """Go on drawing the map whose place the job took."""
        if draw:
            job.kind = "answer"
            self._show(job, self.found)

    def _keep(self, name: str) -> None:
        if not name:
            raise ConfigError("Give the scenario a name.")
        if name not in self.kept and len(self.kept) >= MOST_KEPT:
            raise ConfigError("Ten scenarios are kept already; forget one first.")
        self._scenarios.pop(name, None)
        self.kept[name] = self.found

    def _own_folder(self) -> Path:
        return self.planner.folder / f"visit-{self.token[:8].lower().replace('_', '-')}"

    def _told(self, job: Job) -> Announce:
        def told(stage: str) -> None:
            job.announce(stage)
            self._changed()

        return told

    def _refused(self, job: Job, refusal: ClinicSitingError) -> None:
        with self._lock:
            if job.wanted:
                self._refuse(job.control, refusal)
                if job.quick:
                    self._go_on()

    def _refuse(self, control: str, refusal: ClinicSitingError) -> None:
        self.refusal = {"control": control, "verdict": refusal.verdict, "rows": list(refusal.rows)}
        self._changed()

    def _changed(self) -> None:
        self.revision += 1
