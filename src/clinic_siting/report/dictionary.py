"""What every measure and every column means: in words, with its unit and what kind of figure it is."""

from dataclasses import dataclass

from clinic_siting.report.data import ASSUMED, MODELLED, OBSERVED

MINUTES, SHARE, PATIENTS, RATIO = "minutes", "share of 1", "patients", "ratio"
# Of columns whose figures have units of their own, row by row.
OF_ROW = "as the row says"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of access or of its variation.

    Attributes
    ----------
    label
        In plain words.
    definition
        How it is computed, for patients and not for areas.
    """

    label: str
    definition: str


MEASURES = {
    "mean": Measure("Average journey", "Mean minutes of all patients."),
    "median": Measure("Middle journey", "Half of the patients travel no longer than this."),
    "sd": Measure("Standard deviation", "Square root of the mean squared difference from the average."),
    "mad": Measure("Spread (mean absolute deviation)", "Mean difference between a journey and the average."),
    "gini": Measure(
        "Gini coefficient", "Mean difference between two patients ÷ twice the average; 0 = all alike."
    ),
    "p90": Measure("Nine in ten within", "The first time by which 90 % of patients have arrived."),
    "p95": Measure("Nineteen in twenty within", "The first time by which 95 % of patients have arrived."),
    "worst_tenth": Measure("Worst tenth", "Mean of exactly the 10 % of patients who travel longest."),
    "max": Measure("Longest journey", "The longest journey of any small area with patients."),
    "cv": Measure("Coefficient of variation", "Standard deviation ÷ average."),
    "theil": Measure("Theil's T", "Mean of (t ÷ average) × ln(t ÷ average); 0 = all alike."),
    "atkinson": Measure(
        "Atkinson's index", "1 − the journey that all alike would be worth as much ÷ average."
    ),
    "palma": Measure("Palma-like ratio", "Minutes of the worst tenth ÷ minutes of the best four tenths."),
    "coverage": Measure("Within the standard", "Share of patients within the access standard, inclusive."),
    "slope_index": Measure(
        "Slope index of inequality",
        "Fitted minutes of the least minus the most deprived; below 0 the most deprived travel longer.",
    ),
    "relative_index": Measure("Relative index of inequality", "Ratio of the same two fitted journeys."),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A column.

    Attributes
    ----------
    text
        What it holds.
    unit
        Unit, or ``text``.
    status
        ``observed``, ``modelled``, ``assumed``; empty for names and codes.
    """

    text: str
    unit: str = "text"
    status: str = ""


