"""Commands over plain files: the siting models without the geography, and the check of a plan."""

from pathlib import Path
from typing import Annotated

import typer

from clinic_siting.cli.progress import progress

Table = Annotated[Path, typer.Option(help="CSV or Parquet.")]


def solve(
    times: Annotated[
        Path, typer.Option(help="Minutes: zone_id and a column a site, or zone_id,site_id,minutes.")
    ],
    demand: Annotated[Path, typer.Option(help="zone_id,demand and any columns of groups.")],
    sites: Annotated[Path, typer.Option(help="site_id,status and any columns of groups.")],
    objective: Annotated[
        str,
        typer.Option(
            help="mean, max, coverage, worst_tenth, mad, sd, gini, gap, fewest or weighted.",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Where plan.json goes.")],
    n_open: Annotated[int | None, typer.Option("--open", help="Number of new sites.")] = None,
    standard: Annotated[float | None, typer.Option(help="Access standard in minutes, inclusive.")] = None,
    share: Annotated[float | None, typer.Option(help="Share of demand that `fewest` must cover.")] = None,
    group: Annotated[str | None, typer.Option(help="Column of the demand file for `gap`.")] = None,
    weight: Annotated[list[str] | None, typer.Option(help="TERM=NUMBER of `weighted`; often.")] = None,
    variation: Annotated[str, typer.Option(help="Spread of `weighted`: mad, sd or gini.")] = "mad",
    require: Annotated[list[str] | None, typer.Option(help="GROUP=VALUE:N, at least N there; often.")] = None,
    force: Annotated[list[str] | None, typer.Option(help="Candidate that must open; often.")] = None,
    forbid: Annotated[list[str] | None, typer.Option(help="Candidate that must not open; often.")] = None,
    rules: Annotated[Path | None, typer.Option(help="YAML with a `siting:` block.")] = None,
    top: Annotated[int | None, typer.Option(help="How many of the best sets to list.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds; the best plan so far is kept.")] = 120.0,
    solver: Annotated[str, typer.Option(help="Any solver that PuLP knows, by name.")] = "HiGHS",
    allow_unreachable: Annotated[
        bool, typer.Option("--allow-unreachable", help="Leave out zones that no site reaches.")
    ] = False,
) -> None:
    """Choose sites from tables of minutes, demand and sites, without the geography.

    Example: clinic-siting solve --times t.csv --demand d.csv --sites s.csv --objective mean --open 2
    --out plan.json
    """
    from clinic_siting import files, siting

    files.refuse_ending(out, (".json",))
    request = siting.Request(
        times=times,
        demand=demand,
        sites=sites,
        objective=objective,
        n_open=n_open,
        standard_min=standard,
        share=share,
        group=group,
        weights=_weights(weight or []),
        variation=variation,
        require=tuple(require or ()),
        force=tuple(force or ()),
        forbid=tuple(forbid or ()),
        rules_file=rules,
        top=top,
        allow_unreachable=allow_unreachable,
        effort=siting.Effort(time_limit, solver),
    )
    with progress(1) as announce:
        announce("Choosing the sites")
        record = siting.solve_files(request)
    files.write_file(out, files.to_json(record))
    typer.echo(_in_words(record))
    typer.echo(f"Written: {out}")


def verify(
    folder: Annotated[Path, typer.Argument(help="A scenario's outputs, for instance outputs/lsesn.")],
) -> None:
    """Compute a plan again, value and every requirement, from its files alone.

    Example: clinic-siting verify outputs/lsesn
    """
    from clinic_siting import siting

    found = siting.verify_folder(folder)
    typer.echo(f"{folder}: the plan holds; its value, computed again, is {found['value']:.6g}.")


def _weights(texts: list[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text in texts:
        term, equals, number = text.partition("=")
        try:
            weights[term.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise typer.BadParameter(f"--weight takes TERM=NUMBER, for instance mean=1, not {text!r}")
    return weights


def _in_words(record: dict[str, object]) -> str:
    chosen = record["chosen"]
    names = ", ".join(map(str, chosen)) if isinstance(chosen, list) else ""
    value, bound = record["value"], record["bound"]
    if record["proven"]:
        proof = "proved"
    elif isinstance(bound, float):
        proof = f"not proved; no plan can do better than {bound:.6g}"
    else:
        proof = "not proved"
    return f"Open {names or 'nothing'}: {record['objective']} {value:.6g} ({record['unit']}), {proof}."
