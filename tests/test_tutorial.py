"""The tutorial, walked from an empty folder: every command runs, and prints what the page shows."""

import re
import subprocess
from pathlib import Path

PAGE = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def plain(text: str) -> str:
    """Words alone: the page breaks lines where it must."""
    return " ".join(text.split())


def test_every_command_prints_what_the_page_shows(command, tmp_path, monkeypatch):
    folder, said = tmp_path, ""
    for kind, text in BLOCK.findall(PAGE):
        if kind == "text":
            parts = [plain(part) for part in text.split("…")]
            assert [part for part in parts if part not in plain(said)] == []
            continue
        said = ""
        for line in text.splitlines():
            program, *words = line.split()
            monkeypatch.chdir(folder)
            if program == "cd":
                folder = folder / words[0]
            elif program == "clinic-siting":
                _, out, complained = command(*words)
                said += out + complained
            else:
                subprocess.run(line, shell=True, check=True)  # noqa: S602 - a line of our own page
    assert (folder / "maps" / "two.html").is_file()
    assert (folder / "outputs" / "comparison" / "comparison.html").is_file()
    assert not (folder / "outputs" / "slip").exists()
