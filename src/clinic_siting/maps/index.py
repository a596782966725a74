"""The list of scenarios, with their headline figures."""

from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

from clinic_siting.maps.data import IndexEntry
from clinic_siting.maps.document import environment, page_file


def render_index(entries: Iterable[IndexEntry]) -> str:
    """HTML page that lists scenarios.

    Parameters
    ----------
    entries
        One a scenario, in any order; they are listed by name.

    Returns
    -------
        A document that stands beside the maps that it links to.
    """
    listed = sorted(entries, key=lambda entry: entry.scenario)
    titles = {entry.title for entry in listed if entry.title}
    rows = [
        {
            "href": f"{quote(entry.scenario)}.html",
            "title": entry.question or entry.title or entry.scenario,
            "scenario": entry.scenario,
            "chosen": ", ".join(entry.chosen),
            "figures": [
                *(
                    (name, f"{before:.1f}", f"{after:.1f}")
                    for name, (before, after) in (
                        ("average, min", entry.mean),
                        ("spread, min", entry.spread),
                        ("worst tenth, min", entry.worst_tenth),
                    )
                ),
                (
                    f"within {entry.standard_min:g} min",
                    f"{100 * entry.coverage[0]:.0f} %",
                    f"{100 * entry.coverage[1]:.0f} %",
                ),
            ],
            "fingerprint": entry.fingerprint,
        }
        for entry in listed
    ]
    # What holds for all is said once.
    notes = dict.fromkeys(_note(entry) for entry in listed)
    style = Markup(page_file("style.css"))  # noqa: S704 - our own file
    return (
        environment()
        .get_template("index.html")
        .render(
            entries=rows, notes=list(notes), heading=titles.pop() if len(titles) == 1 else "", style=style
        )
    )


def _note(entry: IndexEntry) -> str:
    return "; ".join(
        [
            f"Standard {entry.standard_min:g} minutes",
            *([f"data: {entry.data_date}"] if entry.data_date else []),
        ]
    )
