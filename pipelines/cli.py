"""The command `imbik`. Exit codes: 0 done, 1 failed, 2 wrong recipe or usage, 3 waiting for people, 130 interrupted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from curation.errors import ImbikError, Mistake, RecipeError
from pipelines.interrupts import CODE, KEPT, Interrupted, noted
from pipelines.places import refusal

if TYPE_CHECKING:
    from pipelines.recipe import Recipe

app = typer.Typer(
    name="imbik",
    help="From raw Turkish text to instruction data, adapters and a GGUF that runs in Ollama.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, private texts among them
)
review_app = typer.Typer(help="Hand records to people and take their verdicts back.", no_args_is_help=True)
app.add_typer(review_app, name="review")

RecipePath = Annotated[Path, typer.Argument(metavar="RECIPE", help="the recipe, a YAML file")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="name of a run, or its folder")]
Runs = Annotated[Path, typer.Option("--runs", help="folder that holds the runs")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for scripts")]
RUNS = Path("runs")
_PROMPTS = 5  # that a dry run prints


@app.command()
def init(path: Annotated[Path, typer.Argument(metavar="RECIPE", help="where to write it")] = Path("tarif.yaml")) -> None:
    """Write a commented recipe with every key and its default."""
    from pipelines.init import write_recipe

    write_recipe(path)
    print(f"{path} written. Name your documents under `curate.inputs`, then: imbik check {path}")


@app.command()
def check(
    recipe: RecipePath,
    as_json: AsJson = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="also what asking the models will cost; needs the run's finished documents")
    ] = False,
    runs: Runs = RUNS,
) -> None:
    """Say everything that is wrong with a recipe, before any work or cost."""
    from pipelines.check import checked
    from pipelines.run import not_taken

    try:
        found = checked(recipe)
        not_taken(found, recipe, runs)
    except RecipeError as error:
        if not as_json:
            raise
        print(
            json.dumps(
                {"ok": False, "mistakes": [{"key": m.key, "seen": m.seen, "allowed": m.allowed} for m in error.mistakes]},
                ensure_ascii=False,
            )
        )
        raise typer.Exit(2) from None
    if estimate:
        _print_estimate(found, recipe, runs, as_json=as_json)
        return
    print(json.dumps({"ok": True, "name": found.name}) if as_json else f"{recipe} is a sound recipe: imbik run {recipe}")


@app.command()
def run(
    recipe: RecipePath,
    runs: Runs = RUNS,
    first: Annotated[str | None, typer.Option("--from", metavar="STAGE", help="run this stage and what follows anew")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="STAGE", help="stop after this stage")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="ask nothing: print finished prompts of the next stage that asks a model")
    ] = False,
    prompts: Annotated[int | None, typer.Argument(metavar="[N]", help="with --dry-run: how many prompts", min=1, show_default="5")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a recipe; stages whose result still holds are skipped, a killed run goes on where it was."""
    from pipelines.check import checked
    from pipelines.report import write_report
    from pipelines.run import between, not_taken, run_recipe
    from pipelines.terminal import RunView, print_summary

    if prompts is not None and not dry_run:
        raise RecipeError(
            "imbik run",
            [Mistake("[N]", repr(prompts), f"a number of prompts, with --dry-run alone: imbik run {recipe} --dry-run {prompts}")],
        )
    between(first, last)
    found = checked(recipe, last)
    not_taken(found, recipe, runs)
    if dry_run:
        _print_dry_run(found, recipe, runs, prompts or _PROMPTS, as_json=as_json)
        return
    console = Console(stderr=as_json)
    try:
        with noted(), RunView(console) as view:
            folder = run_recipe(
                recipe, runs, first=first, last=last, started=view.started, finished=view.finished, watch=view.watch, say=view.say
            )
    except KeyboardInterrupt:
        raise Interrupted(KEPT) from None
    report_path = write_report(folder)
    print_summary(Console(quiet=as_json), folder, report_path)
    if as_json:
        print(json.dumps(_status_values(folder), ensure_ascii=False))


@app.command()
def status(run: RunName, runs: Runs = RUNS, as_json: AsJson = False) -> None:
    """Show which stages of a run hold, and their counts."""
    from pipelines.terminal import print_status

    folder = run_folder(run, runs)
    if as_json:
        print(json.dumps(_status_values(folder), ensure_ascii=False))
    else:
        print_status(Console(), folder)


