"""Everything that can be known to be wrong with a recipe before any work or cost."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from alignment.desk import unavailable as review_unavailable
from alignment.kinds import KINDS
from curation.errors import InputError, Mistake, ModelError, RecipeError
from curation.pii.surrogates.key import surrogate_key
from curation.readers import find_inputs
from pipelines.models.config import GgufConfig, ModelConfig, OpenAIConfig, RulesConfig
from pipelines.recipe import PairFile, PairsConfig, Recipe, load_recipe, looks_like_folder
from pipelines.stages.curate import named_files
from pipelines.stages.own_pairs import without_pairs
from synthesis import answers, evolving
from synthesis.own_tasks import with_own
from synthesis.rules import WRITTEN
from training.config import sft_unavailable

_PACKAGES = {"distilabel": ("pairs.model", "synthesis"), "torch": ("sft", "training"), "llama_cpp": ("export", "training")}


def checked(path: Path, last: str | None = None) -> Recipe:
    """Return the recipe in `path` when nothing is known to be wrong with it. Raises RecipeError with every mistake.

    What a run that ends with stage `last` never comes to, that no preferences can be made of its pairs, is none of its mistakes.
    """
    recipe = load_recipe(path)
    mistakes = list(_mistakes(recipe, path.resolve().parent))
    if last not in ("curate", "pairs"):
        mistakes += _preferences_mistakes(recipe)
    if mistakes:
        raise RecipeError(str(path), mistakes)
    return recipe


def _mistakes(recipe: Recipe, root: Path) -> Iterator[Mistake]:
    yield from _curate_mistakes(recipe, root)
    yield from _pairs_mistakes(recipe.pairs, root)
    for stage, config in (("pairs", recipe.pairs), ("preferences", recipe.preferences)):
        for key, model in config.models():
            yield from _model_mistakes(f"{stage}.{key}", model, root)
    if reason := review_unavailable(recipe.review):
        yield Mistake("review.desk", repr(recipe.review.desk), reason)
    if reason := sft_unavailable(recipe.sft):
        yield Mistake("sft", f"backend {recipe.sft.backend!r}, method {recipe.sft.method!r}", reason)
    if recipe.base_model != "tohum" and looks_like_folder(recipe.base_model) and not (root / recipe.base_model / "config.json").is_file():
        yield Mistake("base_model", repr(recipe.base_model), f"a folder with config.json; there is none at {root / recipe.base_model}")
    if recipe.pairs.engine == "ray":
        yield from _missing("ray", "pairs.engine", "ray")
    if recipe.pairs.selection.semantic is not None:
        yield from _missing("model2vec", "pairs.selection.semantic", "semantic")
    for package, (key, extra) in _PACKAGES.items():
        yield from _missing(package, key, extra)


def _missing(package: str, key: str, extra: str) -> Iterator[Mistake]:
    if importlib.util.find_spec(package) is None:
        yield Mistake(key, f"{package} is not installed", f"pip install 'imbik[{extra}]'")


def _curate_mistakes(recipe: Recipe, root: Path) -> Iterator[Mistake]:
    config = recipe.curate
    try:
        find_inputs(config.inputs, root, download=False)
    except InputError as error:
        yield Mistake("curate.inputs", repr(error.where), error.detail)
    for key, path in named_files(recipe, root).items():
        if not path.is_file():
            yield Mistake(key, repr(str(path)), "a file; there is none")
    wanted = {
        "ray": (config.engine.kind == "ray", "curate.engine", "ray"),
        "fasttext": (config.language.model == "glotlid", "curate.language.model", "glotlid"),
        "gliner": (config.pii.ner is not None and config.pii.ner.kind == "gliner", "curate.pii.ner", "gliner"),
        "transformers": (config.pii.ner is not None and config.pii.ner.kind == "transformers", "curate.pii.ner", "training"),
        "model2vec": (config.dedup.semantic is not None, "curate.dedup.semantic", "semantic"),
    }
    for package, (asked, key, extra) in wanted.items():
        if asked:
            yield from _missing(package, key, extra)
    try:
        surrogate_key(config.pii)
    except RecipeError as error:
        yield from error.mistakes


def _pairs_mistakes(config: PairsConfig, root: Path) -> Iterator[Mistake]:
    try:
        known = with_own(config, root)
        yield from evolving.mistakes(config, known)
        yield from answers.mistakes(config, known)
    except RecipeError as error:
        yield from error.mistakes
    if isinstance(config.model, RulesConfig):
        yield from _rules_mistakes(config)
    if config.answers is None and config.count is None and not config.files and (config.selection.solutions or 1) > 1:
        allowed = "1, or `pairs.answers`: without it every question is answered once"
        yield Mistake("pairs.selection.solutions", str(config.selection.solutions), allowed)
    if config.count is not None and config.selection.keep is not None:
        allowed = f"left out: `pairs.count` {config.count} says already how many pairs stay"
        yield Mistake("pairs.selection.keep", str(config.selection.keep), allowed)
    for number, file in enumerate(config.files):
        yield from _file_mistakes(f"pairs.files.{number}", file, root)


def _rules_mistakes(config: PairsConfig) -> Iterator[Mistake]:
    own = {Path(path).stem: f"pairs.task_files.{number}" for number, path in enumerate(config.task_files)}
    for name in config.weights():
        if name not in WRITTEN:
            allowed = f"a model in `pairs.model`: the embedded writer `rules` writes {', '.join(sorted(WRITTEN))} alone"
            yield Mistake(own.get(name, f"pairs.tasks.{name}"), repr(name), allowed)
    if config.evolve is not None:
        allowed = "left out, or a model in `pairs.model`: the embedded writer `rules` evolves no instruction"
        yield Mistake("pairs.evolve", f"rounds {config.evolve.rounds}", allowed)
    if config.answers is not None:
        allowed = "left out, or a model in `pairs.model`: the embedded writer `rules` has one answer to a question"
        yield Mistake("pairs.answers", f"count {config.answers.count}", allowed)


def _preferences_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Where answers are only made worse, a kind must fit a task of the recipe; files may bring pairs of any task."""
    config = recipe.preferences
    if recipe.pairs.files or set(config.weights()) != {"bozma"}:
        return
    made = recipe.pairs.made()
    fitting = {task for name in config.kinds if KINDS[name].margin >= config.min_margin for task in KINDS[name].tasks}
    if fitting.isdisjoint(made):
        allowed = "a kind that fits a task of the recipe, or `candidates` and a `judge`, or a run `--to pairs`: of these tasks no answer can be made worse"
        yield Mistake("preferences.kinds", f"tasks {', '.join(made)}", allowed)