# Columns that mean the same wherever they stand.
COLUMNS = {
    "site_id": Meaning("Code of the site (ODS code, or CDC and postcode)"),
    "zone_id": Meaning("Code of the small area (LSOA 2021)"),
    "msoa": Meaning("Code of the middle-layer area (MSOA 2021)"),
    "name": Meaning("Name"),
    "lad_name": Meaning("Local authority"),
    "county": Meaning("County or unitary authority"),
    "icb_name": Meaning("Integrated care board"),
    "alliance_name": Meaning("Cancer alliance"),
    "trust": Meaning("NHS trust"),
    "postcode": Meaning("Postcode"),
    "role": Meaning("existing: open today; new: opened by the plan; all: all clinics of a trust"),
    "status": Meaning("What kind of figure stands in the row: observed, modelled or assumed"),
    "confidence": Meaning("Whether the site's status was confirmed by a published page"),
    "today": Meaning("Today", PATIENTS, MODELLED),
    "planned": Meaning("With the plan", PATIENTS, MODELLED),
    "change": Meaning("With the plan minus today", PATIENTS, MODELLED),
    "change_share": Meaning("Change ÷ today", SHARE, MODELLED),
    "unit": Meaning("Unit of the row's figures"),
    "grouping": Meaning("How patients are grouped: everyone, or by which column"),
    "group": Meaning("The group"),
    "measure": Meaning("The measure; its definition stands below"),
    "people": Meaning("Residents", "people", OBSERVED),
    "cases": Meaning("Patients a year", PATIENTS, MODELLED),
    "zones": Meaning("Small areas", "number", OBSERVED),
    "people_shorter": Meaning("Residents whose journey is at least a minute shorter", "people", MODELLED),
    "people_longer": Meaning("Residents whose journey is at least a minute longer", "people", MODELLED),
    "case_minutes_saved": Meaning("Minutes × patients saved a year, one way", "minutes", MODELLED),
    "mean_change_min": Meaning("Mean change of their journeys", MINUTES, MODELLED),
    "journey": Meaning("Shorter or longer by at least a minute, or unaffected"),
    "demand": Meaning("Patients a year after the scenario's weights on demand", PATIENTS, MODELLED),
    "patients": Meaning("Patients a year, none of them weighted", PATIENTS, MODELLED),
    "minutes": Meaning("Threshold", MINUTES, ASSUMED),
    "minutes_today": Meaning("Minutes to the nearest clinic today, by car, one way", MINUTES, MODELLED),
    "minutes_planned": Meaning("Minutes to the nearest clinic with the plan", MINUTES, MODELLED),
    "change_min": Meaning("Minutes with the plan minus today", MINUTES, MODELLED),
    "site_id_today": Meaning("The clinic that is nearest today"),
    "site_id_planned": Meaning("The clinic that is nearest with the plan"),
    "covered_today": Meaning("Within the access standard today", "true or false", MODELLED),
    "covered_planned": Meaning("Within the access standard with the plan", "true or false", MODELLED),
    "rank": Meaning("Place in the ranking, 1 = best", "number", MODELLED),
    "sites": Meaning("The sites of the set"),
    "score": Meaning(
        "Weighted measures, each ÷ its value today; lower is better", "share of today", MODELLED
    ),
    "alliance_gap": Meaning("Largest minus smallest mean journey of an alliance", MINUTES, MODELLED),
    "world": Meaning("What is assumed to be otherwise", "text", ASSUMED),
    "kind": Meaning("Kind of what is otherwise"),
    "mean": Meaning(MEASURES["mean"].definition, MINUTES, MODELLED),
    "sd": Meaning(MEASURES["sd"].definition, MINUTES, MODELLED),
    "mad": Meaning(MEASURES["mad"].definition, MINUTES, MODELLED),
    "gini": Meaning(MEASURES["gini"].definition, "0 to 1", MODELLED),
    "p90": Meaning(MEASURES["p90"].definition, MINUTES, MODELLED),
    "max": Meaning(MEASURES["max"].definition, MINUTES, MODELLED),
    "worst_tenth": Meaning(MEASURES["worst_tenth"].definition, MINUTES, MODELLED),
    "coverage": Meaning(MEASURES["coverage"].definition, SHARE, MODELLED),
    "regret": Meaning("Score ÷ the best score there, less 1", SHARE, MODELLED),
    "best": Meaning("The set that leads there"),
    "best_score": Meaning("Score of the best set with the site", "share of today", MODELLED),
    "near_best_sets": Meaning("Near-best sets that hold the site", "number", MODELLED),
    "share": Meaning("Share of the near-best sets", SHARE, MODELLED),
    "stand_in": Meaning("The site that replaces it best while the others stay"),
    "loss": Meaning("How much higher the score is then", SHARE, MODELLED),
    "mean_loss_min": Meaning("How much longer the average journey is then", MINUTES, MODELLED),
    "best_without": Meaning("The best set of all without the site"),
    "loss_without": Meaning("How much higher its score is", SHARE, MODELLED),
    "best_mean": Meaning("Average journey with the best set there", MINUTES, MODELLED),
    "largest_regret": Meaning("Largest regret over all that was tried", SHARE, MODELLED),
    "in_world": Meaning("Where it occurs"),
    "mean_regret": Meaning("Mean regret over all that was tried", SHARE, MODELLED),
    "worlds_led": Meaning("In how much of what was tried the set is best", "number", MODELLED),
    "worlds": Meaning("Draws in which the set is best", "number", MODELLED),
    "against": Meaning("The set it is set against"),
    "share_of_draws": Meaning("Share of draws in which it is better", SHARE, MODELLED),
    "step": Meaning("A step of the measure"),
    "worth": Meaning("What the step is worth, in the unit beside it", "number", MODELLED),
    "worth_unit": Meaning("Unit of what it is worth"),
    "point": Meaning("Place on the front, from the smallest average journey on", "number", MODELLED),
    "phase": Meaning("Phase of opening", "number", MODELLED),
    "opens": Meaning("The sites that open in the phase"),
    "is_open": Meaning("All new sites that are open then"),
    "at_once": Meaning("The best set of as many sites, were nothing to follow"),
    "at_once_mean": Meaning("Average journey with that set", MINUTES, MODELLED),
    "at_once_score": Meaning("Score of that set", "share of today", MODELLED),
    "costs": Meaning(
        "How much higher the score is: the price of building towards the plan", "share of today", MODELLED
    ),
    "proven": Meaning("Whether no other set is better", "true or false", MODELLED),
    "step_by_step": Meaning("Sites open, had each phase been the best on top of those before it"),
    "step_by_step_score": Meaning("Score of those", "share of today", MODELLED),
    "closed": Meaning("Sites that close"),
    "term": Meaning("Term of the score"),
    "weight": Meaning("Its weight", "no unit", ASSUMED),
    "lowest": Meaning("The plan leads from this weight", "no unit", MODELLED),
    "highest": Meaning("The plan leads up to this weight", "no unit", MODELLED),
    "below": Meaning("The set that leads below"),
    "above": Meaning("The set that leads above"),
    "what": Meaning("What is taken for granted"),
    "value": Meaning("What is taken for it, with its unit"),
    "why": Meaning("Where it comes from and what it leaves out"),
    "file": Meaning("Data file"),
    "title": Meaning("What it holds"),
    "publisher": Meaning("Who published it"),
    "licence": Meaning("Licence"),
    "vintage": Meaning("Date of the figures"),
    "sha256": Meaning("Checksum of the file as it was read"),
    "lon": Meaning("Longitude (WGS 84)", "degrees", OBSERVED),
    "lat": Meaning("Latitude (WGS 84)", "degrees", OBSERVED),
}


