"""What the disk refuses, in a sentence: what was wanted, where, and what to do."""

from __future__ import annotations

import errno
import traceback

_RIGHTS = "may not be read or written by this user: name another place or change its rights"
_NO_FOLDER = "stands where a folder is wanted: name another place or move that file away"
_FULL = "has no room left: free some, and run the same command again"
_WORDS = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "cannot be written, the file system is read-only: name another place",
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
    errno.EISDIR: "is a folder where a file is wanted: name another place",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENAMETOOLONG: "is longer than the file system allows: take a shorter name",
    errno.EIO: "could not be read or written: the disk or the network behind it reports an error",
}


def refusal(error: OSError) -> str | None:
    """Return a sentence on what the system refused, None where the error tells of a mistake in the program rather than of a place."""
    words = _WORDS.get(error.errno or 0)
    if error.errno == errno.ENOENT and traceback.extract_tb(error.__traceback__)[-1].name == "mkdir":
        words = "cannot be made here: name another place"
    if words is None:
        return None
    if error.filename is None:
        return f"the disk {words}"
    return f"{error.filename2 or error.filename} {words}"
