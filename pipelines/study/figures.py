"""What stages `pairs` and `preferences` say of themselves, in the terminal: a few lines each; all of it is in --json and in report.html."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from curation.counted import counted
from curation.errors import ArtifactError
from pipelines.manifest import read_manifest
from pipelines.stages.files import PAIRS_FOLDER, PREFERENCES_FOLDER
from pipelines.study.texts import amount, share

_TOPICS = 5


def stage_figures(run: Path) -> dict[str, Any]:
    """Return counts and figures of stages `pairs` and `preferences` as their manifests have them; without those that did not run."""
    found: dict[str, Any] = {}
    for name, folder in (("pairs", PAIRS_FOLDER), ("preferences", PREFERENCES_FOLDER)):
        try:
            manifest = read_manifest(run / folder)
        except ArtifactError:
            continue
        found[name] = {"read": manifest.read, "kept": manifest.kept, "rejected": dict(manifest.rejected), **manifest.figures}
    return found


def print_figures(console: Console, found: Mapping[str, Any]) -> None:
    """Print what `stage_figures` returned; what an older run did not write is left out."""
    if pairs := found.get("pairs"):
        _print_pairs(console, pairs)
    if preferences := found.get("preferences"):
        _print_preferences(console, preferences)


def _print_pairs(console: Console, one: Mapping[str, Any]) -> None:
    console.print(f"\n[bold]pairs[/]: {amount(one['kept'])} of {amount(one['read'])} candidates; {_counts(one['tasks'])}")
    if count := one.get("count"):
        console.print(f"  wanted {amount(count['wanted'])}, reached {amount(count['reached'])}{_because(count['why'])}")
    if seen := one.get("coverage"):
        documents = f"{amount(seen['documents_with_pairs'])} of {counted(seen['documents'], 'document')}"
        console.print(
            f"  to train: {counted(seen['pairs'], 'pair')} from {documents}, {counted(seen['instructions'], 'different instruction')}"
        )
        for name in ("instruction", "output"):
            words, spread = seen[f"{name}_words"], seen[f"{name}s_spread"]
            told = f"distinct-1 {spread['distinct_1']:.2f}, distinct-2 {spread['distinct_2']:.2f}, mean distance {spread['distance']:.2f}"
            console.print(f"  {name}s: {words['mean']:.1f} words, median {words['quantiles'][2]}; {told}")
        if several := seen["solutions"]["instructions"]:
            console.print(f"  {counted(several, 'instruction')} with several answers, {seen['solutions']['distance']:.2f} apart")
        for topic in seen["topics"][:_TOPICS]:
            console.print(f"  topic of {amount(topic['count'])}: {escape(', '.join(topic['words']))}")
    if repairs := one.get("repairs", {}).get("asked"):
        console.print(
            f"  asked once more for {counted(repairs, 'reply', 'replies')}, which mended {counted(one['repairs']['pairs'], 'pair')}"
        )
    if covered := one.get("pii_covered"):
        console.print(f"  personal data covered in what was written: {_counts(covered)}")
    _print_usage(console, {"model": one["model"]})
    _print_judges(console, one)


def _print_preferences(console: Console, one: Mapping[str, Any]) -> None:
    console.print(f"\n[bold]preferences[/]: {amount(one['kept'])} of {amount(one['read'])} candidates; {_counts(one.get('origins', {}))}")
    console.print(f"  worse answers: {_counts(one['kinds'])}")
    bias = one["length_bias"]
    console.print(
        f"  chosen answers are {bias['mean_ratio']:.2f} times as long; the longer one is chosen in {100 * bias['chosen_longer']:.1f} %"
    )
    for origin, style in one.get("style_bias_by_origin", {}).items():
        if style["length_alone"] is not None:
            console.print(
                f"  {origin}: of {amount(style['unequal'])} unequal rows the longer is chosen in {_interval(style['length_alone'])}"
            )
    if gone := one["rejected"].get("length_bias"):
        console.print(f"  {counted(gone, 'row')} let go where the longer answer was chosen")
    if covered := one.get("pii_covered"):
        console.print(f"  personal data covered in what was written: {_counts(covered)}")
    _print_usage(console, {"model": one["model"], **one.get("answers", {})})
    _print_judges(console, one)


def _print_judges(console: Console, one: Mapping[str, Any]) -> None:
    """Agreement, each judge's scores and leanings, scores by writer; nothing where nobody judged."""
    if "judges" not in one:
        return
    agreed = one["judges"]
    alpha = "agreement cannot be told" if agreed["alpha"] is None else f"Krippendorff's alpha {agreed['alpha']:.2f}"
    console.print(f"  judges: {alpha} on {counted(agreed['answers'], 'answer')} with two scores or more")
    for judge in agreed["judges"]:
        grades = ", ".join(f"{grade}: {amount(count)}" for grade, count in judge["histogram"].items())
        console.print(f"  {escape(judge['judge'])}: {counted(judge['answers'], 'answer')}, mean {judge['mean']:.2f}; {grades}")
    for leaning in one["leanings"]:
        if leaning["longer"] is not None:
            console.print(f"  {escape(leaning['judge'])} puts the longer of two answers ahead in {_interval(leaning['longer'])}")
    for bias in one.get("position_bias", ()):
        if bias["turned"] is not None:
            console.print(
                f"  {escape(bias['judge'])} turns with the order in {_interval(bias['turned'])} of {counted(bias['rows'], 'row')}"
            )
    for writer, scores in one.get("scores", {}).items():
        console.print(f"  {escape(writer)}: {counted(scores['answers'], 'answer')}, mean score {scores['mean']:.2f}")
    _print_usage(console, {**one.get("judge", {}), **{f"{judge}, in both orders": used for judge, used in one.get("swapped", {}).items()}})


def _print_usage(console: Console, models: Mapping[str, Mapping[str, int]]) -> None:
    for name, one in models.items():
        if one["prompts"]:
            tokens = f"{amount(one['input_tokens'])} + {amount(one['output_tokens'])} tokens"
            failed = f", {share(one['failed'], one['prompts'])} without an answer" if one["failed"] else ""
            console.print(f"  {escape(name)}: {counted(one['prompts'], 'prompt')}{failed}, {tokens}")


def _counts(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return escape(", ".join(f"{name} {amount(count)}" for name, count in ranked)) or "none"


def _because(why: str) -> str:
    return f": {escape(why)}" if why else ""


def _interval(one: Mapping[str, Any]) -> str:
    if one["low"] is None:
        return f"{100 * one['value']:.0f} % (too few to tell how sure)"
    return f"{100 * one['value']:.0f} % ({100 * one['low']:.0f} to {100 * one['high']:.0f})"
