"""Commands over plain files: the siting models without the geography, and the check of a plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from clinic_siting.cli.progress import progress
from clinic_siting.cli.voice import say, tell


def _objectives(incomplete: str) -> list[str]:
    from clinic_siting.siting import OBJECTIVES

    return [name for name in OBJECTIVES if name.startswith(incomplete)]


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
            autocompletion=_objectives,
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
    front: Annotated[
        list[str] | None,
        typer.Option(help="Trade-off front of the mean against mad, sd, gini or worst_tenth; often."),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds for all that is asked; the best plan so far is kept.")
    ] = 120.0,
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
        front=tuple(front or ()),
        allow_unreachable=allow_unreachable,
        effort=siting.Effort(time_limit, solver),
    )
    with progress(1) as announce:
        announce("Choosing the sites")
        record: dict[str, Any] = siting.solve_files(request)
    files.write_file(out, files.to_json(record))
    say("\n".join(_in_words(record)))
    for against in front or []:
        say("\n".join(_front_in_words(against, record["fronts"][against])))
    say(f"Written: {out}")
    tell(record)
    if len(record["ranking"]) > 1:
        say("\nNext: look at `ranking` in it: the sets that are nearly as good.")
    else:
        say("\nNext: ask again with --top 5 for the sets that are nearly as good.")


def verify(
    folder: Annotated[Path, typer.Argument(help="A scenario's outputs, for instance outputs/lsesn.")],
) -> None:
    """Compute a plan again from its files alone: value, every requirement, phases and trade-off fronts.

    Example: clinic-siting verify outputs/lsesn
    """
    from clinic_siting import siting

    found = siting.verify_folder(folder)
    say(f"{folder}: the plan holds; its value, computed again, is {found.value:.6g}.")
    if found.n_plans is None:
        say("There are too many plans to go through them all: that none is better rests on the bound.")
    elif found.proven:
        say(f"Gone through one by one: {found.n_plans:,} plans that obey the rules; none is better.")
    else:
        say(f"Gone through one by one: {found.n_plans:,} plans that obey the rules; none beats the bound.")
    if found.n_phases or found.n_points:
        say(f"Computed again: {found.n_phases} phases, {found.n_points} points of trade-off fronts.")
    tell(
        {"folder": folder, "holds": True, "value": found.value, **found.measures}
        | {"plans": found.n_plans, "phases": found.n_phases, "points": found.n_points}
    )


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


def _in_words(record: Mapping[str, Any]) -> list[str]:
    names = ", ".join(map(str, record["chosen"]))
    value, bound = record["value"], record["bound"]
    if record["proven"]:
        proof = "proved"
    elif isinstance(bound, float):
        proof = f"not proved; no plan can do better than {bound:.6g} (gap {record['gap']:.2%})"
    else:
        proof = "not proved"
    closed = f", close {', '.join(record['closed'])}" if record["closed"] else ""
    lines = [
        f"Open {names or 'nothing'}{closed}: {record['objective']} {value:.6g} ({record['unit']}), {proof}."
    ]
    lines += [
        f"That is with {limit['objective']['name']} no worse than {limit['at_most']:.6g}."
        for limit in record["question"]["limits"]
    ]
    if record["moved_on"]:
        sent_on = sum(flow["demand"] for flow in record["moved_on"])
        lines.append(f"Full clinics send a demand of {sent_on:.6g} on to the next nearest: `moved_on` in it.")
    lines += _rivals_in_words(record.get("differing", ()))
    lines += _phases_in_words(record.get("phases", ()))
    return lines


def _phases_in_words(phases: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line a phase: what opens, where that leads, and what building on it costs."""
    for number, phase in enumerate(phases, start=1):
        line = f"Phase {number} opens {', '.join(phase['opens'])}: "
        line += "some still have no route" if phase["value"] is None else f"{phase['value']:.6g}"
        if phase["costs"] is not None:
            best = "the best set" if phase["proven"] else "the best known set"
            line += f", {phase['costs']:.3g} worse than {best} of {len(phase['is_open'])} at once"
            line += f" ({', '.join(phase['at_once'])})" if phase["at_once"] != phase["is_open"] else ""
        yield line + "."


def _rivals_in_words(plans: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One line for each further plan that shares no new site with those before it."""
    for plan in plans[1:]:
        proof = "" if plan["proven"] else " (not proved)"
        yield f"With none of these sites: {', '.join(plan['chosen'])}, {plan['value']:.6g}{proof}."


def _front_in_words(against: str, front: Mapping[str, Any]) -> Iterator[str]:
    """How long a trade-off front is, its two ends, and how far it is proved."""
    points = front["points"]
    proved = sum(point["proven"] for point in points)
    if front["complete"]:
        proof = "all proved, and there are no others"
    else:
        gaps = [point["gap"] for point in points if not point["proven"]]
        proof = f"{proved} of them proved"
        if gaps and None not in gaps:
            proof += f", the others at most {max(gaps):.2%} above what no plan can beat"
        proof += "; in the time there was others may have been missed"
    yield f"Trade-off of the mean against {against}: {len(points)} plan(s), {proof}."
    for point in points[:: max(1, len(points) - 1)]:
        named = ", ".join(point["chosen"]) or "nothing"
        yield f"  mean {point['mean']:.6g}, {against} {point[against]:.6g}: {named}"
