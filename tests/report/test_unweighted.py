"""A weight on demand is shown beside the unweighted result, wherever the measures stand."""

import pytest

from clinic_siting import evidence, pipeline, publish
from clinic_siting.briefing import brief
from clinic_siting.config import read_config
from clinic_siting.report import ReportData
from clinic_siting.report.basis import measures
from clinic_siting.report.sheets import sheets
from clinic_siting.results import result_tables

TITLE = "With the weights on demand and without"


@pytest.fixture
def weighted(write_config) -> ReportData:
    config = read_config(write_config(demand={"deprivation": 2.0}))
    answer = pipeline.run(config)
    return brief(
        answer,
        config,
        publish.map_data(answer, config, fingerprint="0" * 16),
        tables=result_tables(answer, config),
        robustness=evidence.robustness_tables(answer.siting, answer.trials, config.siting.score, within=0.01),
        versions={},
    )


def test_report_and_workbook_show_both_results(weighted):
    everyone, beside = measures(weighted).blocks
    assert beside.caption == TITLE
    mean = next(row for row in beside.rows if row[0] == "Average journey")
    assert mean[1:3] == next(row for row in everyone.rows if row[0] == "Average journey")[1:3]
    plain = weighted.evidence.unweighted.loc["mean"]
    assert mean[3] == f"{plain['today_unweighted']:.1f}"
    assert plain["today"] != plain["today_unweighted"]
    part = next(part for part in sheets(weighted)[0].parts if part.title == TITLE)
    assert all(part.meaning(str(column)).text for column in part.table)


def test_without_weights_there_is_nothing_to_set_beside(data):
    assert len(measures(data).blocks) == 1
    assert TITLE not in {part.title for part in sheets(data)[0].parts}
