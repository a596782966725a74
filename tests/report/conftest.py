"""The toy country's report, made once."""

from dataclasses import replace

import pandas as pd
import pytest

from clinic_siting import evidence, publish
from clinic_siting.briefing import brief
from clinic_siting.config import read_config
from clinic_siting.report import ReportData
from clinic_siting.results import result_tables
from clinic_siting.tables import Sites

EVIL = "<script>alert(1)</script>"
FORMULA = "=cmd()"
FINGERPRINT = "0123456789abcdef"


@pytest.fixture(scope="session")
def data(shared_toy_config, toy_answer) -> ReportData:
    config, answer = read_config(shared_toy_config), toy_answer
    return brief(
        answer,
        config,
        publish.map_data(answer, config, fingerprint=FINGERPRINT),
        tables=result_tables(answer, config),
        robustness=evidence.robustness_tables(answer.siting, answer.trials, config.siting.score, within=0.01),
        versions={"clinic-siting": "1.2.3"},
    )


@pytest.fixture(scope="session")
def hostile(data) -> ReportData:
    """The same with names that would like to be code."""
    names = [EVIL, FORMULA, "@SUM(1)", "#evil() $x$ *bold* \\", "+1", "-1 & co"]
    table = data.sites.table.assign(name=names, trust=FORMULA)
    short = dict(zip(table.index, names, strict=True))
    clinics = data.evidence.clinics.assign(name=EVIL, trust=FORMULA)
    sites = data.evidence.sites.assign(name=EVIL, trust=FORMULA)
    places = pd.DataFrame({"name": [EVIL], "lon": [0.55], "lat": [51.28], "population": [9]})
    return replace(
        data,
        proposal=EVIL,
        effect=f"{EVIL} & {FORMULA}",
        sites=Sites(table),
        short_names=short,
        places=places,
        evidence=replace(data.evidence, clinics=clinics, sites=sites),
        caveats=(EVIL, FORMULA),
    )


@pytest.fixture
def unproven(data) -> ReportData:
    """The same, stopped by the clock."""
    return replace(data, plan=replace(data.plan, proven=False, gap=0.021, bound=data.plan.value * 0.979))
