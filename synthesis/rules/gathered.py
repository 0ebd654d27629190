"""Files whose texts are sentences of many texts put together, as the hits of a search: one such text may pass for a whole one, its file does not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from curation.records import Document
from curation.turkish import sentences
from synthesis.rules.sources import joined

_ROW = re.compile(r":\d+$")
_FEWEST_SENTENCES = 3
_FEWEST_TEXTS = 20  # of a file, before anything is said of it
_LOOKED_AT = 200  # texts of a file
_SHARE = 0.5  # of them that are plainly joined; 0.82 in a collection of search hits, 0.12 to 0.29 in files of reviews, speeches, news


def gathered(documents: Iterable[Document]) -> frozenset[str]:
    """Return the ids of the untitled texts of one paragraph that come from files in which most such texts are plainly joined."""
    files: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if not document.title and "\n" not in document.text.strip() and _ROW.search(document.source):
            files[_ROW.sub("", document.source)].append(document)
    return frozenset(document.id for texts in files.values() if _mostly_joined(texts) for document in texts)


def _mostly_joined(texts: list[Document]) -> bool:
    told = [joined(one.text) for one in texts[:_LOOKED_AT] if len(sentences(one.text)) >= _FEWEST_SENTENCES]
    return len(told) >= _FEWEST_TEXTS and sum(told) >= _SHARE * len(told)
