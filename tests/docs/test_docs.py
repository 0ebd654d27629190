"""The documentation holds: every command, key and file it names is there, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from pipelines.cli import app
from pipelines.reference import reference
from pipelines.stages import STAGES

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def cli_commands() -> dict[str, list[str]]:
    """Command -> its options, as the command line has them."""
    group = typer.main.get_command(app)
    found: dict[str, list[str]] = {}
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        for full, one in [(f"{name} {sub}", c) for sub, c in inner.items()] if inner else [(name, command)]:
            found[full] = [opt for parameter in one.params for opt in parameter.opts if opt.startswith("--")]
    return found


@pytest.mark.parametrize(("command", "options"), cli_commands().items())
def test_every_command_and_option_stands_in_the_docs(command: str, options: list[str]) -> None:
    row = next((line for line in COMMANDS.splitlines() if line.startswith(f"| `imbik {command}")), "")
    assert row, f"imbik {command} is not in docs/commands.md"
    assert [option for option in options if option not in row] == []


def test_the_docs_name_no_command_that_is_not_there() -> None:
    documented = re.findall(r"^\| `imbik ([a-z]+(?: (?:serve|push|pull|status|export|import)\b)?)", COMMANDS, re.MULTILINE)
    assert sorted(documented) == sorted(cli_commands())


def test_the_recipe_reference_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "recipe.md").read_text(encoding="utf-8") == reference(), "python -m pipelines.reference > docs/recipe.md"


@pytest.mark.parametrize("readme", ["README.md", "README.tr.md"])
def test_every_stage_and_room_stands_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [stage.name for stage in STAGES if f"| {stage.name} |" not in text] == []
    assert [stage.folder for stage in STAGES if f"`{stage.folder}/`" not in text] == []


@pytest.mark.parametrize("readme", ["README.md", "README.tr.md", "docs/architecture.md", "docs/kvkk.md", "CONTRIBUTING.md"])
def test_every_file_the_docs_name_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/])((?:curation|synthesis|alignment|training|pipelines|docs|recipes|samples|benchmarks)/[\w./-]*\w)", text)
    assert named
    assert sorted({name for name in named if not (ROOT / name).exists()}) == []
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    assert [link for link in links if not ((ROOT / readme).parent / link).exists()] == []


def test_the_readme_tree_names_files_that_are_there() -> None:
    tree = README.split("## Where things are")[1].split("| to add |")[0]
    room, missing = "", []
    for line in tree.splitlines():
        if found := re.match(r" {4}(\w+)/ ", line):
            room = found[1]
        else:
            missing += [f"{room}/{name}" for name in re.findall(r"\b([a-z_]+(?:\.py|/))(?= )", line) if not (ROOT / room / name).exists()]
    assert room == "pipelines"
    assert missing == []


def test_both_readmes_have_the_same_sections() -> None:
    turkish = (ROOT / "README.tr.md").read_text(encoding="utf-8")
    assert README.count("\n## ") == turkish.count("\n## ")
    assert README.count("\n| ") == turkish.count("\n| ")


def test_nothing_in_the_project_names_a_secret_or_a_machine() -> None:
    suspicious = re.compile(r"sk-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|BEGIN (?:RSA |OPENSSH )?PRIVATE KEY|/(?:root|home)/\w+")
    found = []
    for path in ROOT.rglob("*"):
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".yaml", ".txt"} and not {".venv", ".git", "runs"} & set(path.parts):
            found += [
                f"{path.relative_to(ROOT)}: {m.group()}" for m in suspicious.finditer(path.read_text(encoding="utf-8", errors="replace"))
            ]
    assert found == []
