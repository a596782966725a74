"""One visitor's wishes: what she asks, what is worked out for her, and what she is told of it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import Any

from clinic_siting import files
from clinic_siting.app.answers import Found, Sheet, compare, find, show
from clinic_siting.app.exports import export, write_config
from clinic_siting.app.history import History
from clinic_siting.app.jobs import Job
from clinic_siting.app.office import Office
from clinic_siting.app.refusals import Refusals, refusal_of
from clinic_siting.app.screen import Screen
from clinic_siting.app.shelf import Shelf, side_by_side
from clinic_siting.app.tasks import Task
from clinic_siting.app.uploads import Taken, take_referrals
from clinic_siting.app.wishes import wished, with_own_demand
from clinic_siting.config import Config, read_config
from clinic_siting.errors import ClinicSitingError, ConfigError
from clinic_siting.ground import Announce

SHEETS = 2  # before and after the plan was tried in other worlds
# Whoever moves one slider often moves the next; the map can wait for that.
REST_S = 0.6


class Session:
    """What one visitor asked and was told. Every method may be called from any thread.

    Parameters
    ----------
    office
        What all visitors share.
    token
        By which the visitor is known.
    """

    def __init__(self, office: Office, token: str) -> None:
        self.office, self.token = office, token
        self.visit = token_hex(4)  # what may be told of the visit, which its token is not
        self.history = History(office.config)
        self.screen = Screen(office.opening.found)
        self.shelf = Shelf()
        self.comparison, self.comparison_number = "", 0
        self.refusals = Refusals()
        self.taken: dict[str, Taken] = {}  # files of her own, by where they were written
        self.exported: dict[str, Path] = {}
        self.exported_plan: Found | None = None
        self.job: Job | None = None
        self.revision = 0
        self._lock = RLock()
        self._uploads = 0
        self._draw(control="")

    def change(self, control: str, value: object) -> None:
        """Move a control; the model runs again."""
        with self._lock:
            try:
                wish = wished(self.history.config, control, value, self.office.opening.sectors)
            except ConfigError as refusal:
                self._refuse(control, refusal)
                return
            self._ask(wish, control)

    def undo(self) -> None:
        """Take the last change back; what was refused and never became a setting is forgotten instead."""
        with self._lock:
            if self.refusals.last is not None:
                self._forgive()
            elif self.history.back():
                self._answer_to(self.history.config, "undo")

    def reset(self) -> None:
        """Go back to the config's own settings."""
        with self._lock:
            self._ask(self.office.config, "undo")

    def cancel(self) -> None:
        """Call off what is being worked out; the settings go back to those of the plan on the screen."""
        with self._lock:
            waiting = False
            if self.job is not None and not self.job.over:
                waiting = self.job.quick and self.job.kind == "answer"
                self.job.call_off()
                if waiting:
                    self.history.give_up()
            self.job, self.refusals.last = None, None
            if self.history.config == self.screen.now.config:
                self.refusals.settle()
            self._changed()
            if waiting:
                self._go_on()

    def draw(self) -> None:
        """Draw the map of the plan on the screen, and try it in other worlds, where that was called off."""
        with self._lock:
            if not self.screen.done():
                self._draw(control="export")

    def keep(self, name: str) -> None:
        """Keep the plan on the screen under a name."""
        with self._lock:
            try:
                self.shelf.keep(name, self.screen.now)
            except ConfigError as refusal:
                self._refuse("keep", refusal)
            else:
                self.refusals.last = None
                self._changed()

    def forget(self, name: str) -> None:
        """Keep a scenario no longer."""
        with self._lock:
            self.shelf.forget(name)
            self._changed()

    def recall(self, name: str) -> None:
        """Return to a kept scenario."""
        with self._lock:
            if name in self.shelf.kept:
                self._ask(self.shelf.kept[name].config, "keep")

    def compare(self) -> None:
        """Put the kept scenarios side by side on one page."""
        with self._lock:
            try:
                kept = self.shelf.to_compare()
            except ConfigError as refusal:
                self._refuse("keep", refusal)
                return
            self.refusals.last = None
            self._start(
                Job("compare", "keep", quick=False), self._and_then(lambda job: self._compare(job, kept))
            )

    def upload(self, content: bytes) -> None:
        """Take a demand file of the visitor's own, if every row of it makes sense."""
        with self._lock:
            self._uploads += 1
            self.refusals.last = None
            path = self.folder / f"referrals-{self._uploads}.csv"
            self._start(Job("upload", "own_demand"), lambda job: self._upload(job, content, path))

    def export(self) -> None:
        """Write the plan's map, workbook, report, tables and config into the folder."""
        with self._lock:
            found = self.screen.now
            self.refusals.last = None
            self._start(
                Job("export", "export", quick=False), self._and_then(lambda job: self._export(job, found))
            )

    def config_text(self) -> str:
        """The settings of the plan on the screen, as a config file."""
        return write_config(self.screen.now.config)

    def _ask(self, wish: Config, control: str) -> None:
        if wish != self.history.config:
            self.history.move(wish)
            self._answer_to(wish, control)
        else:
            self._forgive()

    def _answer_to(self, wish: Config, control: str) -> None:
        self.refusals.last = None
        self._start(Job("answer", control), lambda job: self._answer(job, wish))

    def _forgive(self) -> None:
        if self.refusals.last is not None:
            self.refusals.last = None
            self._changed()

    def _start(self, job: Job, work: Callable[[Job], None]) -> None:
        with self._lock:
            if self.job is not None:
                self.job.call_off()
            self.job = job
            self._changed()
        self.office.jobs.start(job, work, self._refused)

    def _answer(self, job: Job, wish: Config) -> None:
        with self._lock:
            if job.wanted:
                self.refusals.ask()
                self._changed()
        known = {site.id for site in self.office.config.sites.added}
        placed = tuple(site.id for site in wish.sites.added if site.id not in known)
        (found,) = self._worked(job, Task(find, wish, (placed,)))
        with self._lock:
            job.announce("")
            self.screen.turn_to(found)
            self.history.settle()
            self.refusals.settle()
            self._changed()
        self.office.jobs.note(job)
        self._show(job, found)

    def _upload(self, job: Job, content: bytes, path: Path) -> None:
        (taken,) = self._worked(job, Task(take_referrals, self.screen.now.config, (content, path)))
        with self._lock:
            job.announce("")
            wish = with_own_demand(self.history.config, taken.path)
            self.taken[wish.demand.own or ""] = taken
            self.history.move(wish)
            self._changed()
        job.kind = "answer"
        self._answer(job, wish)

    def _worked(self, job: Job, task: Task) -> Iterator[Any]:
        """What a task of this visitor's yields."""
        return self.office.workers.run(self.token, job, task, self._told(job))

    def _and_then(self, work: Callable[[Job], None]) -> Callable[[Job], None]:
        """The work, and then the map whose place it took, if one was being drawn."""
        drawing = self.job is not None and self.job.kind == "answer" and not self.job.over

        def both(job: Job) -> None:
            work(job)
            if drawing:
                job.kind = "answer"
                self._show(job, self.screen.now)

        return both

    def _go_on(self) -> None:
        """Draw the map that a wish, refused or called off since, kept from being drawn."""
        if self.screen.of(self.screen.now) is None:
            self.draw()

    def _draw(self, *, control: str) -> None:
        found = self.screen.now
        self._start(Job("answer", control, quick=False), lambda job: self._show(job, found))

    def _show(self, job: Job, found: Found) -> None:
        """First the plan's sheet, then the same with every other world that was tried."""
        job.quick = False
        first = found is self.screen.base
        if first and len(self.office.first_sheets) == SHEETS:
            sheets = iter(self.office.first_sheets)
        else:
            job.rest(0.0 if first else REST_S)
            sheets = self._worked(
                job, Task(show, found.config, (found, self.office.opening.backdrop), behind=True)
            )
        drawn: list[Sheet] = []
        for sheet in sheets:
            drawn.append(sheet)
            with self._lock:
                job.announce("")
                self.screen.draw(found, sheet)
                self._changed()
        if first:
            self.office.first_sheets[:] = drawn
        self.office.jobs.note(job)

    def _compare(self, job: Job, kept: Mapping[str, Found]) -> None:
        answers = []
        for name, found in kept.items():
            answer = self.shelf.known(name, found)
            if answer is None:
                (answer,) = self._worked(job, Task(compare, found.config, (found, name), behind=True))
                self.shelf.learn(name, found, answer)
            answers.append(answer)
        page = side_by_side(answers)
        with self._lock:
            job.announce("")
            self.comparison = page
            self.comparison_number += 1
            self._changed()
        self.office.jobs.note(job)

    def _export(self, job: Job, found: Found) -> None:
        folder = self.folder
        settings = folder / "plan.yaml"
        files.write_file(settings, write_config(found.config, folder))
        config = read_config(settings)  # so that a run of this file has the same fingerprint
        written = list(self._worked(job, Task(export, config, (found, folder), behind=True)))
        with self._lock:
            job.announce("")
            self.exported_plan = found
            self.exported = {
                path.name: path
                for path in [settings, *written]
                if path.is_file() and path.name != "index.html"
            }
            self._changed()
        self.office.jobs.note(job)

    @property
    def folder(self) -> Path:
        """Where everything of this visit is written."""
        return self.office.folder / f"visit-{self.visit}"

    def _told(self, job: Job) -> Announce:
        def told(stage: str) -> None:
            job.announce(stage)
            self._changed()

        return told

    def _refused(self, job: Job, refusal: ClinicSitingError) -> None:
        with self._lock:
            if job.wanted:
                if job.kind == "answer" and job.quick:
                    self.refusals.stand(refusal_of(job.control, refusal, self.screen.now.names))
                    self._changed()
                else:
                    self._refuse(job.control, refusal)
                if job.quick:
                    self._go_on()

    def _refuse(self, control: str, refusal: ClinicSitingError) -> None:
        self.refusals.last = refusal_of(control, refusal, self.screen.now.names)
        self._changed()

    def _changed(self) -> None:
        self.revision += 1
