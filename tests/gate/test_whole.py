"""A file that was cut in its middle is still a table; its last row tells."""

import pandas as pd

from clinic_siting.gate import check_whole

TABLE = pd.DataFrame(
    {"id": ["a", "b", "c"], "note": ["x", "", ""], "county": ["K", "E", "E"], "n": [1, 2, 3]}
)


def test_a_whole_table_may_have_blanks():
    assert check_whole(TABLE, "sites").light == "green"
    assert check_whole(TABLE.head(1), "sites").light == "green"
    assert check_whole(TABLE.assign(source=["x", "x", ""], last=1), "sites").light == "green"


def test_a_last_row_that_breaks_off_is_found():
    cut = pd.concat([TABLE, pd.DataFrame({"id": ["d"], "note": [""]})], ignore_index=True)
    finding = check_whole(cut, "sites")
    assert (finding.light, finding.rows) == ("red", ("d, , nan … without county, n",))
