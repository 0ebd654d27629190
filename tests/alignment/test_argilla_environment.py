import re
import subprocess
import sys

import pytest

from alignment.argilla_desk import environment
from alignment.argilla_desk.environment import REQUIREMENTS, SERVER, clean_environment, environment_folder, ready, server_python
from alignment.argilla_desk.local_server import Credentials, LocalServer, home_folder, local_credentials
from curation.errors import ReviewError


def test_every_package_is_locked_to_one_version_and_its_hashes():
    text = REQUIREMENTS.read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9][\w.-]*)(\S+) \\$", text, re.MULTILINE)
    assert {name: version for name, version in packages if not version.startswith("==")} == {}
    blocks = re.split(r"^(?=[a-z0-9][\w.-]*==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(packages) > 80
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "argilla-server==2.8.0" in text
    assert not re.search(r"^-|https?://|file:", text, re.MULTILINE)


def test_another_lock_gets_another_environment(tmp_path, monkeypatch):
    first = environment_folder(tmp_path)
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path / "other.txt")
    (tmp_path / "other.txt").write_text("argilla-server==2.9.0\n", encoding="utf-8")
    assert environment_folder(tmp_path) != first


def test_an_environment_that_cannot_be_made_is_not_taken_for_one(tmp_path, monkeypatch):
    def broken(command, line):
        raise ReviewError("no package index")

    monkeypatch.setattr(environment, "_run", broken)
    with pytest.raises(ReviewError, match="no package index"):
        server_python(tmp_path, lambda done, total: None)
    assert not ready(tmp_path)


def test_packages_are_counted_while_they_come(tmp_path, monkeypatch):
    def pip(command, line):
        for text in ("Collecting a==1 (from -r x)\n", "  Downloading a.whl\n", "Collecting b==2 (from -r x)\n") if "pip" in command else ():
            line(text)
        environment_folder(tmp_path).mkdir(exist_ok=True)

    ticks = []
    monkeypatch.setattr(environment, "_run", pip)
    server_python(tmp_path, lambda done, total: ticks.append((done, total)))
    assert [done for done, _ in ticks] == [1, 1, 2]
    assert ticks[0][1] > 80
    assert ready(tmp_path)


def test_pip_says_why_it_failed(tmp_path):
    with pytest.raises(ReviewError, match="neden budur"):
        environment._run([sys.executable, "-c", "print('neden budur'); raise SystemExit(1)"], lambda _: None)


def test_a_python_without_wheels_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "PYTHONS", ((3, 8), (3, 9)))
    with pytest.raises(ReviewError, match=r"3\.8 to 3\.9"):
        server_python(tmp_path, lambda done, total: None)


def test_the_server_sees_nobodys_argilla_settings(monkeypatch):
    monkeypatch.setenv("ARGILLA_DATABASE_URL", "postgresql://elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("HOME", "/ev")
    found = clean_environment()
    assert {"ARGILLA_DATABASE_URL", "PYTHONPATH"} & set(found) == set()
    assert found["HOME"] == "/ev"


def test_the_servers_code_stays_out_of_this_process():
    code = "import sys, alignment.argilla_desk.desk, alignment.argilla_desk.local_server; print([m for m in sys.modules if 'argilla_server' in m])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_server_finds_its_rooms_and_nothing_beside_them():
    code = f"import runpy, sys; sys.argv = ['x', '--home', '/']; runpy.run_path({str(SERVER / '__main__.py')!r}, run_name='taught')['expose'](__import__('pathlib').Path({str(SERVER.parents[1])!r})); import alignment.argilla_server.query, curation.turkish; print('pipelines' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_key_does_not_show_when_credentials_are_printed():
    assert "gizli" not in repr(Credentials("http://127.0.0.1:6900", "gizli-anahtar"))


def test_credentials_that_are_not_there_or_broken_are_told(tmp_path):
    with pytest.raises(ReviewError, match="imbik review serve"):
        local_credentials(tmp_path)
    (tmp_path / "credentials.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReviewError, match="cannot be read"):
        local_credentials(tmp_path)


def test_peoples_work_lies_where_it_is_asked_to(monkeypatch, tmp_path):
    monkeypatch.setenv("IMBIK_REVIEW_HOME", str(tmp_path / "iş"))
    assert home_folder() == tmp_path / "iş"
    monkeypatch.delenv("IMBIK_REVIEW_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home_folder() == tmp_path / "imbik" / "argilla"


def fake(tmp_path, program):
    """A server whose Python is a script of ours."""
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\n{program}", encoding="utf-8")
    python.chmod(0o755)
    return LocalServer(python, tmp_path / "home")


def test_a_server_that_fails_says_why(tmp_path):
    with pytest.raises(ReviewError, match="port dolu"), fake(tmp_path, """print('{"event": "failed", "message": "port dolu"}')"""):
        pass


def test_a_server_that_ends_too_soon_points_at_its_log(tmp_path):
    with pytest.raises(ReviewError, match=r"server\.log"), fake(tmp_path, "raise SystemExit(3)"):
        pass
    assert (tmp_path / "home" / "server.log").exists()


def test_a_server_that_is_ready_is_stopped_at_the_end(tmp_path):
    program = """import sys
print('{"event": "ready", "url": "http://127.0.0.1:1", "passwords": {"ayşe": "x"}, "healed": 2}', flush=True)
sys.stdin.read()
"""
    with fake(tmp_path, program) as server:
        assert (server.url, server.passwords, server.healed) == ("http://127.0.0.1:1", {"ayşe": "x"}, 2)
    assert server._process.returncode == 0


def test_a_server_that_breaks_while_it_serves_is_told(tmp_path):
    program = """print('{"event": "ready", "url": "u", "passwords": {}, "healed": 0}', flush=True)\nraise SystemExit(4)\n"""
    with fake(tmp_path, program) as server, pytest.raises(ReviewError, match="code 4"):
        server.wait()
