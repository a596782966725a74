"""Who gains and who loses: by alliance, by deprivation, by place; and what each clinic receives."""

import numpy as np
import pandas as pd

from clinic_siting.report import words
from clinic_siting.report.blocks import LEFT as TO_LEFT
from clinic_siting.report.blocks import Block, Column, Prose, Section, Table, table
from clinic_siting.report.data import ReportData
from clinic_siting.report.figures import before_after, s_curve

PLACES_SHOWN = 8
# A mean that moves by less is called unchanged.
NOTICEABLE_MIN = 0.05
# How many letters of a heading a column of one share holds.
LETTERS_A_SHARE = 8.0
FULL_MM, CURVE_MM = 170.0, 50.0


def gains(data: ReportData) -> Section:
    """Winners, losers and the gaps between groups.

    Parameters
    ----------
    data
        What the report shows.
    """
    blocks: list[Block] = [Prose(counted(data))]
    alliances = data.by_group("alliance_name", "mean")
    if len(alliances):
        caption = (
            "Average journey by cancer alliance, longest today first. Alliances are cut at the area's edge."
        )
        rows = alliances.sort_values("today", ascending=False, kind="stable")
        blocks.append(before_after(rows, caption=caption, width_mm=FULL_MM))
    tenths = data.by_group("imd_decile", "mean")
    if len(tenths):
        blocks.append(Prose(gradient(data)))
        blocks.append(_tenths(tenths))
    blocks.append(s_curve(data, width_mm=FULL_MM, height_mm=CURVE_MM))
    if data.evidence.by_authority is not None:
        blocks += places(data, data.evidence.by_authority)
    return Section("Who gains and who loses", tuple(blocks), starts_page=True)


def counted(data: ReportData) -> str:
    """How many travel less, longer, or as before."""
    rows = data.evidence.gains
    less, longer, same = (rows.loc[kind].to_dict() for kind in ("shorter", "longer", "unaffected"))
    unit = data.demand_unit
    of_whom = "" if unit == "people" else f" ({words.count(float(less['cases']))} {unit})"
    text = (
        f"{_capital(words.people(float(less['people'])))} people{of_whom} would travel at least a minute "
        f"less{_on_average(-float(less['mean_change_min']))}."
        if less["people"]
        else "Nobody would travel at least a minute less."
    )
    worse = (
        f" {_capital(words.people(float(longer['people'])))} people would travel at least a minute "
        f"longer{_on_average(float(longer['mean_change_min']))}."
        if longer["people"]
        else " Nobody would travel longer."
    )
    return f"{text}{worse} For {words.people(float(same['people']))} people nothing changes."


def _on_average(minutes: float) -> str:
    """Nothing where it is kept back, or where somebody had no route before."""
    return f", by {words.minutes(minutes)} minutes on average" if np.isfinite(minutes) else ""


def gradient(data: ReportData) -> str:
    """What the plan does to the difference between the most and the least deprived."""
    before, after = data.everyone("slope_index")
    rows = data.by_group("imd_decile", "mean")
    most = (rows.loc["1"] if "1" in rows.index else rows.iloc[0]).to_dict()
    text = (
        f"In the most deprived tenth of England's small areas the average journey "
        f"{words.moves(float(most['today']), float(most['planned']))} minutes. "
    )
    longer = "least" if after > 0 else "most"
    return (
        f"{text}Over all tenths the slope index of inequality goes from {words.signed(before, 'minutes')} to "
        f"{words.signed(after, 'minutes')} minutes: with the plan the {longer} deprived travel longer."
    )


def places(data: ReportData, by_place: pd.DataFrame) -> list[Block]:
    """Local authorities with the largest gain, and those that lose."""
    best = by_place[by_place["change"] <= -NOTICEABLE_MIN].head(PLACES_SHOWN)
    losers = by_place[by_place["change"] >= NOTICEABLE_MIN].sort_values("change", ascending=False)
    blocks: list[Block] = []
    if len(best):
        blocks.append(_places(f"The {len(best)} local authorities that gain most", best, data))
    if len(losers):
        blocks.append(_places("Local authorities that lose most", losers.head(PLACES_SHOWN), data))
    else:
        blocks.append(Prose("No local authority loses: nowhere is the average journey longer.", "note"))
    return blocks


