"""Hooks of the site: notebooks are executed and become pages; links out of docs/ lead to the sources.

`MKDOCS_NOTEBOOKS=as-kept` shows the notebooks without running them, which is quicker.
"""

import os
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import typer
import typer.testing
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient

from clinic_siting import cli

ROOT = Path(__file__).parents[1]
OUTWARD = re.compile(r"\]\((?:\.\./)+(?P<path>[^)#]+)(?P<rest>#[^)]*)?\)")
KEPT = os.environ.get("MKDOCS_NOTEBOOKS") == "as-kept"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each notebook, and a list of the commands with their help."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=_page_of(path)))
    files.append(File.generated(config, "reference/commands.md", content=_commands()))
    return files


def _commands() -> str:
    """Every command with its help, as `--help` prints it."""
    group = typer.main.get_command(cli.app)
    parts = ["# Commands", "As each prints it with `--help`; this page is made from the code."]
    for name, command in _walk(group, ("clinic-siting",)):
        asked = {"prog_name": name[0], "env": {"COLUMNS": "84", "TERM": "dumb", "NO_COLOR": "1"}}
        shown = typer.testing.CliRunner().invoke(cli.app, [*name[1:], "--help"], **asked)
        if command is not group:
            parts.append(f"## {' '.join(name[1:])}")
        parts.append(f"```text\n{shown.output.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _walk(command: Any, name: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - of click
    yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from _walk(inner, (*name, child))


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:  # noqa: ANN401 - mkdocs gives what it likes
    """Links to files outside docs/ become words: the site holds no sources."""

    def words(found: re.Match[str]) -> str:
        target = (Path(page.file.src_uri).parent / found[0][2:-1].split("#")[0]).as_posix()
        return found[0] if _inside(target) else "]"

    text = OUTWARD.sub(words, markdown)
    return re.sub(r"\[([^\]\[]+)\](?![\(\[:])", r"\1", text) if text != markdown else markdown


def _inside(target: str) -> bool:
    return (ROOT / "docs" / os.path.normpath(target)).is_file() and not os.path.normpath(target).startswith(
        ".."
    )


def _page_of(path: Path) -> str:
    notebook = nbformat.read(path, as_version=4)
    if not KEPT:
        # A kernel warns of the port that it speaks through, whatever is done about it.
        quiet = ["--log-level=ERROR"]
        NotebookClient(notebook, timeout=600, kernel_name="python3", extra_arguments=quiet).execute()
    return "\n\n".join(_cell(cell) for cell in notebook.cells) + "\n"


def _cell(cell: Any) -> str:  # noqa: ANN401 - a notebook's cell has no class of its own
    if cell.cell_type == "markdown":
        return str(cell.source)
    shown = [_output(output) for output in cell.outputs]
    return "\n\n".join([f"```python\n{cell.source}\n```", *filter(None, shown)])


def _output(output: Any) -> str:  # noqa: ANN401 - the same
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```"
    data = output.get("data", {})
    html = data.get("text/html", "")
    if "srcdoc=" in html or "<table" in html:
        # The theme's own tables have neither; a blank line would end the block that Markdown leaves alone.
        plain = html.replace(' border="1" class="dataframe"', "")
        return "<div>" + re.sub(r"\n\s*\n", "\n", plain) + "</div>"
    return f"<pre>{escape(data['text/plain'])}</pre>" if "text/plain" in data else ""
