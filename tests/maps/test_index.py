from dataclasses import replace

from clinic_siting.maps import IndexEntry, render_index

ENTRY = IndexEntry(
    scenario="wide area",
    title="Two <more> clinics",
    chosen=("North Kent CDC", "<b>Bold</b>"),
    mean=(43.55, 32.35),
    spread=(19.5, 13.4),
    worst_tenth=(87.9, 72.2),
    coverage=(0.56, 0.82),
    standard_min=45.0,
    data_date="2025",
    fingerprint="0123456789abcdef",
)


def test_scenarios_are_listed_by_name_with_links_that_work():
    other = IndexEntry(
        scenario="a", title="", chosen=("C",), mean=(1, 1), spread=(1, 1), worst_tenth=(1, 1),
        coverage=(1, 1), standard_min=30,
    )  # fmt: skip
    page = render_index([ENTRY, other])
    assert page.index('href="a.html"') < page.index('href="wide%20area.html"')
    assert ">a</a>" in page


def test_figures_stand_before_and_after_and_text_is_escaped():
    page = render_index([ENTRY])
    assert "43.5 →" in page
    assert "82 %" in page
    assert "<b>Bold" not in page
    assert "Two &lt;more&gt; clinics" in page
    assert "0123456789abcdef" in page


def test_a_scenario_is_known_by_what_it_asks_and_the_title_of_all_is_said_once():
    asks = [
        replace(ENTRY, scenario=name, title="Two more clinics", question=words)
        for name, words in (("a", "One in Kent"), ("b", "Two anywhere"))
    ]
    page = render_index(asks)
    assert page.count("Two more clinics: the scenarios") == 2
    assert '<a href="a.html">One in Kent</a>' in page
    assert page.count("Standard 45 minutes; data: 2025") == 1


def test_an_empty_list_says_so():
    assert "No scenario has been run yet" in render_index([])


def test_the_index_asks_the_network_for_nothing():
    page = render_index([ENTRY])
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
