"""The Ray engine on a real cluster of two nodes on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from curation.config import CurateConfig
from curation.curate import curate_corpus
from curation.engine.ray_tasks import RayEngine
from curation.errors import EngineError, InputError

hook = sys.excepthook
ray = pytest.importorskip("ray", reason="needs the extra `ray`")
sys.excepthook = hook  # Ray replaces it when it is imported; the engine puts it back, and so does this file

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "belgeler"


@dataclass(frozen=True)
class Job:
    """A task that leaves in `folder` the node that did it, `seconds` later."""

    folder: Path
    number: int
    seconds: float = 0.0


def work(job: Job) -> int:
    (job.folder / f"{job.number}.begun").touch()
    time.sleep(job.seconds)
    (job.folder / f"{job.number}.done").write_text(ray.get_runtime_context().get_node_id())
    return job.number * 10


def fail(job: Job) -> int:
    raise InputError("a.txt", "unreadable", f"task {job.number} cannot")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two nodes of one core, one of them without the head's services."""
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    node = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args=node)
    made.add_node(num_cpus=1, object_store_memory=100_000_000)
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.mark.filterwarnings("ignore:.*:ResourceWarning", "ignore:.*:FutureWarning")
def test_a_node_that_is_killed_mid_run_costs_nothing_but_time(cluster: Any, tmp_path: Path) -> None:
    jobs = [Job(tmp_path, number, 0.7) for number in range(8)]
    other = next(node for node in cluster.list_all_nodes() if node is not cluster.head_node)

    def kill() -> None:
        while len(list(tmp_path.glob("*.begun"))) < 3:
            time.sleep(0.02)
        cluster.remove_node(other, allow_graceful=False)

    killer = threading.Thread(target=kill)
    engine = RayEngine(cluster.address, None)
    killer.start()
    assert sorted(engine.map(work, jobs)) == [(number, number * 10) for number in range(8)]
    killer.join()
    with pytest.raises(InputError, match="task 0 cannot"):
        list(engine.map(fail, [Job(tmp_path, 0)]))
    engine.close()
    assert not ray.is_initialized()


@pytest.mark.filterwarnings("ignore:.*:ResourceWarning", "ignore:.*:FutureWarning")
def test_a_corpus_is_curated_to_the_same_bytes_on_a_cluster_that_loses_a_node(cluster: Any, tmp_path: Path) -> None:
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(SAMPLES.rglob("*.txt"))[:40]]
    rows = [json.dumps({"text": text}, ensure_ascii=False) for text in [*texts, *texts[:8]]]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    alone = CurateConfig(inputs=("a.jsonl",), engine={"workers": 1, "shard_mb": 0.01})
    wanted = curate_corpus(alone, tmp_path, tmp_path / "alone", tmp_path / "work-alone")
    other = next(node for node in cluster.list_all_nodes() if node is not cluster.head_node)

    def kill() -> None:
        while not list((tmp_path / "work" / "shards").glob("[0-9]*")):
            time.sleep(0.02)
        cluster.remove_node(other, allow_graceful=False)

    killer = threading.Thread(target=kill)
    killer.start()
    asked = CurateConfig(inputs=("a.jsonl",), engine={"kind": "ray", "address": cluster.address, "shard_mb": 0.01})
    assert curate_corpus(asked, tmp_path, tmp_path / "out", tmp_path / "work") == wanted
    killer.join()
    names = sorted(path.name for path in (tmp_path / "alone").iterdir())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert [name for name in names if (tmp_path / "out" / name).read_bytes() != (tmp_path / "alone" / name).read_bytes()] == []


def test_a_cluster_that_does_not_answer_is_named() -> None:
    with pytest.raises(EngineError, match=r"127\.0\.0\.1:1: no Ray cluster answers"):
        RayEngine("127.0.0.1:1", None)


def test_the_engine_leaves_the_traceback_hook_alone() -> None:
    code = "import sys\nfrom curation.engine.ray_tasks import RayEngine\nRayEngine('', 1).close()\nprint(sys.excepthook.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split()[-1] == "sys"