@app.command()
def show(
    run: RunName,
    record: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="id of a document, pair, preference or rejected row; without it, what curation did and the figures of pairs and preferences",
        ),
    ] = None,
    runs: Runs = RUNS,
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="NAME", help="how one quality measure is distributed; `all` lists them")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="VALUES", help="with --measure: what limits at these values would drop, `30,50,80`")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="REASON", help="some of the records dropped for a reason")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="with --reason: how many", show_default="5")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the stages did, how a measure is distributed, what a reason dropped, or one record's whole life."""
    from pipelines.study.views import view

    asked = view(run_folder(run, runs), record=record, measure=measure, at=at, reason=reason, limit=limit)
    if as_json:
        print(json.dumps(asked.values, ensure_ascii=False))
    else:
        asked.show(Console(emoji=False))  # `:kalp:` in a text, or a name between colons, is no picture


@app.command()
def report(run: RunName, runs: Runs = RUNS) -> None:
    """Write report.html anew from what lies in the run."""
    from pipelines.report import write_report

    print(write_report(run_folder(run, runs)))


@app.command()
def ask(
    run: RunName,
    question: Annotated[str | None, typer.Argument(help="what to ask; without it, a held-out question")] = None,
    runs: Runs = RUNS,
    quantisation: Annotated[str, typer.Option("--quantisation", help="which GGUF of the export")] = "Q4_K_M",
) -> None:
    """Ask the exported GGUF through its chat template, in llama.cpp."""
    from pipelines.ask import ask_run

    answered = ask_run(run_folder(run, runs), question, quantisation)
    print(f"? {answered.question}\n> {answered.answer}\n  ({answered.file})")


@app.command()
def publish(
    run: RunName,
    runs: Runs = RUNS,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="a new folder; without it, `dataset` in the run")] = None,
    hub: Annotated[str | None, typer.Option("--hub", metavar="OWNER/NAME", help="upload it too; needs HF_TOKEN in the environment")] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="alpaca, sharegpt, messages, chatml, prompt-completion or text")
    ] = "messages",
    what: Annotated[str, typer.Option("--what", metavar="KIND", help="pairs, preferences or both")] = "both",
    allow_unlicensed: Annotated[bool, typer.Option("--allow-unlicensed", help="even if the licence of a source is unknown")] = False,
    as_json: AsJson = False,
) -> None:
    """Lay out a run's data as a dataset with its card, in a folder or on the Hugging Face Hub."""
    from pipelines.publish_command import published

    found = published(run_folder(run, runs), to=to, hub=hub, form=form, what=what, allow_unlicensed=allow_unlicensed)
    print(json.dumps(found.values(), ensure_ascii=False) if as_json else found)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is installed, what is reachable and what this machine can run."""
    from pipelines.doctor import examine, print_examination

    found = examine()
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_examination(Console(), found)


@review_app.command("serve")
def review_serve(
    annotators: Annotated[
        str, typer.Option("--annotators", metavar="A,B", help="people who judge; new ones get a password, shown once")
    ] = "",
    new_passwords: Annotated[bool, typer.Option("--new-passwords", help="give these people new passwords")] = False,
    workspace: Annotated[str, typer.Option("--workspace", help="where their datasets lie")] = "imbik",
    port: Annotated[int, typer.Option("--port")] = 6900,
    host: Annotated[str, typer.Option("--host", help="0.0.0.0 lets the network in")] = "127.0.0.1",
    known_hosts: Annotated[list[str] | None, typer.Option("--known-host", help="another name by which browsers reach it")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="where people's work is kept")] = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="only make the server's environment, where it is missing")] = False,
) -> None:
    """Serve a real Argilla from this machine, without Docker, Elasticsearch or Redis."""
    from alignment.argilla_desk.local_server import home_folder
    from pipelines.review_server import Serving, environment, serve
    from pipelines.stages.base import cache_folder

    if prepare:
        print(environment(cache_folder(), Console()).parents[1])
        return
    people = tuple(dict.fromkeys(name.strip() for name in annotators.split(",") if name.strip()))
    asked = Serving(home or home_folder(), host, port, workspace, people, new_passwords, tuple(known_hosts or ()))
    serve(asked, cache_folder(), Console())


@review_app.command("push")
def review_push(run: RunName, runs: Runs = RUNS) -> None:
    """Lay out the sampled records for reviewers."""
    from pipelines.review import push_in_sight

    print(push_in_sight(run_folder(run, runs), Console(stderr=True)))


@review_app.command("pull")
def review_pull(run: RunName, runs: Runs = RUNS) -> None:
    """Take and check the verdicts people gave so far; `imbik run` applies them."""
    from pipelines.review import pull

    print(pull(run_folder(run, runs)))


@review_app.command("status")
def review_status(run: RunName, runs: Runs = RUNS, as_json: AsJson = False) -> None:
    """Show how far the review is, and how far people agree."""
    from dataclasses import asdict

    from pipelines.review import print_agreement
    from pipelines.review import status as review_state

    words, agreed = review_state(run_folder(run, runs))
    if as_json:
        print(json.dumps({"status": words, "agreement": [asdict(one) for one in agreed]}, ensure_ascii=False))
    else:
        print(words)
        print_agreement(Console(), agreed)


@review_app.command("export")
def review_export(run: RunName, runs: Runs = RUNS) -> None:
    """Write the laid-out records as tasks for Label Studio."""
    from pipelines.review import export_label_studio

    print(export_label_studio(run_folder(run, runs)))


@review_app.command("import")
def review_import(
    run: RunName, file: Annotated[Path, typer.Argument(metavar="FILE", help="Label Studio's JSON export")], runs: Runs = RUNS
) -> None:
    """Take verdicts from Label Studio's JSON export."""
    from pipelines.review import import_label_studio

    print(import_label_studio(run_folder(run, runs), file))


