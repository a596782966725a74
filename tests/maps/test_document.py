import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from clinic_siting.maps import MapData, render_map
from clinic_siting.maps.document import SCRIPTS, inert, page_file


@pytest.fixture(scope="module")
def page(toy_map):
    return render_map(toy_map)


def test_the_same_data_gives_the_same_bytes(toy_map: MapData, page):
    assert render_map(toy_map) == page


def test_nothing_in_the_page_is_loaded_from_anywhere(page):
    own = re.sub(r"(?s)<script>\s*/\* @preserve.*?</script>", "", page)
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", own)
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", own)
    assert "@import" not in own


def test_a_hostile_name_is_text_everywhere(page):
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert " 49 &amp; Sons" not in re.findall(r"<h1[^>]*>(.*?)</h1>", page)[0]
    assert "&#123;&#123; 7*7 }}" in page


def test_a_reader_may_enlarge_the_page_and_its_language_is_told(page):
    assert "user-scalable" not in page
    assert '<html lang="en-GB">' in page


def test_without_a_script_the_figures_stand_in_tables(page):
    inside = re.search(r"(?s)<noscript>(.*?)</noscript>", page)[1]
    assert inside.count("<table>") == 3
    assert "By cancer alliance" in inside
    assert "GeoNames" in inside


def test_online_tiles_are_offered_only_where_they_were_given(toy_map: MapData, page):
    assert 'id="tiles"' not in page
    with_tiles = render_map(replace(toy_map, tiles=("https://tiles.invalid/{z}/{x}/{y}.png", "© Somebody")))
    assert 'id="tiles"' in with_tiles


def test_curly_brackets_cannot_become_a_template():
    assert inert("{{ x }} {% y %}") == "&#123;&#123; x }} &#123;% y %}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_parses(name, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; the browser tests run the scripts all the same")
    path = tmp_path / f"{name}.js"
    path.write_text(page_file(f"{name}.js"), "utf-8")
    found = subprocess.run([node, "--check", path], capture_output=True, text=True, check=False)  # noqa: S603 - our own file
    assert found.returncode == 0, found.stderr


def test_every_script_keeps_to_its_own_name():
    for name in SCRIPTS[:-1]:
        text = page_file(f"{name}.js")
        assert len(re.findall(r"(?m)^const \w+ = \(\(\) => \{", text)) == 1, name
        assert len(text.splitlines()) <= 310, name
