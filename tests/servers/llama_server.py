"""llama.cpp's own HTTP server in a process of its own: `python llama_server.py MODEL.gguf CONTEXT SLOTS` prints its port.

It is the server behind `llama-server`, which the package xllamacpp brings compiled; there LLGuidance holds replies to a schema. A binary of
llama-server, whose own grammars do that, can be served instead.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_S = 60.0


@contextmanager
def serving(gguf: Path, *, context: int = 2048, slots: int = 1, binary: str = "") -> Iterator[str]:
    """Yield the address, up to and with `/v1`, of a server that has loaded `gguf`; `binary` is a llama-server to take instead of xllamacpp's."""
    port = _free_port() if binary else 0
    wishes = ["-m", str(gguf), "-c", str(context), "-np", str(slots), "--host", "127.0.0.1", "--port", str(port), "--no-repack"]
    command = [binary, *wishes] if binary else [sys.executable, __file__, str(gguf), str(context), str(slots)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL if binary else subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if process.stdout is not None:
            port = int(process.stdout.readline())
        _wait(port, process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
        except (urllib.error.URLError, ConnectionError) as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"llama-server does not come up, exit code {process.poll()}: {error}") from error
            time.sleep(0.1)
        else:
            return


def main(gguf: str, context: str, slots: str) -> None:
    """Serve until the process that started this one is gone."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what llama.cpp prints must not come before the port
    import xllamacpp

    wishes = xllamacpp.CommonParams()
    wishes.model.path = gguf
    wishes.n_ctx, wishes.n_parallel, wishes.port = int(context), int(slots), 0
    wishes.cpuparams.n_threads = wishes.cpuparams_batch.n_threads = 2
    wishes.no_extra_bufts = True  # repacked weights: some compilers build them wrongly for CPUs with AMX
    server = xllamacpp.Server(wishes)
    print(server.listening_address.rsplit(":", 1)[1], file=out, flush=True)
    parent = os.getppid()
    while os.getppid() == parent:  # a test that was killed must not leave its server behind
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
