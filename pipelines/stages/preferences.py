"""Stage 3: pairs to preferences, a right answer beside one that is worse by construction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from alignment.preferences import accept, choose, length_bias, requests
from curation.records import Pair, Preference, Reject, Rejected
from curation.storage import read_jsonl, write_jsonl
from pipelines.models.wall import Reply, usage
from pipelines.recipe import PreferencesConfig
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.files import DOCUMENTS_FOLDER, JOURNAL, PAIRS, PAIRS_FOLDER, PREFERENCES_FOLDER, documents_of
from pipelines.stages.files import PREFERENCES as PREFERENCES_FILE
from synthesis.prompt import Prompt

Asked = tuple[Pair, Prompt]


def run(context: Context) -> Outcome:
    """Ask for worse answers of every pair and keep those that are certainly worse."""
    from pipelines.graph import ask_all

    config, seed = context.recipe.preferences, context.recipe.seed
    documents = documents_of(context.run)
    pairs = list(read_jsonl(context.artifact(PAIRS_FOLDER, PAIRS), Pair))
    asked = list(requests(pairs, documents, config, seed))
    prompts = [prompt for _, prompt in asked]
    replies = ask_all("imbik-preferences", prompts, config.model, journal=context.run / JOURNAL, tick=context.tick)
    with rejections(context.out) as (reject, reasons):
        preferences = list(choose(candidates(asked, replies, config, reject), config, reject))
        write_jsonl(context.out / PREFERENCES_FILE, preferences)
    return Outcome(len(prompts), len(preferences), reasons, figures(pairs, preferences, prompts, replies))


def candidates(asked: Iterable[Asked], replies: Mapping[str, Reply], config: PreferencesConfig, reject: Reject) -> Iterator[Preference]:
    """Yield the acceptable preference of every reply; a prompt without a reply is one rejected row."""
    for pair, prompt in asked:
        reply = replies[prompt.id]
        if reply.failure:
            reject(Rejected(prompt.id, f"model_{reply.failure}", reply.detail, pair.id))
            continue
        found = accept(prompt, pair, reply.text, config.model.kind, config, reject)
        if found is not None:
            yield found


def figures(pairs: list[Pair], preferences: list[Preference], prompts: list[Prompt], replies: Mapping[str, Reply]) -> dict[str, object]:
    """Return what the manifest and the report say of the preferences."""
    return {
        "pairs": len(pairs),
        "pairs_with_preference": len({one.pair_id for one in preferences}),
        "kinds": dict(sorted(Counter(one.rejected_by for one in preferences).items())),
        "splits": dict(sorted(Counter(one.split for one in preferences).items())),
        "length_bias": asdict(length_bias(preferences)),
        "model": usage(prompts, replies),
    }


PREFERENCES = Stage(
    name="preferences",
    folder=PREFERENCES_FOLDER,
    unit="candidates",
    needs=(DOCUMENTS_FOLDER, PAIRS_FOLDER),
    rooms=("alignment", "synthesis", "curation", "pipelines/graph.py", "pipelines/models", "pipelines/stages/preferences.py"),
    part=lambda recipe: recipe.preferences.model_dump(mode="json"),
    run=run,
)
