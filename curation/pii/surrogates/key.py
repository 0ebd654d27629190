"""The run's key, from which surrogates are drawn."""

from __future__ import annotations

import os

from curation.config import PiiConfig
from curation.errors import Mistake, RecipeError

MIN_KEY_LETTERS = 16
"""What a person can type and nobody guesses; a generated one has 32 or more."""


def surrogate_key(config: PiiConfig) -> bytes:
    """Return the key in the environment variable `config.key_env`, or nothing where no policy writes surrogates. Raises RecipeError where it is missing or short."""
    if "surrogate" not in {config.policy, *config.policies.values()}:
        return b""
    key = os.environ.get(config.key_env, "")
    if len(key) < MIN_KEY_LETTERS:
        allowed = (
            f"an environment variable with a secret of {MIN_KEY_LETTERS} letters or more, from which surrogates are drawn; "
            + ("it is shorter" if key else "it is not set")
            + f"; set one and keep it: export {config.key_env}=$(openssl rand -hex 32)"
        )
        raise RecipeError("recipe", [Mistake("curate.pii.key_env", repr(config.key_env), allowed)])
    return key.encode()
