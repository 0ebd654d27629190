"""Entry of the server's own Python: makes `alignment` and `curation` importable without what else lies beside them, then serves."""

from __future__ import annotations

import sys
import types
from pathlib import Path


def expose(root: Path) -> None:
    """Make the two rooms importable from `root`. The folder itself stays off the path: in an installed imbik it holds every package of the other environment."""
    for room in ("alignment", "curation"):
        package = types.ModuleType(room)
        package.__path__ = [str(root / room)]
        sys.modules[room] = package


if __name__ == "__main__":
    expose(Path(__file__).resolve().parents[2])
    from alignment.argilla_server.serve import main

    main()
