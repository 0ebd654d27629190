"""The compiled loops over text: UTF-8 bytes to folded words, words to shingles, shingles to signatures, keys and true similarities.

They call each other, so they stand in one file: numba recompiles a cached kernel when its own file changes, not when another does.
Text comes as `data`, uint8 (all texts one after another), and `starts` and `ends`, int64, of each text in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.jit import kernel

Bytes = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

_u32 = np.uint32
_u64 = np.uint64

_BEYOND_LATIN = _u64(0xCA)  # first byte of U+0280 and on; up to there no character folds to several
_FIRST_LETTER = _u64(1 << 63)  # folding.LETTER
_FNV_PRIME = _u64(0x100000001B3)  # of FNV-1a, 64 bits
_MIX_1 = _u64(0xFF51AFD7ED558CCD)  # MurmurHash3's 64-bit finaliser
_MIX_2 = _u64(0xC4CEB9FE1A85EC53)
_GOLDEN = _u64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, the multiplier of Fibonacci hashing
_SHINGLE = 5  # words; signatures.SHINGLE_WORDS
_EMPTY = _u32(0xFFFFFFFF)


@kernel
def mix(value: np.uint64) -> np.uint64:
    """Scramble 64 bits, one to one: MurmurHash3's finaliser."""
    value ^= value >> _u64(33)
    value *= _MIX_1
    value ^= value >> _u64(33)
    value *= _MIX_2
    return value ^ (value >> _u64(33))


@kernel
def hash_words(data: Bytes, start: int, end: int, letters: U64, expansions: U64, words: U64) -> int:
    """Write the hash of each folded word of data[start:end] into `words` (which must hold half as many as there are bytes, and two) and return their number. `letters` and `expansions` are folding.Folding."""
    count = _u64(0)
    value = _u64(0)
    at = _u64(start)  # unsigned, or numba would look for negative places at every byte
    stop = _u64(end)
    while at < stop:
        at, count, value = _hash_latin(data, at, stop, letters, words, count, value)
        if at < stop:
            at, count, value = _hash_other(data, at, stop, letters, expansions, words, count, value)
    if value != _u64(0):
        words[count] = value
        count += _u64(1)
    for word in range(count):
        words[word] = mix(words[word])
    return int(count)


