"""One visitor's wishes: the config of the moment, what went before, what was found, what is kept."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe
from threading import RLock

from clinic_siting import files, publish
from clinic_siting.app.answers import (
    PAINTING,
    Found,
    complete,
    find,
    map_of,
    scenario_of,
    sectors_of,
    with_worlds,
    write_config,
)
from clinic_siting.app.jobs import Job, Jobs
from clinic_siting.warm import Warm
from clinic_siting.app.wishes import wished
from clinic_siting.comparison import Scenario, comparison_page, differences_in_words
from clinic_siting.config import Config
from clinic_siting.demand import with_referrals
from clinic_siting.errors import ClinicSitingError, ConfigError
from clinic_siting.ground import Announce, Ground, silent
from clinic_siting.spreadsheets import read_table

MOST_KEPT, MOST_STEPS, MOST_SESSIONS = 10, 500, 16
# Whoever moves one slider often moves the next; the map can wait for that.
REST_S = 0.6
LONGEST_NAME = 40


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
        self.base = find(self.warm, config, announce)
        self.jobs = Jobs()
        # The first map is every visitor's first map.
        self.first_maps: dict[bool, str] = {}
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


class Session:
    """What one visitor asked and was told. Every method may be called from any thread."""

    def __init__(self, planner: Planner, token: str) -> None:
        self.planner, self.token = planner, token
        self.config = planner.config
        self.steps: list[Config] = []
        ground, found = planner.base
        self.found, self.last = found, found
        self.base = found
        self.kept: dict[str, Found] = {}
        self._scenarios: dict[str, Scenario] = {}
        self.map, self.map_number, self.map_key, self.sure = "", 0, "", False
        self.refusal: dict[str, object] | None = None
        self.exported: dict[str, Path] = {}
        self.job: Job | None = None
        self.revision = 0
        self._lock = RLock()
        self._uploads = 0
        self._drawn: Found | None = None
        self._start(Job("answer", ""), lambda job: self._show(job, ground, found))

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
                self._start(Job("answer", "export", quick=False), lambda job: self._draw(job, found))

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

    def comparison(self) -> str:
        """The kept scenarios side by side, as one page.

        Raises
        ------
        ConfigError
            Where fewer than two are kept.
        """
        kept = dict(self.kept)
        if len(kept) < 2:
            raise ConfigError("Keep two or more scenarios to compare them.")
        for name, found in kept.items():
            if name not in self._scenarios:
                ground = self.planner.warm.ground(found.config)
                self._scenarios[name] = scenario_of(ground, found, name)
        scenarios = [self._scenarios[name] for name in kept]
        return comparison_page(scenarios, differences_in_words(scenarios))

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
            found = self.found
            self._start(Job("export", "export", quick=False), lambda job: self._export(job, found))

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
        ground, found = find(self.planner.warm, wish, self._told(job))
        with self._lock:
            job.announce("")
            self.last, self.found = self.found, found
            self._changed()
        self._show(job, ground, found)

    def _draw(self, job: Job, found: Found) -> None:
        self._show(job, self.planner.warm.ground(found.config, self._told(job)), found)

    def _go_on(self) -> None:
        """Draw the map that a wish, refused or called off since, kept from being drawn."""
        if self._drawn is not self.found:
            self.draw()

    def _show(self, job: Job, ground: Ground, found: Found) -> None:
        """First the map of the plan, then the same with every other world that was tried."""
        job.quick = False
        told, first = self._told(job), self.planner.first_maps if found is self.base else {}
        answer = None
        job.rest(0.0 if first else REST_S)
        for worlds in (False, True):
            if worlds not in first:
                answer = answer or complete(ground, found, told)
                answer = with_worlds(answer, found.config, told) if worlds else answer
                told(PAINTING)
                first[worlds] = map_of(answer, found.config)
            with self._lock:
                job.announce("")
                self.map, self.map_key, self.sure = first[worlds], found.ground_key, worlds
                self.map_number += 1
                self._drawn = found
                self._changed()

    def _export(self, job: Job, found: Found) -> None:
        told = self._told(job)
        config = found.config.model_copy(update={"name": "plan"})
        ground = self.planner.warm.ground(config, told)
        answer = with_worlds(complete(ground, found, told), config, told)
        folder = self._own_folder()
        written = publish.publish(answer, config, out=folder, maps=folder / "maps", announce=told)
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
