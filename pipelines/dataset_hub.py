"""The Hugging Face Hub, as far as a dataset is concerned: a folder goes up, an address comes back. The only file that writes to the Hub."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

from curation.errors import ImbikError, MissingPackage

TOKEN = "HF_TOKEN"  # noqa: S105 (the name of an environment variable, the one huggingface_hub reads)
_OURS = ("pairs/*.jsonl", "preferences/*.jsonl", "rejected.jsonl", "dataset_info.json")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


def check_hub(name: str) -> None:
    """Raise ImbikError where nothing can be uploaded under `name`: it is not owner/name, or there is no token in the environment. Raises MissingPackage."""
    if importlib.util.find_spec("huggingface_hub") is None:
        raise MissingPackage("huggingface_hub", "hub", "imbik publish --hub")
    if _NAME.fullmatch(name) is None:
        raise ImbikError(f"--hub {name!r}: the Hub's names are owner/name, of a-z, 0-9, '-', '_' and '.'")
    if not os.environ.get(TOKEN):
        raise ImbikError(f"--hub needs a token that may write, in the environment variable {TOKEN}: https://huggingface.co/settings/tokens")


def upload(folder: Path, name: str) -> str:
    """Return the address of the dataset `name` after its files are those of `folder`; a new one is private until its owner opens it.

    Raises ImbikError where the Hub refuses or cannot be reached, and what `check_hub` raises.
    """
    check_hub(name)
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(token=os.environ[TOKEN])
    try:
        api.create_repo(name, repo_type="dataset", private=True, exist_ok=True)
        # Files of an earlier upload that are no more would be loaded with the new ones.
        api.upload_folder(
            folder_path=folder,
            repo_id=name,
            repo_type="dataset",
            commit_message="Published by imbik",
            delete_patterns=["*.jsonl", "*.json"],
        )
    except (HfHubHTTPError, OSError) as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        raise ImbikError(f"the Hub did not take {name}: {status or type(error).__name__}; is {TOKEN} allowed to write there?") from None
    return f"https://huggingface.co/datasets/{name}"