def run_folder(run: str, runs: Path) -> Path:
    """Return the folder of a run given by name or path. Raises ImbikError where there is none."""
    for folder in (runs / run, Path(run)):
        if (folder / "recipe.yaml").is_file():
            return folder.resolve()
    known = sorted(path.parent.name for path in runs.glob("*/recipe.yaml"))
    hint = f"runs in {runs}: {', '.join(known)}" if known else f"there are no runs in {runs} yet; `imbik run RECIPE` makes one"
    raise ImbikError(f"no run `{run}`; {hint}")


def main() -> None:
    """Run the command line and exit with its code."""
    from pipelines.stage import WaitingForPeople

    try:
        app(standalone_mode=True)
    except WaitingForPeople as waiting:
        print(waiting, file=sys.stderr)
        sys.exit(3)
    except RecipeError as error:
        print(f"imbik: {error}", file=sys.stderr)
        sys.exit(2)
    except ImbikError as error:
        print(f"imbik: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if (refused := refusal(error)) is None:
            raise
        print(f"imbik: {refused}", file=sys.stderr)
        sys.exit(1)
    except Interrupted as interrupted:
        print(f"imbik: interrupted. {interrupted}", file=sys.stderr)
        sys.exit(CODE)
    except SystemExit as ended:
        if ended.code == CODE:  # what Typer makes of Ctrl-C in any other command
            print("imbik: interrupted", file=sys.stderr)
        raise


def _print_estimate(found: Recipe, recipe: Path, runs: Path, *, as_json: bool) -> None:
    from pipelines.costs import costs_values, words
    from pipelines.prompts import all_costs

    costs = all_costs(found, recipe.resolve().parent, (runs / found.name).resolve())
    if as_json:
        print(json.dumps({"ok": True, "name": found.name, "estimate": [costs_values(one) for one in costs]}, ensure_ascii=False))
    else:
        print("\n".join(words(one) for one in costs))


def _print_dry_run(found: Recipe, recipe: Path, runs: Path, count: int, *, as_json: bool) -> None:
    from pipelines.prompts import next_askings, print_prompts, prompt_values

    values = prompt_values(next_askings(found, recipe.resolve().parent, (runs / found.name).resolve()), count)
    if as_json:
        print(json.dumps(values, ensure_ascii=False))
    else:
        print_prompts(Console(), values)


def _status_values(folder: Path) -> dict[str, object]:
    from pipelines.status import run_status

    return run_status(folder)


if __name__ == "__main__":
    main()
