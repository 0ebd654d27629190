"""A run that asks a server and can be killed: `python asking_run.py BASE_URL JOURNAL OUT ROWS CONCURRENCY` writes all replies to OUT when it is done."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from curation.records import Message
from pipelines.graph import ask_all
from pipelines.models.config import OpenAIConfig
from synthesis.prompt import Prompt


def main(base_url: str, journal: str, out: str, rows: str, concurrency: str) -> None:
    prompts = [Prompt(f"q-{n}", "deneme", {}, (Message("user", f"satır {n}"),), seed=1, max_tokens=64) for n in range(int(rows))]
    config = OpenAIConfig(kind="openai", name="m", base_url=base_url, concurrency=int(concurrency), timeout_s=5)
    replies = ask_all("oldurulen", prompts, config, journal=Path(journal))
    temporary = Path(f"{out}.tmp")
    temporary.write_text(
        json.dumps({key: asdict(reply) for key, reply in replies.items()}, ensure_ascii=False, sort_keys=True), encoding="utf-8"
    )
    temporary.replace(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
