"""Commands that look beyond one plan: scenarios side by side, and one plan in many worlds."""

from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.area import ConfigFile
from clinic_siting.cli.progress import progress
from clinic_siting.cli.voice import say, tell

ConfigFiles = Annotated[list[Path], typer.Argument(help="Two or more scenarios; the first is the yardstick.")]
MOST_DRAWS = 10_000  # as in a config, which a command's help does without
OutFolder = Annotated[Path, typer.Option(help="Folder in which a folder of results is written.")]


def compare(configs: ConfigFiles, out: OutFolder = Path("outputs")) -> None:
    """Put scenarios side by side in one table and on one page, and say what differs.

    Example: clinic-siting compare config/lsesn.yaml config/peak.yaml config/crossing.yaml
    """
    from clinic_siting import comparison, files
    from clinic_siting.config import read_config

    asked = [read_config(path) for path in configs]
    with progress(len(asked)) as announce:
        scenarios = comparison.compare_scenarios(asked, announce=announce)
    sentences = comparison.differences_in_words(scenarios)
    page = comparison.comparison_page(scenarios)
    folder = out / "comparison"
    files.write_folder(folder, comparison.comparison_files(scenarios, sentences, page))
    say("\n".join(sentences))
    tell({"scenarios": [scenario.name for scenario in asked], "differences": sentences, "written": folder})
    say(f"\nWritten: {folder}\nNext: open {folder / 'comparison.html'} in a browser.")


def robustness(
    config: ConfigFile,
    speed_draws: Annotated[
        int, typer.Option(min=0, max=MOST_DRAWS, help="Draws of speeds, about half a second each.")
    ] = 100,
    demand_draws: Annotated[int, typer.Option(min=0, max=MOST_DRAWS, help="Draws of demand.")] = 100,
    out: OutFolder = Path("outputs"),
) -> None:
    """Try one scenario's plan in every world of its `robustness:` block, with many draws.

    Example: clinic-siting robustness config/lsesn.yaml --speed-draws 100
    """
    from clinic_siting import evidence, files, report
    from clinic_siting.config import read_config
    from clinic_siting.demand import MODELS

    scenario = read_config(config).with_draws(speed_draws=speed_draws, demand_draws=demand_draws)
    with progress(len(evidence.SURE_STAGES)) as announce:
        sentences, tables = evidence.how_sure(scenario, announce=announce)
    folder = out / f"{scenario.name}-robustness"
    written = {name: files.to_csv(table) for name, table in tables.items()}
    named = {name: report.columns_of(table) for name, table in tables.items()}
    counting = report.Counting.of(MODELS[scenario.demand.model])
    written["columns.csv"] = files.to_csv(report.columns_explained(named, counting))
    files.write_folder(folder, {**written, "robustness.txt": "\n".join(sentences) + "\n"})
    say("\n".join(sentences) + f"\n\nWritten: {folder}")
    say(f"\nNext: {folder / 'near_best.csv'} lists the sets that are nearly as good.")
