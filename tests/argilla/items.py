"""Records and names for tests against a running server."""

from __future__ import annotations

import socket

from alignment.desk import Item

ANNOTATORS = ("ayşe", "bora", "çağla", "deniz", "elif", "ferit", "gül", "hakan")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pair_item(number: int, **fields: object) -> Item:
    values: dict[str, object] = {
        "id": f"pair-{number:016x}",
        "what": "pairs",
        "task": "soru-cevap",
        "instruction": f"{number}. kooperatif İSTANBUL'da ne zaman kuruldu?",
        "input": "",
        "answers": (f"Kooperatif {1900 + number % 120} yılında kuruldu.",),
        "evidence": f"Işık Kooperatifi {1900 + number % 120} yılında kurulmuştur.",
        "priority": None,
    }
    return Item(**(values | fields))  # type: ignore[arg-type]


def preference_item(number: int, **fields: object) -> Item:
    values: dict[str, object] = {
        "id": f"pref-{number:016x}",
        "what": "preferences",
        "task": "soru-cevap",
        "instruction": f"{number}. köprü hangi ırmağın üzerindedir?",
        "input": "",
        "answers": ("Köprü Kızılırmak'ın üzerindedir.", "Köprü bir ırmağın üzerindedir."),
        "evidence": "Köprü, Kızılırmak üzerinde kurulmuştur.",
    }
    return Item(**(values | fields))  # type: ignore[arg-type]
