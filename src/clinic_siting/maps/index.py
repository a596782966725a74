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
    rows = [
        {
            "href": f"{quote(entry.scenario)}.html",
            "title": entry.title or entry.scenario,
            "scenario": entry.scenario,
            "chosen": ", ".join(entry.chosen),
            "figures": [
                *(
                    (f"{before:.1f}", f"{after:.1f}")
                    for before, after in (entry.mean, entry.spread, entry.worst_tenth)
                ),
                (f"{100 * entry.coverage[0]:.0f} %", f"{100 * entry.coverage[1]:.0f} %"),
            ],
            "standard": f"{entry.standard_min:g}",
            "data_date": entry.data_date,
            "fingerprint": entry.fingerprint,
        }
        for entry in sorted(entries, key=lambda entry: entry.scenario)
    ]
    style = Markup(page_file("style.css"))  # noqa: S704 - our own file
    return environment().get_template("index.html").render(entries=rows, style=style)
