"""Where people live and where clinics are or could be."""

from dataclasses import dataclass

import pandas as pd

from clinic_siting.errors import TableError
from clinic_siting.tables.checks import (
    STATUSES,
    check_coordinates,
    check_counts,
    require_columns,
    sorted_by_id,
)

# Between the ids of a set of sites, in tables and files.
JOINED = " + "


@dataclass(frozen=True, slots=True, eq=False)
class DemandZones:
    """Small areas where people live.

    Attributes
    ----------
    table
        Index ``zone_id``, sorted; columns ``lon``, ``lat`` (degrees, the point where journeys
        begin), ``population`` (people) and whatever groups the data set has (age bands in
        people, ``alliance_name``, ``icb_name``, ``county``, ``imd_decile`` …).

    Raises
    ------
    TableError
        On duplicate or empty ids, counts that are negative or not finite, or coordinates that
        are missing, swapped or outside Great Britain.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check and sort."""
        table = sorted_by_id(self.table, "zone_id")
        require_columns(table, ("lon", "lat", "population"), "zones")
        check_coordinates(table, "zones")
        counts = [c for c in table.columns if c == "population" or c.startswith("age_")]
        counts += [c for c in ("households", "households_no_car") if c in table.columns]
        check_counts(table, counts, "zones")
        object.__setattr__(self, "table", table)

    @property
    def zone_id(self) -> pd.Index:
        """Sorted ids of the zones."""
        return self.table.index

    def within(self, keep: pd.Series) -> "DemandZones":
        """Zones for which ``keep`` (booleans on the same index) is true."""
        return DemandZones(self.table[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Places where a clinic is or could be.

    Attributes
    ----------
    table
        Index ``site_id``, sorted; column ``status`` (existing, candidate or excluded); ``name``
        (the id where none is given); ``catchment`` (the only ``alliance_name`` whose patients the
        site serves, empty for everyone); ``lon``, ``lat`` in degrees where the geography is known.

    Raises
    ------
    TableError
        On duplicate or empty ids, an unknown status, no site that is or may be open, or bad
        coordinates.
    """

    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check and sort."""
        table = sorted_by_id(self.table, "site_id")
        require_columns(table, ("status",), "sites")
        unknown = table[~table["status"].isin(STATUSES)]
        if len(unknown):
            raise TableError(
                f"sites: status must be one of {', '.join(STATUSES)}; {len(unknown)} row(s) differ.",
                unknown["status"].items(),
            )
        if not table["status"].isin(["existing", "candidate"]).any():
            raise TableError("sites: none is existing or candidate, so there is nothing to choose.")
        if "name" not in table:
            table = table.assign(name=table.index.astype(str))
        if "catchment" not in table:
            table = table.assign(catchment="")
        table = table.assign(
            name=table["name"].where(table["name"].notna(), table.index.astype(str)),
            catchment=table["catchment"].astype(object).fillna(""),
        )
        if "lon" in table:
            check_coordinates(table, "sites")
        object.__setattr__(self, "table", table)

    @property
    def site_id(self) -> pd.Index:
        """Sorted ids of the sites."""
        return self.table.index

    @property
    def existing(self) -> pd.Index:
        """Ids of the sites that are open today."""
        return self.table.index[self.table["status"] == "existing"]

    @property
    def candidates(self) -> pd.Index:
        """Ids of the sites that may be opened."""
        return self.table.index[self.table["status"] == "candidate"]

    @property
    def playing(self) -> pd.Index:
        """Ids of the sites that are or may be open."""
        return self.table.index[self.table["status"] != "excluded"]

    def name_of(self, site_id: str) -> str:
        """Name of one site."""
        return str(self.table.at[site_id, "name"])
