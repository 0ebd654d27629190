from __future__ import annotations

import pickle

import pytest

from curation.errors import ArtifactError, EngineError, ImbikError, InputError, MissingPackage, Mistake, ModelError, RecipeError


@pytest.mark.parametrize(
    "error",
    [
        ArtifactError("runs/x is missing"),
        EngineError("a worker died"),
        InputError("a.txt:3", "broken_json", "at character 2"),
        MissingPackage("ray", "ray", "curate.engine: ray"),
        ModelError("timeout", "no answer in 60 s"),
        RecipeError("tarif.yaml", [Mistake("name", "nothing", "required key is missing")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_crosses_from_a_worker_whole(error: ImbikError) -> None:
    crossed = pickle.loads(pickle.dumps(error))
    assert type(crossed) is type(error)
    assert str(crossed) == str(error)
    assert vars(crossed) == vars(error)
