from __future__ import annotations

import os
import sys

import pytest

from curation.processes import die_with_parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")


@pytest.mark.parametrize(("gone", "code"), [(False, 7), (True, 1)], ids=["alive", "gone"])
def test_a_fork_ends_at_once_where_its_parent_was_gone_before_it_could_ask(gone: bool, code: int) -> None:
    parent = os.getpid() + gone
    child = os.fork()
    if child == 0:
        try:
            die_with_parent(parent)
        finally:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code
