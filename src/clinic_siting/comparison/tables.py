"""Scenarios side by side, as tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from clinic_siting import files, report
from clinic_siting.comparison.scenarios import ComparedAnswer
from clinic_siting.demand import MODELS
from clinic_siting.tables import JOINED

WHEN = ("today", "planned", "change")


def plans_beside(scenarios: Sequence[ComparedAnswer]) -> pd.DataFrame:
    """What each scenario opens, and how good that is.

    Returns
    -------
    Index ``scenario``; ``sites`` (names), ``site_ids``, ``score`` (share of that scenario's today),
    ``proven``, ``sets`` compared, and ``closed``.
    """
    rows = [
        (
            one.name,
            one.named(one.siting.plan.chosen),
            JOINED.join(one.siting.plan.chosen),
            float(one.siting.ranking["score"].iloc[0]),
            one.siting.plan.proven,
            len(one.siting.ranking),
            JOINED.join(one.siting.closed),
        )
        for one in scenarios
    ]
    columns = ["scenario", "sites", "site_ids", "score", "proven", "sets", "closed"]
    return pd.DataFrame(rows, columns=columns).set_index("scenario")


def measures_beside(scenarios: Sequence[ComparedAnswer]) -> pd.DataFrame:
    """Every measure of everyone and of every group, today, with the plan, and the change.

    Returns
    -------
    Index ``grouping``, ``group``, ``measure``, ``unit``, ``status``; columns ``<scenario>: today``
    and so on. A group that a scenario does not have is an empty cell.
    """
    keys = ["grouping", "group", "measure", "unit", "status"]
    order = pd.concat([one.measures[keys] for one in scenarios]).drop_duplicates()
    beside = pd.MultiIndex.from_frame(order).to_frame(index=True)[[]]
    for one in scenarios:
        figures = one.measures.set_index(keys)[list(WHEN)].add_prefix(f"{one.name}: ")
        beside = beside.join(figures)
    return beside


def clinics_beside(scenarios: Sequence[ComparedAnswer]) -> pd.DataFrame:
    """Patients a year at every clinic that is open in some scenario.

    Returns
    -------
    Index ``site_id``; ``name``, then ``<scenario>: today`` and so on; empty where it is not open.
    """
    names: dict[object, str] = {}
    columns = []
    for one in scenarios:
        is_open = one.existing.union(pd.Index(one.siting.plan.chosen))
        figures = one.volumes.loc[is_open, ["today", "planned"]]
        figures = figures.assign(change=figures["planned"] - figures["today"])
        columns.append(figures.add_prefix(f"{one.name}: "))
        names |= one.names[is_open].to_dict()
    beside = pd.concat(columns, axis=1).rename_axis("site_id").sort_index()
    beside.insert(0, "name", beside.index.map(names))
    return beside


def comparison_files(
    scenarios: Sequence[ComparedAnswer], sentences: Sequence[str], page: str
) -> dict[str, str]:
    """Everything that is written, by file name."""
    units = {one.name: MODELS[one.config.demand.model] for one in scenarios}
    said = "".join(f"{name}: patients are {unit}\n" for name, unit in units.items())
    tables = {
        "plans.csv": plans_beside(scenarios),
        "measures.csv": measures_beside(scenarios).reset_index().set_index("grouping"),
        "clinics.csv": clinics_beside(scenarios),
    }
    return {
        "comparison.html": page,
        "comparison.txt": "\n".join(sentences) + "\n\n" + said,
        **{name: files.to_csv(table) for name, table in tables.items()},
        "columns.csv": files.to_csv(_dictionary(tables, units)),
    }


def _dictionary(tables: Mapping[str, pd.DataFrame], units: Mapping[str, str]) -> pd.DataFrame:
    """What every column means; each scenario counts patients in its own unit."""
    parts = []
    for name, table in tables.items():
        for column in report.columns_of(table):
            unit = units.get(column.rpartition(": ")[0], next(iter(units.values())))
            parts.append(report.columns_explained({name: [column]}, report.Counting.of(unit)))
    return pd.concat(parts)
