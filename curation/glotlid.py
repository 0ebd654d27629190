"""GlotLID, a fastText model of two thousand languages (Kargaran et al. 2023), from a file or the hub; the one place that talks to fasttext."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from curation.config import GlotLidConfig
from curation.errors import InputError, MissingPackage

_LABEL = "__label__"
# ISO 639-3 as GlotLID has them, to the ISO 639-1 that recipes and py3langid use; a language that is not here keeps its three letters.
_ISO_639 = """
tur:tr azj:az aze:az azb:az uzn:uz uzb:uz tuk:tk kaz:kk kir:ky tat:tt bak:ba uig:ug kmr:ku kur:ku eng:en deu:de fra:fr spa:es ita:it por:pt nld:nl rus:ru ukr:uk
bul:bg ron:ro ell:el hun:hu fin:fi est:et ekk:et pol:pl ces:cs slk:sk hrv:hr srp:sr bos:bs slv:sl als:sq sqi:sq arb:ar ara:ar pes:fa fas:fa heb:he
hye:hy kat:ka ind:id msa:ms zsm:ms jpn:ja kor:ko zho:zh cmn:zh swe:sv dan:da nob:no nor:no lat:la eus:eu cat:ca
"""
_SHORT = dict(pair.split(":") for pair in _ISO_639.split())


class FastText(Protocol):
    """What is used of a fastText model: labels with probabilities, the likeliest first."""

    def predict(self, text: str, k: int, threshold: float, on_unicode_error: str) -> list[tuple[float, str]]: ...


def likeliest(text: str, model: FastText) -> tuple[str, float]:
    """Return the code of the likeliest language of `text` (ISO 639-1 where it has one, else 639-3) and its probability in [0, 1]; `("", 0.0)` where the model says nothing."""
    found = model.predict(" ".join(text.split()) + "\n", 1, 0.0, "replace")
    if not found:
        return "", 0.0
    probability, label = found[0]
    code = label.removeprefix(_LABEL).partition("_")[0]
    return _SHORT.get(code, code), min(1.0, float(probability))


@cache
def load(config: GlotLidConfig, root: Path = Path()) -> FastText:
    """Return the model of a recipe in the folder `root`. Raises MissingPackage without fasttext, InputError where there is no model file."""
    fasttext = _fasttext()
    path = _from_hub(config.hub) if config.path is None else root / config.path
    if not path.is_file():
        raise InputError(
            str(path), "no_model", "there is no GlotLID model; download model.bin of cis-lmu/glotlid and set curate.language.glotlid.path"
        )
    try:
        model = fasttext.load_model(str(path))
    except ValueError as error:
        raise InputError(str(path), "no_model", f"this is no fastText model: {error}") from error
    return model.f  # type: ignore[no-any-return]  # the layer under it, which also works where numpy is 2


def _fasttext() -> Any:
    try:
        return import_module("fasttext")
    except ImportError as error:
        raise MissingPackage("fasttext-wheel", "glotlid", "curate.language.model: glotlid") from error


def _from_hub(repository: str) -> Path:
    try:
        hub = import_module("huggingface_hub")
    except ImportError as error:
        raise MissingPackage("huggingface_hub", "glotlid", "a GlotLID model from the hub") from error
    return Path(hub.hf_hub_download(repository, "model.bin"))
