from pathlib import Path

from training.checkpoints import fingerprint, mark_whole, newest_whole


def checkpoint(work: Path, step: int, *, key: str | None = "k") -> Path:
    folder = work / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "optimizer.pt").write_bytes(b"0" * step)
    if key:
        mark_whole(folder, key)
    return folder


def test_the_newest_whole_checkpoint_is_found_by_number_not_by_name(tmp_path: Path) -> None:
    checkpoint(tmp_path, 9)
    newest = checkpoint(tmp_path, 10)
    assert newest_whole(tmp_path, "k") == newest


def test_a_checkpoint_without_its_mark_is_deleted(tmp_path: Path) -> None:
    whole, half = checkpoint(tmp_path, 2), checkpoint(tmp_path, 4, key=None)
    assert newest_whole(tmp_path, "k") == whole
    assert not half.exists()


def test_a_checkpoint_that_lost_bytes_after_its_mark_does_not_count(tmp_path: Path) -> None:
    damaged = checkpoint(tmp_path, 2)
    (damaged / "optimizer.pt").write_bytes(b"")
    assert newest_whole(tmp_path, "k") is None


def test_a_checkpoint_of_another_recipe_does_not_count(tmp_path: Path) -> None:
    checkpoint(tmp_path, 2, key="other")
    assert newest_whole(tmp_path, "k") is None


def test_the_fingerprint_depends_on_every_token_and_its_row() -> None:
    seen = {fingerprint("sft", rows=rows) for rows in ([[1, 2], [3]], [[1], [2, 3]], [[1, 2, 3]], [[12], [3]])}
    assert len(seen) == 4