def clinics(data: ReportData) -> Section:
    """What each clinic gains or loses, and where its patients come from.

    Parameters
    ----------
    data
        What the report shows.
    """
    rows = data.evidence.clinics
    rows = rows[(rows["role"] != "existing") | rows[["today", "planned"]].fillna(1).any(axis=1)]
    cells = [
        (
            str(row["name"]),
            {"new": "new", "existing": "open today"}.get(str(row["role"]), "all clinics"),
            words.count(float(row["today"])),
            words.count(float(row["planned"])),
            words.signed(float(row["change"]), "count"),
            _share_change(float(row["today"]), float(row["change"])),
        )
        for _, row in rows.iterrows()
    ]
    columns = (
        Column("Clinic", TO_LEFT, 4.4),
        Column("Role", TO_LEFT, 1.2),
        Column("Today", share=0.8),
        Column("With the plan", share=1.2),
        Column("Change", share=0.9),
        Column("in %", share=0.8),
    )
    strong = frozenset(place for place, role in enumerate(rows["role"]) if role == "all")
    note = "Clinics without patients from the area, today or with the plan, are left out."
    if data.counts_are_real:
        note += f" {words.KEPT_BACK}: 1 to 7, or a count that would give one away; others to the nearest 5."
    what = Table(
        f"{data.demand_unit.capitalize()} at each clinic; everyone goes to the nearest that may serve them",
        columns,
        tuple(cells),
        strong,
        note,
    )
    blocks: list[Block] = [what]
    if data.evidence.flows is not None:
        blocks.append(flows(data, data.evidence.flows))
    return Section("What each clinic gains or loses", tuple(blocks))


def flows(data: ReportData, table_of: pd.DataFrame) -> Table:
    """Patients from each alliance to each clinic with the plan, today's in brackets where they differ."""
    wide = {
        when: table_of.pivot_table(
            index="alliance_name",
            columns="site_id",
            values=when,
            aggfunc=lambda cell: cell.sum(skipna=False),
            fill_value=0,
            dropna=False,
        )
        for when in ("today", "planned")
    }
    order = [site for site in data.evidence.sites.index if site in wide["planned"]]
    order += [site for site in wide["planned"] if site not in order]
    names = {site: data.short(site) if site in data.sites.site_id else words.NO_ROUTE for site in order}
    rows = []
    for alliance in wide["planned"].index:
        cells = [str(alliance)]
        for site in order:
            before, after = (float(wide[when].loc[alliance, site]) for when in ("today", "planned"))
            cells.append(_flow(before, after))
        rows.append(cells)
    # As wide as the longest word of its heading asks for, lest two headings read as one.
    widths = {site: max(map(len, names[site].split())) / LETTERS_A_SHARE for site in order}
    columns = [
        Column("From", TO_LEFT, 2.4),
        *(Column(names[s], share=max(w, 0.8)) for s, w in widths.items()),
    ]
    note = "With the plan; today's number in brackets where it is another. “–”: nobody."
    return table(
        f"Where patients come from: {data.demand_unit} by alliance and clinic", columns, rows, note=note
    )


def _tenths(rows: pd.DataFrame) -> Block:
    tenths = rows.copy()
    number = tenths.index.astype(int)
    ends = {1: "1 most deprived", 10: "10 least deprived"}
    tenths.index = pd.Index([ends.get(n, str(n)) for n in number])
    tenths = tenths.iloc[np.argsort(number)]
    caption = "Average journey by tenth of deprivation (English indices of deprivation, tenths of England)."
    return before_after(tenths, caption=caption, width_mm=FULL_MM)


def _places(caption: str, rows: pd.DataFrame, data: ReportData) -> Table:
    columns = [
        Column("Local authority", TO_LEFT, 3),
        Column("People", share=1.4),
        Column(data.demand_unit.capitalize(), share=1.4),
        Column("Today, minutes", share=1.4),
        Column("With the plan", share=1.4),
        Column("Change", share=1.2),
    ]
    cells = [
        [
            str(place),
            words.count(float(row["people"])),
            words.count(float(row["cases"])),
            words.minutes(float(row["today"])),
            words.minutes(float(row["planned"])),
            words.signed(float(row["change"]), "minutes"),
        ]
        for place, row in rows.iterrows()
    ]
    if data.demand_unit == "people":
        columns.pop(2)
        cells = [row[:2] + row[3:] for row in cells]
    return table(caption, columns, cells)


def _share_change(before: float, change: float) -> str:
    if np.isnan(before) or np.isnan(change) or not before or not round(change):
        return ""
    sign = "+" if change > 0 else "−"
    return f"{sign}{words.share(abs(change) / before)}"


def _flow(before: float, after: float) -> str:
    now, then = words.count(after), words.count(before)
    now, then = ("–" if cell == "0" and not value else cell for cell, value in ((now, after), (then, before)))
    return now if now == then else f"{now} ({then})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
