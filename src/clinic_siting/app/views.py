"""What a page is told: the state of a session as plain values, nothing that it could not show as text."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from clinic_siting import pipeline
from clinic_siting.app.answers import Found
from clinic_siting.app.jobs import Job
from clinic_siting.app.office import Office
from clinic_siting.app.screen import Screen
from clinic_siting.app.sessions import Session
from clinic_siting.app.shelf import MOST_KEPT
from clinic_siting.app.uploads import LARGEST_UPLOAD
from clinic_siting.comparison import settings_in_words
from clinic_siting.config import Config
from clinic_siting.config.siting import WeightsBlock
from clinic_siting.demand import MODELS
from clinic_siting.maps.names import label_of
from clinic_siting.report import proof_in_words
from clinic_siting.trials import PERIODS_IN_WORDS

ROWS = 10
GROUPS = {"county": "county", "alliance_name": "cancer alliance", "icb_name": "integrated care board"}
# What most will open first; the rest of what a run writes follows by name.
FILES_IN_WORDS = {
    "plan.html": "the map and figures, for any browser",
    "report.html": "the report, to read or print",
    "report.pdf": "the report on paper",
    "results.xlsx": "the workbook: every table",
    "plan.yaml": "the config: asks the same of “clinic-siting run”",
}
FIGURES = ("mean", "mad", "sd", "gini", "worst_tenth", "coverage", "alliance_gap")
View = dict[str, Any]


def options(office: Office) -> View:
    """What can be chosen from, the same for every visitor."""
    opening, config = office.opening, office.config
    known = ["fitted", *opening.periods]
    return {
        "periods": [[period, PERIODS_IN_WORDS.get(period, period)] for period in known],
        "weights": {name: field.description for name, field in WeightsBlock.model_fields.items()},
        "groups": {
            column: {"label": label, "values": opening.groups[column]}
            for column, label in GROUPS.items()
            if column in opening.groups
        },
        "models": list(MODELS.items()),
        "most_kept": MOST_KEPT,
        "largest_upload": LARGEST_UPLOAD,
        "title": config.title or config.name,
        "scenario": config.name,
    }


def state(session: Session) -> View:
    """All that a page needs to be drawn again."""
    screen, history, job = session.screen, session.history, session.job
    found = screen.now
    return {
        "visit": session.visit,
        "revision": session.revision,
        "controls": controls(history.config),
        "working": working(session, job) if job is not None and not job.over else None,
        "refusals": [
            {**asdict(one), "standing": one is session.refusals.standing} for one in session.refusals.all()
        ],
        "changes": changes(screen.base, found),
        "plans": {
            "config": shown(screen, screen.base),
            "last": shown(screen, screen.last),
            "now": shown(screen, found),
        },
        "candidates": [[site, found.names[site]] for site in found.candidates],
        "names": {site: found.names[site] for site in _named(history.config) if site in found.names},
        "ranking": ranking(found),
        "map": newest(screen),
        "own": list(session.taken[history.config.demand.own].told)
        if history.config.demand.own in session.taken
        else [],
        "undo": len(history.steps) + (session.refusals.last is not None),
        "as_config": history.config == screen.base.config,
        "kept": [
            {"name": name, "changes": changes(screen.base, one), **plan(one)}
            for name, one in session.shelf.kept.items()
        ],
        "comparison": session.comparison_number,
        "exported": exported(session),
    }


def working(session: Session, job: Job) -> View:
    """What is being worked out, for how long already, and how long it may take."""
    usual = None if job.quick else session.office.jobs.usual_s(job)
    choosing = job.quick and job.stage == pipeline.CHOOSING
    return {
        "kind": job.kind,
        "stage": job.stage,
        "quick": job.quick,
        "seconds": round(time.monotonic() - job.began, 1),
        "usual": None if usual is None else round(usual),
        "limit": session.history.config.solver.time_limit_s if choosing else None,
    }


def changes(base: Found, found: Found) -> list[str]:
    """What a plan asks otherwise than the config, in words."""
    return settings_in_words(base.config, found.config, names=(base.names, found.names))


def exported(session: Session) -> View:
    """Files that were exported, what is read first in front with what it is; where they lie, and of what."""
    first = [name for name in FILES_IN_WORDS if name in session.exported]
    rest = sorted(set(session.exported) - set(first))
    plan = session.exported_plan
    return {
        "files": [[name, FILES_IN_WORDS.get(name, "")] for name in (*first, *rest)],
        "folder": str(session.folder),
        "of_now": plan is session.screen.now,
        "sites": [] if plan is None else [plan.names[site] for site in plan.siting.plan.chosen],
    }


def newest(screen: Screen) -> View:
    """The sheet that was drawn last, and whether the plan of now can be shown on it."""
    drawn = screen.newest
    if drawn is None:
        return {"number": 0, "fits": False, "sure": False}
    return {
        "number": drawn.number,
        "fits": drawn.found.ground_key == screen.now.ground_key,
        "sure": drawn.sheet.sure is not None,
    }


def shown(screen: Screen, found: Found) -> View:
    """A plan, and of its sheet, where there is one, what stands beside other plans."""
    drawn = screen.of(found)
    sheet = None
    if drawn is not None:
        sheet = {"number": drawn.number, "gains": drawn.sheet.gains, "sure": drawn.sheet.sure}
    return {**plan(found), "sheet": sheet}


def controls(config: Config) -> View:
    """Where each control stands."""
    siting, demand = config.siting, config.demand
    return {
        "open": siting.open,
        "weights": siting.weights.model_dump(),
        "variation": siting.variation,
        "standard": config.access.standard_min,
        "period": config.travel.period,
        "gates": [[gate.name, gate.minutes] for gate in config.travel.gates],
        "force": list(siting.force),
        "forbid": list(siting.forbid),
        "require": [rule.model_dump(mode="json", exclude_none=True) for rule in siting.require],
        "unverified": siting.unverified_sites,
        "added": [[site.id, site.name] for site in config.sites.added],
        "demand": demand.model,
        "own_demand": demand.own is not None,
    }


def plan(found: Found) -> View:
    """A plan in one row: its sites, and its figures today and with it."""
    siting, planned = found.siting, found.planned
    return {
        "sites": [[site, found.names[site], label_of(found.names[site])] for site in siting.plan.chosen],
        "closed": [found.names[site] for site in siting.closed],
        "today": _figures(siting.today),
        "planned": _figures(planned),
        "score": float(planned["score"]),
        "proof": proof_in_words(siting.plan),
        "standard": found.config.access.standard_min,
        "weights": found.config.siting.weights.model_dump(),
        "variation": found.config.siting.variation,
        "unit": MODELS[found.config.demand.model],
    }


def ranking(found: Found) -> list[View]:
    """The best sets, best first."""
    rows = found.siting.ranking.head(ROWS)
    return [
        {"sites": [found.names[site] for site in sorted(ids)], "score": float(score)}
        for ids, score in zip(rows["sites"], rows["score"], strict=True)
    ]


def _figures(values: Mapping[str, float]) -> dict[str, float]:
    return {name: float(values[name]) for name in FIGURES if name in values}


def _named(config: Config) -> list[str]:
    return [*config.siting.force, *config.siting.forbid]
