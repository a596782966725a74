"""Names in rules held against the names that there are: a misspelt one is refused, the likely one named."""

import difflib
from collections.abc import Iterable, Mapping

import pandas as pd

from clinic_siting.errors import ConfigError
from clinic_siting.tables import Sites

# How like a name must be to be suggested, and how many are listed where none is.
ALIKE, LISTED = 0.6, 12


def did_you_mean(name: str, known: Iterable[str], *, called: Mapping[str, str] | None = None) -> str:
    """The name with the likeliest of the known ones, where one is like it.

    Parameters
    ----------
    name
        What was written.
    known
        What could have been meant.
    called
        Other names of some of these.

    Examples
    --------
    >>> did_you_mean("Kent and Medwey", ["Kent and Medway", "Essex"])
    'Kent and Medwey: did you mean Kent and Medway?'
    >>> did_you_mean("far clinic", ["far", "mid"], called={"far": "Far clinic"})
    'far clinic: did you mean far (Far clinic)?'
    """
    called = called or {}
    spellings = {one.casefold(): one for one in sorted(known)}
    spellings |= {called[one].casefold(): one for one in sorted(set(spellings.values())) if one in called}
    near = difflib.get_close_matches(name.casefold(), list(spellings), n=1, cutoff=ALIKE)
    if not near:
        return name
    meant = spellings[near[0]]
    other = called.get(meant, meant)
    return f"{name}: did you mean {meant}{'' if other == meant else f' ({other})'}?"


def refuse_unknown_sites(what: str, ids: Iterable[str], known: pd.Index, sites: Sites) -> None:
    """Refuse ids of sites that play no such part.

    Parameters
    ----------
    what
        The rule, and what its sites must be, as a sentence with ``{}`` for their number.
    ids
        What the rule names.
    known
        Sites that it may name.
    sites
        All sites.

    Raises
    ------
    ConfigError
        Naming each, and the likely spelling or what it is instead.
    """
    unknown = sorted(set(ids) - set(known))
    if not unknown:
        return
    called = {str(site): str(name) for site, name in sites.table["name"].items()}
    status = sites.table["status"].to_dict()
    rows = [
        f"{site} ({called[site]}): is {_a(str(status[site]))}"
        if site in status
        else did_you_mean(site, map(str, known), called=called)
        for site in unknown
    ]
    raise ConfigError(what.format(len(unknown)), rows)


def refuse_unknown_values(where: str, column: str, values: Iterable[str], known: Iterable[object]) -> None:
    """Refuse values that a column has nowhere.

    Parameters
    ----------
    where
        The rule that names them.
    column, values
        The column, and what the rule names of it.
    known
        Every value that the column has.

    Raises
    ------
    ConfigError
        Naming each with the likely spelling.
    """
    there = sorted({str(value) for value in known if str(value) not in {"", "nan", "None"}})
    unknown = sorted(set(values) - set(there))
    if not unknown:
        return
    rows = [did_you_mean(value, there) for value in unknown]
    if len(there) <= LISTED:
        rows.append(f"known: {', '.join(there)}")
    raise ConfigError(f"{where}: no {column} is called so; check the spelling.", rows)


def refuse_unknown_column(where: str, column: str, known: Iterable[object]) -> None:
    """Refuse a column that a table lacks.

    Raises
    ------
    ConfigError
        Naming it with the likely spelling, and the columns that there are.
    """
    columns = [str(one) for one in known]
    if column not in columns:
        near = did_you_mean(column, columns)
        rows = [*([] if near == column else [near]), f"columns: {', '.join(columns) or 'none'}"]
        raise ConfigError(f"{where} no column {column}.", rows)


def _a(status: str) -> str:
    return {"existing": "an existing site", "candidate": "a candidate"}.get(status, "excluded")