def _file_mistakes(key: str, file: PairFile, root: Path) -> Iterator[Mistake]:
    if not (root / file.path).is_file():
        yield Mistake(f"{key}.path", repr(file.path), f"a file of pairs; there is none at {root / file.path}")
        return
    try:
        if why := without_pairs(file, root):
            yield Mistake(f"{key}.format", repr(file.format), why)
    except InputError as error:
        yield Mistake(f"{key}.path", repr(file.path), error.detail)


def _model_mistakes(key: str, config: ModelConfig, root: Path) -> Iterator[Mistake]:
    if isinstance(config, GgufConfig) and not (root / Path(config.path).expanduser()).is_file():
        yield Mistake(f"{key}.path", repr(config.path), "a .gguf file; there is none")
    if isinstance(config, OpenAIConfig):
        if config.mode == "batch" and config.api_version:
            allowed = (
                "`live`, or Azure's address without a deployment, `https://NAME.openai.azure.com/openai/v1`, with the deployment in `name` "
                "and no `api_version`: a deployment's own address has no batches"
            )
            yield Mistake(f"{key}.mode", f"'batch' with api_version {config.api_version!r}", allowed)
        if importlib.util.find_spec("openai") is None:
            yield from _missing("openai", key, "synthesis")
            return
        from pipelines.models.openai_server import key_missing

        try:
            missing = key_missing(config)
        except ModelError as error:
            yield Mistake(f"{key}.api_key_env", repr(config.api_key_env), f"an environment variable that holds a key; {error}")
            return
        if missing:
            yield Mistake(
                f"{key}.api_key_env",
                repr(config.api_key_env),
                f"an environment variable that holds the key for {config.base_url}; it is not set",
            )
