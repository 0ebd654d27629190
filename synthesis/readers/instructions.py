"""Instructions made before or after their answers: from a ready answer, from seed instructions, and made harder or broader."""

from __future__ import annotations

from collections.abc import Mapping

from synthesis import checks
from synthesis.config import Direction, EvolveConfig
from synthesis.drafts import Draft, Refusal, chance, text_of, texts_of
from synthesis.elimination import eliminated
from synthesis.passages import Passage, opens
from synthesis.prompt import PROMPTS, Prompt, template_lines
from synthesis.readers.reasoned import rests_on
from synthesis.replies import Item

GIVEN = "Geliştirilecek yönerge: "
_READY_WORDS = (25, 400)  # a shorter text answers no instruction worth learning, a longer one is a chapter
_SEEDS_SHOWN = 3
_SAME = 0.8  # of the words of the seed: nothing new was asked


def ready_fields(passage: Passage, _seed: int) -> Mapping[str, str] | None:
    """Return nothing more for a passage that can be an answer as it stands: whole, of some length; None for another."""
    words = len(passage.text.split())
    fit = opens(passage.text) and _READY_WORDS[0] <= words <= _READY_WORDS[1] and not checks.leans_at_start(passage.text)
    return {} if fit else None


def read_backtranslation(_: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return the passage, word for word, as the answer to an instruction that was written for it."""
    instruction = text_of(item, "yonerge")
    if not instruction:
        return Refusal("missing_key", "yonerge")
    if item.get("uygun") is False:
        return Refusal("not_an_answer", instruction)
    if checks.answer_hidden(instruction, passage.text) or checks.overlap(passage.text, instruction) > 0.5:
        return Refusal("answer_in_question", instruction)
    reason = checks.self_contained(instruction, question_only=False) or checks.length(instruction, min_words=4, max_words=60)
    if reason:
        return Refusal(reason, instruction)
    if checks.shared_stems(instruction, f"{passage.title}\n{passage.text}") < 1:
        return Refusal("off_topic", instruction)
    return Draft(instruction, passage.text, ((0, len(passage.text)),), own_words=False)


def seed_fields(seeds: tuple[str, ...]) -> Mapping[str, str]:
    """Return the field with `seeds`, one a line."""
    return {"tohumlar": "\n".join(f"- {seed}" for seed in seeds)}


def drawn_seeds(passage: Passage, seed: int, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return some of the recipe's seed instructions, or of our own where it has none; which ones depends on passage and `seed` alone."""
    pool = given or template_lines(PROMPTS, "tohumdan", "tohumlar")
    return tuple(sorted(pool, key=lambda line: chance(passage.id, line, seed))[:_SEEDS_SHOWN])


def read_seeded(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return a new instruction of the seeds' kind and its answer, grounded in the passage; one that repeats a seed is refused."""
    draft = read_instructed(prompt, passage, item)
    if isinstance(draft, Refusal):
        return draft
    seeds = [line.removeprefix("- ") for line in prompt.fields["tohumlar"].splitlines()]
    repeated = next((seed for seed in seeds if checks.overlap(draft.instruction, seed) >= _SAME), None)
    return draft if repeated is None else Refusal("repeats_seed", repeated)


def evolving_fields(passage: Passage, seed: int) -> Mapping[str, str]:
    """Return which way an instruction that the model thinks of itself is evolved: deeper in three cases of four, else broader."""
    return evolving_way(passage.id, seed, EvolveConfig().directions) | {"onceki": ""}


def evolving_way(key: str, seed: int, directions: Mapping[Direction, float]) -> dict[str, str]:
    """Return the fields with the direction, by weight, and the way in which an instruction is evolved, drawn by `key` and `seed`."""
    breadth = directions.get("breadth", 0.0) / sum(directions.values())
    direction = "genişlik" if chance(key, "yön", seed) < breadth else "derinlik"
    ways = template_lines(PROMPTS, "evol", direction)
    return {"yon": direction, "yol": ways[int(chance(key, "yol", seed) * len(ways))]}


def read_evolved(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return the evolved instruction with its grounded answer; it must ask more than the simple one did, or something else."""
    draft = read_instructed(prompt, passage, item)
    if isinstance(draft, Refusal):
        return draft
    simple = prompt.fields["onceki"].removeprefix(GIVEN) or text_of(item, "ilk")
    if not simple:
        return Refusal("missing_key", "ilk")
    return eliminated(simple, draft.instruction, draft.output, deeper=prompt.fields["yon"] == "derinlik") or draft


def read_instructed(prompt: Prompt, passage: Passage, item: Item) -> Draft | Refusal:
    """Return an instruction and its answer, every number, date and name of which stands in the passage."""
    instruction, answer = text_of(item, "yonerge"), text_of(item, "cevap")
    if not (instruction and answer):
        return Refusal("missing_key", "yonerge, cevap, kanit")
    grounded = rests_on(passage, texts_of(item, "kanit"), answer, besides=instruction)
    if isinstance(grounded, Refusal):
        return grounded
    alone = prompt.fields["baglam"] == "none"
    reason = (
        (checks.self_contained(instruction, question_only=False) if alone else None)
        or checks.answer_hidden(instruction, answer)
        or checks.length(instruction, min_words=3, max_words=120)
        or checks.length(answer, min_words=1, max_words=400)
    )
    return Refusal(reason, instruction) if reason else Draft(instruction, answer, grounded, "" if alone else passage.text)