def label_of(measure: str) -> str:
    """A measure in plain words.

    Examples
    --------
    >>> label_of("mean"), label_of("within_30"), label_of("alliance_gap")
    ('Average journey', 'Within 30 minutes', 'Gap between alliances')
    """
    if measure in MEASURES:
        return MEASURES[measure].label
    if measure.startswith("within_"):
        return f"Within {measure.removeprefix('within_')} minutes"
    of_group, _, kind = measure.partition("_gap")
    if not kind and of_group != measure:
        return f"Gap between {GROUPS.get(of_group, of_group)}"
    of_group = measure.removesuffix("_theil_between")
    return f"Theil between {GROUPS.get(of_group, of_group)}" if of_group != measure else measure


def definition_of(measure: str) -> str:
    """How a measure is computed."""
    if measure in MEASURES:
        return MEASURES[measure].definition
    if measure.startswith("within_"):
        return "Share of patients within so many minutes, inclusive."
    if measure.endswith("_gap"):
        return "Largest minus smallest mean journey of a group."
    return "Part of Theil's T that lies between the groups." if measure.endswith("_theil_between") else ""


GROUPS = {
    "alliance": "alliances",
    "icb": "integrated care boards",
    "county": "counties",
    "lad": "local authorities",
    "imd_decile": "deprivation tenths",
    "rural_urban": "rural and urban areas",
}
# Groupings of the measures as a reader knows them.
GROUPINGS = {
    "everyone": "Everyone",
    "alliance_name": "Cancer alliance",
    "icb_name": "Integrated care board",
    "county": "County or unitary authority",
    "lad_name": "Local authority",
    "imd_decile": "Deprivation tenth (1 = most deprived)",
    "rural_urban": "Rural or urban",
    "age": "Age",
    "car": "Household's car",
}
