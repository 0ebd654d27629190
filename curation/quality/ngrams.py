"""Compiled interpolated Kneser-Ney over sequences of numbers: counting, and the surprise of a sequence. Kneser and Ney 1995, Chen and Goodman 1999.

Two hash tables with open addressing hold the counts, keys of 0 being free: n-grams, and contexts with how many tokens and different tokens followed.
Counts of the highest order are occurrences; those of lower orders are how many different tokens stood before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from curation.jit import kernel

U64 = np.uint64

_MIX, _SHIFT = U64(0x9E3779B97F4A7C15), U64(32)  # of Fibonacci hashing
_FIRST_LETTERS, _LETTERS = U64(0xCBF29CE484222325), U64(0x100000001B3)
_DIGIT = 0x10000  # one token for all digits


@kernel
def slot_of(keys: Any, key: Any) -> Any:
    """Where a key stands in a table, or where it may be put."""
    mask = U64(len(keys) - 1)
    slot = (key * _MIX) & mask
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + U64(1)) & mask
    return slot


@kernel
def _key(tokens: Any, end: Any, n: Any) -> Any:
    # Of the n tokens before `end`; the beginning of a text counts as zeros.
    key = U64(n) * _LETTERS
    for at in range(end - n, end):
        token = U64(tokens[at]) if at >= 0 else U64(0)
        key = (key ^ token) * _MIX
        key ^= key >> _SHIFT
    return key | U64(1)


@kernel
def count(tokens: Any, before: Any, order: Any, keys: Any, counts: Any, contexts: Any, totals: Any, types: Any) -> Any:
    """Count a sequence after its first `before` tokens into the tables and return how many n-grams and contexts are new."""
    new_keys = new_contexts = 0
    for end in range(before + 1, len(tokens) + 1):
        for n in range(order, 0, -1):
            key = _key(tokens, end, n)
            slot = slot_of(keys, key)
            new = keys[slot] == 0
            keys[slot] = key
            counts[slot] += 1
            context = _key(tokens, end - 1, n - 1)
            place = slot_of(contexts, context)
            new_contexts += contexts[place] == 0
            contexts[place] = context
            totals[place] += 1
            types[place] += new
            new_keys += new
            if not new:  # an n-gram that was there adds no new continuation below
                break
    return new_keys, new_contexts


@kernel
def moved(keys: Any, values: Any, size: Any) -> Any:
    """A table with its values, uint32[len(keys), columns], in another size."""
    new_keys, new_values = np.zeros(size, np.uint64), np.zeros((size, values.shape[1]), np.uint32)
    for at in range(len(keys)):
        if keys[at] != 0:
            slot = slot_of(new_keys, keys[at])
            new_keys[slot] = keys[at]
            new_values[slot] = values[at]
    return new_keys, new_values


@kernel
def surprise(tokens: Any, order: Any, discount: Any, keys: Any, counts: Any, contexts: Any, totals: Any, types: Any) -> Any:
    """Sum of -log2 of the probability of every token after those before it."""
    bits = 0.0
    place = slot_of(contexts, _key(tokens, 0, 0))
    floor = 1.0 / (types[place] + 1.0)  # a token that was never seen
    for end in range(1, len(tokens) + 1):
        probability = floor
        for n in range(1, order + 1):
            place = slot_of(contexts, _key(tokens, end - 1, n - 1))
            if contexts[place] == 0:
                break
            seen = counts[slot_of(keys, _key(tokens, end, n))]
            probability = (max(seen - discount, 0.0) + discount * types[place] * probability) / totals[place]
        bits -= np.log2(probability)
    return bits


@kernel
def letters(text: Any, classes: Any, lowered: Any, space: Any, decimal: Any) -> Any:
    """The characters of a text as tokens: lower case, white space as one blank, digits as one, uint64."""
    tokens = np.empty(len(text), np.uint64)
    size = 0
    for character in text:
        known = character < len(lowered)
        bits = classes[character] if known else 0
        token = U64(lowered[character]) if known else U64(character)
        if bits & space:
            token = U64(32)
            if size and tokens[size - 1] == token:
                continue
        elif bits & decimal:
            token = U64(_DIGIT)
        tokens[size] = token
        size += 1
    return tokens[:size]


@kernel
def word_classes(text: Any, starts: Any, ends: Any, keys: Any, folds: Any, frequent: Any, last: Any) -> Any:
    """The words of a text as tokens: a frequent word itself, another by its last letters, which in Turkish tell its part in the sentence; uint64."""
    tokens = np.empty(len(keys), np.uint64)
    for word in range(len(keys)):
        at = np.searchsorted(frequent, keys[word])
        if at < len(frequent) and frequent[at] == keys[word]:
            tokens[word] = keys[word]
            continue
        ending, taken, place = _FIRST_LETTERS, 0, ends[word] - 1
        while place >= starts[word] and taken < last:
            folded = folds[text[place]] if text[place] < len(folds) else 0
            if folded != 0:
                ending = (ending ^ U64(folded)) * _LETTERS
                taken += 1
            place -= 1
        tokens[word] = ending
    return tokens
