"""The compiled half of `langid.py`: an automaton over bytes and a sum of log-likelihoods."""

from __future__ import annotations

from typing import Any

import numpy as np

from curation.jit import kernel


@kernel
def scores(text: Any, rows: Any, row_of: Any, feature_of: Any, likelihoods: Any, priors: Any) -> Any:
    """Log-posterior of every language, float64[languages], of UTF-8 bytes; equal for all where no n-gram is known."""
    features = np.empty(len(text), np.int32)
    found = 0
    state = np.uint32(0)
    for letter in text:
        state = rows[(row_of[state] << np.uint32(8)) + letter]
        feature = feature_of[state]
        if feature >= 0:
            features[found] = feature
            found += 1
    total = np.zeros(len(priors), np.float64)
    if found == 0:
        return total
    total += priors
    seen = np.sort(features[:found])
    start = 0
    for at in range(1, found + 1):
        if at == found or seen[at] != seen[start]:
            weight = np.log1p(np.float64(at - start))
            row = likelihoods[seen[start]]
            for language in range(len(total)):
                total[language] += weight * row[language]
            start = at
    return total
