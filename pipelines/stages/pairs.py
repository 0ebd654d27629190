"""Stage 2: documents to pairs, written by a model through a distilabel pipeline and checked in code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace

from curation.records import Document, Pair, Reject, Rejected
from curation.storage import write_json, write_jsonl
from pipelines.models.wall import Reply, usage
from pipelines.stage import Context, Outcome, Stage, rejections
from pipelines.stages.files import COVERAGE, DOCUMENTS_FOLDER, JOURNAL, PAIRS_FOLDER, documents_of
from pipelines.stages.files import PAIRS as PAIRS_FILE
from synthesis.coverage import coverage
from synthesis.passages import Passage, passages
from synthesis.prompt import Prompt
from synthesis.replies import items
from synthesis.selection import meaning, select
from synthesis.split import splits
from synthesis.tasks import accept, requests

Asked = tuple[Prompt, Passage]


def run(context: Context) -> Outcome:
    """Ask the model about every passage and keep the pairs whose evidence is found."""
    from pipelines.graph import ask_all

    config, seed = context.recipe.pairs, context.recipe.seed
    documents = list(documents_of(context.run))
    asked = [
        (prompt, passage) for document in documents for passage in passages(document, config) for prompt in requests(passage, config, seed)
    ]
    prompts = [prompt for prompt, _ in asked]
    replies = ask_all("imbik-pairs", prompts, config.model, journal=context.run / JOURNAL, tick=context.tick)
    split = splits([document.id for document in documents], config, seed)
    with rejections(context.out) as (reject, reasons):
        written = select(
            answered(asked, replies, config.model.kind, reject), config, reject, split=split, embed=meaning(config.selection, context.root)
        )
        pairs = [replace(pair, split=split[pair.evidence[0].document_id]) for pair in written]
        write_jsonl(context.out / PAIRS_FILE, pairs)
    covered = {name: asdict(coverage([pair for pair in pairs if name in ("all", pair.split)], len(documents))) for name in ("train", "all")}
    write_json(context.out / COVERAGE, covered)
    return Outcome(
        candidates(prompts, replies), len(pairs), reasons, figures(pairs, documents, prompts, replies) | {"coverage": covered["train"]}
    )


def answered(asked: Iterable[Asked], replies: Mapping[str, Reply], writer: str, reject: Reject) -> Iterator[Pair]:
    """Yield the acceptable pairs of every reply; a prompt without a reply is one rejected row."""
    for prompt, passage in asked:
        reply = replies[prompt.id]
        if reply.failure:
            reject(Rejected(prompt.id, f"model_{reply.failure}", reply.detail, f"{passage.document_id}:{passage.start}-{passage.end}"))
        else:
            yield from accept(prompt, passage, reply.text, writer, reject)


def candidates(prompts: Iterable[Prompt], replies: Mapping[str, Reply]) -> int:
    """Return how many items the replies hold; a reply that failed or cannot be read counts as one."""
    answers = [replies[prompt.id] for prompt in prompts]
    found = [None if reply.failure else items(reply.text) for reply in answers]
    return sum(1 if some is None else len(some) for some in found)


def figures(pairs: list[Pair], documents: list[Document], prompts: list[Prompt], replies: Mapping[str, Reply]) -> dict[str, object]:
    """Return what the manifest and the report say of the pairs."""
    return {
        "documents": len(documents),
        "documents_with_pairs": len({pair.evidence[0].document_id for pair in pairs}),
        "tasks": dict(sorted(Counter(pair.task for pair in pairs).items())),
        "splits": dict(sorted(Counter(pair.split for pair in pairs).items())),
        "model": usage(prompts, replies),
    }


PAIRS = Stage(
    name="pairs",
    folder=PAIRS_FOLDER,
    unit="candidates",
    needs=(DOCUMENTS_FOLDER,),
    rooms=("synthesis", "curation", "pipelines/graph.py", "pipelines/models", "pipelines/stages/pairs.py"),
    part=lambda recipe: recipe.pairs.model_dump(mode="json"),
    run=run,
)
