"""Wall time of many requests with a long tail of latencies: ours, raw AsyncOpenAI under a semaphore, plain distilabel.

    python -m benchmarks.requests [--rows 1000] [--concurrency 50 200] [--median 0.6] [--repeat 3] [--no-distilabel]

Time is the server's: from the first request it saw to the last reply it sent, so that the start of a graph's processes is left out (it is
printed beside, `whole_s`). Raw uses the same transport as ours. Latencies depend on the text alone, so all three wait for the same.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.fault_server import Server, prompts, report, serving
from synthesis.prompt import Prompt


def ours(server: Server, asked: list[Prompt], concurrency: int) -> int:
    """Return how many prompts were answered."""
    from pipelines.graph import ask_all
    from pipelines.models.config import OpenAIConfig

    config = OpenAIConfig(kind="openai", name="m", base_url=server.base_url, concurrency=concurrency)
    with tempfile.TemporaryDirectory() as folder:
        return sum(not reply.failure for reply in ask_all("olcum", asked, config, journal=Path(folder) / "replies.sqlite").values())


def raw(server: Server, asked: list[Prompt], concurrency: int) -> int:
    """Return how many prompts were answered by the bare client."""
    import openai

    async def ask() -> int:
        slots = asyncio.Semaphore(concurrency)
        client = openai.AsyncOpenAI(base_url=server.base_url, api_key="none", http_client=openai.DefaultAioHttpClient())

        async def one(prompt: Prompt) -> bool:
            async with slots:
                completion = await client.chat.completions.create(
                    model="m", messages=[{"role": "user", "content": prompt.messages[-1].content}], max_tokens=64
                )
                return bool(completion.choices[0].message.content)

        answers = await asyncio.gather(*map(one, asked))
        await client.close()
        return sum(answers)

    return asyncio.run(ask())


def distilabel(server: Server, asked: list[Prompt], concurrency: int) -> int:
    """Return how many prompts were answered by distilabel as its documentation shows it, batches as large as the concurrency."""
    from distilabel.models.llms import OpenAILLM
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    with tempfile.TemporaryDirectory() as folder, Pipeline(name="plain", cache_dir=folder) as pipeline:
        rows = [{"instruction": prompt.messages[-1].content} for prompt in asked]
        load = LoadDataFromDicts(data=rows, batch_size=concurrency)
        llm = OpenAILLM(model="m", base_url=server.base_url, api_key="none", generation_kwargs={"max_new_tokens": 64})
        load >> TextGeneration(llm=llm, input_batch_size=concurrency)
        found = pipeline.run(use_cache=False)
        return sum(bool(row["generation"]) for row in found["default"]["train"])


def measured(run: Callable[[Server, list[Prompt], int], int], server: Server, asked: list[Prompt], concurrency: int) -> dict[str, Any]:
    """Return the seconds over the requests and of the whole call, and how many prompts were answered."""
    server.reset()
    begin = time.perf_counter()
    answered = run(server, asked, concurrency)
    whole = time.perf_counter() - begin
    stats = server.tell("stats")
    return {
        "who": run.__name__,
        "concurrency": concurrency,
        "requests_s": round(stats["span_s"], 2),
        "whole_s": round(whole, 2),
        "answered": answered,
        "most_in_flight": stats["most_in_flight"],
    }


def main() -> None:
    """Print a line for each measurement, and the worst ratio of ours to raw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--median", type=float, default=0.6, help="median latency in seconds")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-distilabel", action="store_true")
    options = parser.parse_args()
    asked, lines, worst = prompts(options.rows), [], (0.0, 1.0)
    with serving("--latency", str(options.median), "--tail", "0.9") as server:
        for concurrency in options.concurrency:
            times: dict[str, list[float]] = {}
            for _ in range(options.repeat):
                for run in (raw, ours):
                    line = measured(run, server, asked, concurrency)
                    times.setdefault(run.__name__, []).append(line["requests_s"])
                    lines.append(line)
                    print(line, file=sys.stderr, flush=True)
            if not options.no_distilabel:
                lines.append(measured(distilabel, server, asked, concurrency))
            pair = (statistics.median(times["ours"]), statistics.median(times["raw"]))
            worst = max(worst, pair, key=lambda two: two[0] / two[1])
    report("requests", lines, *worst, 1.05, ok=worst[0] <= 1.05 * worst[1])


if __name__ == "__main__":
    main()