@kernel
def _hash_latin(
    data: Bytes, at: np.uint64, stop: np.uint64, letters: U64, words: U64, count: np.uint64, value: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Take characters up to U+027F, a byte at a time and without branches: a first byte counts for nothing, the second one for the whole letter.

    Every twelfth letter of Turkish has two bytes, and no processor guesses which. Return the new `at`, `count` and `value`. The body of
    `_append` is written out here: called, it takes twice the time.
    """
    before = _u64(0)
    while at < stop:
        byte = _u64(data[at])
        if byte >= _BEYOND_LATIN:
            break
        at += _u64(1)
        point = byte if byte < _u64(0x80) else ((before & _u64(31)) << _u64(6)) | (byte & _u64(63))
        letter = _u64(1) if byte >= _u64(0xC0) else letters[point]
        before = byte
        words[count] = value
        count += _u64(letter == _u64(0) and value != _u64(0))
        longer = ((value << _u64(5)) | (value >> _u64(59))) ^ letter
        longer = value if letter == _u64(1) else longer
        value = _u64(0) if letter == _u64(0) else longer
    return at, count, value


@kernel
def _append(value: np.uint64, letter: np.uint64) -> np.uint64:
    """Carry the hash of a word on: cyclic polynomial, one step a letter; 0 where the word has ended or not begun."""
    longer = ((value << _u64(5)) | (value >> _u64(59))) ^ letter
    longer = value if letter == _u64(1) else longer
    return _u64(0) if letter == _u64(0) else longer


@kernel
def _hash_other(
    data: Bytes, at: np.uint64, stop: np.uint64, letters: U64, expansions: U64, words: U64, count: np.uint64, value: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Take one character beyond Latin, two to four bytes, which may fold to several; a broken end parts words. Return the new `at`, `count` and `value`."""
    byte = _u64(data[at])
    size = _u64(2) if byte < _u64(0xE0) else _u64(3) if byte < _u64(0xF0) else _u64(4)
    point = byte & (_u64(0xFF) >> (size + _u64(1)))
    if at + size > stop:
        size, point = stop - at, _u64(0)
    else:
        for step in range(_u64(1), size):
            point = (point << _u64(6)) | (_u64(data[at + step]) & _u64(63))
    letter = letters[point] if point < _u64(letters.shape[0]) else _u64(0)
    single = letter < _u64(2) or letter >= _FIRST_LETTER
    for part in range(1 if single else expansions.shape[1]):
        piece = letter if single else expansions[letter - _u64(2), part]
        words[count] = value
        count += _u64(piece == _u64(0) and value != _u64(0))
        value = _append(value, piece)
    return at + size, count, value


@kernel
def hash_shingles(words: U64, count: int, shingles: U64) -> int:
    """Write the odd hash of every run of five words into `shingles`, repeats included, and return their number; fewer than five words are one shingle, none are none."""
    if count == 0:
        return 0
    if count < _SHINGLE:
        value = _u64(0)
        for at in range(count):
            value = (value * _GOLDEN) ^ (value >> _u64(29))
            value += words[at]
        shingles[0] = mix(value) | _u64(1)
        return 1
    number = count - _SHINGLE + 1
    for first in range(number):
        value = words[first]
        for at in range(first + 1, first + _SHINGLE):
            value = (value * _GOLDEN) ^ (value >> _u64(29))
            value += words[at]
        shingles[first] = mix(value) | _u64(1)
    return number


@kernel
def sign(data: Bytes, starts: I64, ends: I64, letters: U64, expansions: U64, scale: U32, shift: U32, signatures: U32, keys: U64) -> None:
    """Fill `signatures`, uint32[texts, permutations], and `keys`, uint64[texts, 2]: equal for equal sequences of folded words, for equal bytes where there is no word.

    A shingle's 32 bits are scrambled by MurmurHash3's 32-bit finaliser and permuted as scale * x + shift modulo 2**32: datasketch's affine32.
    """
    longest = 0
    for text in range(starts.shape[0]):
        longest = max(longest, ends[text] - starts[text])
    words = np.empty(longest // 2 + 2, np.uint64)
    shingles = np.empty(longest // 2 + 2, np.uint64)
    short = np.empty(longest // 2 + 2, np.uint32)
    for text in range(starts.shape[0]):
        count = hash_words(data, starts[text], ends[text], letters, expansions, words)
        _key(data, starts[text], ends[text], words, count, keys, text)
        number = hash_shingles(words, count, shingles)
        for at in range(number):
            short[at] = _mix32(_u32(shingles[at] >> _u64(32)))
        _minima(short, number, scale, shift, signatures, text)


@kernel
def _mix32(value: np.uint32) -> np.uint32:
    value ^= value >> _u32(16)
    value = _u32(value * _u32(0x85EBCA6B))
    value ^= value >> _u32(13)
    value = _u32(value * _u32(0xC2B2AE35))
    return _u32(value ^ (value >> _u32(16)))


@kernel
def _minima(short: U32, number: int, scale: U32, shift: U32, signatures: U32, text: int) -> None:
    # Permutation by permutation, so that the minimum stays in registers and the loop over shingles becomes vector instructions.
    for permutation in range(scale.shape[0]):
        factor = scale[permutation]
        summand = shift[permutation]
        least = _EMPTY
        for at in range(number):
            value = _u32(_u32(factor * short[at]) + summand)
            least = min(least, value)
        signatures[text, permutation] = least


@kernel
def _key(data: Bytes, start: int, end: int, words: U64, count: int, keys: U64, text: int) -> None:
    first = _GOLDEN
    second = _MIX_1
    if count == 0:
        for at in range(start, end):
            first = (first ^ _u64(data[at])) * _FNV_PRIME
            second = (second + _u64(data[at])) * _MIX_2
    for at in range(count):
        first = (first ^ words[at]) * _FNV_PRIME
        first ^= first >> _u64(32)
        second = (second + words[at]) * _MIX_2
        second ^= second >> _u64(29)
    keys[text, 0] = mix(first)
    keys[text, 1] = mix(second)


# --- true similarity -----------------------------------------------------------------------------------------------------
# A table with linear probing holds the shingles of the left text; those of the right one are looked up in it, put in where they
# are new, and taken out again afterwards. Shingle hashes are odd, so 0 is an empty place.

_LEFT, _RIGHT, _BOTH = 1, 2, 3


@kernel
def similarities(data: Bytes, starts: I64, ends: I64, others: Bytes, other_starts: I64, other_ends: I64,
                 letters: U64, expansions: U64, left: I64, right: I64, found: F64) -> None:  # fmt: skip
    """Fill `found` with the Jaccard similarity of text left[i] of `data` and text right[i] of `others`; quickest where equal lefts follow each other."""
    longest = 0
    for pair in range(left.shape[0]):
        longest = max(longest, ends[left[pair]] - starts[left[pair]], other_ends[right[pair]] - other_starts[right[pair]])
    words = np.empty(longest // 2 + 2, np.uint64)
    shingles = np.empty(longest // 2 + 2, np.uint64)
    table, marks, places = _table(longest + 4)
    mask = _u64(0)
    filled = 0
    for pair in range(left.shape[0]):
        text = left[pair]
        if pair == 0 or text != left[pair - 1]:
            _clear(table, marks, places, 0, filled)
            widest = 0
            for other in range(pair, left.shape[0]):
                if left[other] != text:
                    break
                widest = max(widest, other_ends[right[other]] - other_starts[right[other]])
            mask = _mask((ends[text] - starts[text] + widest) // 2 + 4)
            count = hash_words(data, starts[text], ends[text], letters, expansions, words)
            filled = _insert(table, marks, places, mask, shingles, hash_shingles(words, count, shingles))
        other = right[pair]
        count = hash_words(others, other_starts[other], other_ends[other], letters, expansions, words)
        found[pair] = _jaccard(table, marks, places, mask, filled, shingles, hash_shingles(words, count, shingles))


@kernel
def similarities_to_sets(data: Bytes, starts: I64, ends: I64, letters: U64, expansions: U64,
                         sets: U64, set_starts: I64, left: I64, right: I64, found: F64) -> None:  # fmt: skip
    """Fill `found` with the Jaccard similarity of text left[i] and the stored shingles sets[set_starts[right[i]]:set_starts[right[i] + 1]]."""
    for pair in range(left.shape[0]):
        span = ends[left[pair]] - starts[left[pair]]
        stored = sets[set_starts[right[pair]] : set_starts[right[pair] + 1]]
        words = np.empty(span // 2 + 2, np.uint64)
        shingles = np.empty(span // 2 + 2, np.uint64)
        count = hash_words(data, starts[left[pair]], ends[left[pair]], letters, expansions, words)
        table, marks, places = _table(span // 2 + 2 + stored.shape[0])
        mask = _mask(span // 2 + 2 + stored.shape[0])
        filled = _insert(table, marks, places, mask, shingles, hash_shingles(words, count, shingles))
        found[pair] = _jaccard(table, marks, places, mask, filled, stored, stored.shape[0])


@kernel
def shingle_sets(data: Bytes, starts: I64, ends: I64, letters: U64, expansions: U64, sets: U64, set_starts: I64) -> None:
    """Fill `sets` with the sorted shingles of each text, each once, and `set_starts`, int64[texts + 1], with where they begin. `sets` must hold half as many as there are bytes, and one a text."""
    longest = 0
    for text in range(starts.shape[0]):
        longest = max(longest, ends[text] - starts[text])
    words = np.empty(longest // 2 + 2, np.uint64)
    shingles = np.empty(longest // 2 + 2, np.uint64)
    at = 0
    for text in range(starts.shape[0]):
        set_starts[text] = at
        count = hash_words(data, starts[text], ends[text], letters, expansions, words)
        ordered = np.sort(shingles[: hash_shingles(words, count, shingles)])
        for place in range(ordered.shape[0]):
            if place == 0 or ordered[place] != ordered[place - 1]:
                sets[at] = ordered[place]
                at += 1
    set_starts[starts.shape[0]] = at


@kernel
def _mask(entries: int) -> np.uint64:
    size = 16
    while size < 2 * entries:  # never more than half full
        size *= 2
    return _u64(size - 1)


@kernel
def _table(entries: int) -> tuple[U64, Bytes, U64]:
    size = np.int64(_mask(entries)) + 1
    return np.zeros(size, np.uint64), np.zeros(size, np.uint8), np.empty(size, np.uint64)


@kernel
def _place(table: U64, mask: np.uint64, value: np.uint64) -> np.uint64:
    place = (value >> _u64(1)) & mask
    while table[place] != _u64(0) and table[place] != value:
        place = (place + _u64(1)) & mask
    return place


@kernel
def _insert(table: U64, marks: Bytes, places: U64, mask: np.uint64, shingles: U64, number: int) -> int:
    filled = 0
    for at in range(number):
        place = _place(table, mask, shingles[at])
        if table[place] == _u64(0):
            table[place] = shingles[at]
            marks[place] = _LEFT
            places[filled] = place
            filled += 1
    return filled


@kernel
def _jaccard(table: U64, marks: Bytes, places: U64, mask: np.uint64, filled: int, shingles: U64, number: int) -> float:
    common = 0
    union = filled
    touched = filled
    for at in range(number):
        place = _place(table, mask, shingles[at])
        if table[place] == _u64(0):
            table[place] = shingles[at]
            marks[place] = _RIGHT
            union += 1
        elif marks[place] == _LEFT:
            marks[place] = _BOTH
            common += 1
        else:
            continue
        places[touched] = place
        touched += 1
    _clear(table, marks, places, filled, touched)
    return common / union if union else 0.0


@kernel
def _clear(table: U64, marks: Bytes, places: U64, start: int, end: int) -> None:
    for at in range(start, end):
        place = places[at]
        if start == 0 or marks[place] == _RIGHT:
            table[place] = _u64(0)
            marks[place] = 0
        else:
            marks[place] = _LEFT


# --- lines and n-grams -------------------------------------------------------------------------------------------------


@kernel
def hash_lines(
    data: Bytes, starts: I64, ends: I64, letters: U64, expansions: U64, min_words: int, paragraphs: bool, keys: U64, where: I64
) -> int:
    """Fill `keys` with a hash of the folded words of every line (0 where they are fewer than min_words) and `where`, int64[lines, 3], with its text, start and end in `data`; return the number of lines.

    With `paragraphs`, lines up to the next empty one are one.
    """
    longest = 0
    for text in range(starts.shape[0]):
        longest = max(longest, ends[text] - starts[text])
    words = np.empty(longest // 2 + 2, np.uint64)
    lines = 0
    for text in range(starts.shape[0]):
        start = starts[text]
        joined = False
        for at in range(starts[text], ends[text] + 1):
            if at < ends[text] and data[at] != 10:
                continue
            blank = True
            for byte in range(start, at):
                blank = blank and (data[byte] == 32 or data[byte] == 9 or data[byte] == 13)
            if paragraphs and joined and not blank:
                where[lines - 1, 2] = at
            else:
                where[lines, 0] = text
                where[lines, 1] = start
                where[lines, 2] = at
                lines += 1
            joined = not blank
            start = at + 1
    for line in range(lines):
        count = hash_words(data, where[line, 1], where[line, 2], letters, expansions, words)
        keys[line] = _sequence(words, 0, count) if count >= min_words else _u64(0)
    return lines


@kernel
def _sequence(words: U64, start: int, end: int) -> np.uint64:
    value = _GOLDEN
    for at in range(start, end):
        value = (value ^ words[at]) * _MIX_1
        value ^= value >> _u64(32)
    return value | _u64(1)


@kernel
def hash_ngrams(data: Bytes, start: int, end: int, letters: U64, expansions: U64, size: int, ngrams: U64) -> int:
    """Write the odd hash of every run of `size` folded words of data[start:end] into `ngrams` and return their number."""
    words = np.empty((end - start) // 2 + 2, np.uint64)
    count = hash_words(data, start, end, letters, expansions, words)
    return _roll(words, count, size, ngrams)


@kernel
def _roll(words: U64, count: int, size: int, ngrams: U64) -> int:
    """A polynomial in the golden ratio over the words, carried on from one run to the next."""
    if count < size:
        return 0
    leaving = _u64(1)
    value = _u64(0)
    for at in range(size):
        value = value * _GOLDEN + words[at]
        leaving *= _GOLDEN if at else _u64(1)
    ngrams[0] = mix(value) | _u64(1)
    for last in range(size, count):
        value = (value - words[last - size] * leaving) * _GOLDEN + words[last]
        ngrams[last - size + 1] = mix(value) | _u64(1)
    return count - size + 1


@kernel
def fill_table(values: U64, table: U64, numbers: I64) -> None:
    """Put each of `values` (odd, each once) into an open table of a power of two places, and its number beside it into `numbers`."""
    mask = _u64(table.shape[0] - 1)
    for number in range(values.shape[0]):
        place = _place(table, mask, values[number])
        table[place] = values[number]
        numbers[place] = number


@kernel
def find_ngrams(data: Bytes, start: int, end: int, letters: U64, expansions: U64, sizes: I64, table: U64, numbers: I64, found: I64) -> int:
    """Fill `found`, int64[hits, 3], with first word, size and number of every run of words of data[start:end] that stands in the table; return how many there are, though only as many are written as fit."""
    words = np.empty((end - start) // 2 + 2, np.uint64)
    ngrams = np.empty((end - start) // 2 + 2, np.uint64)
    count = hash_words(data, start, end, letters, expansions, words)
    mask = _u64(table.shape[0] - 1)
    hits = 0
    for size in sizes:
        for first in range(_roll(words, count, size, ngrams)):
            place = _place(table, mask, ngrams[first])
            if table[place] != _u64(0):
                if hits < found.shape[0]:
                    found[hits, 0] = first
                    found[hits, 1] = size
                    found[hits, 2] = numbers[place]
                hits += 1
    return hits
