"""One pass over the characters of a text, compiled: words and their keys, lines, repeated n-grams, phrases of a lexicon.

The keys are 64-bit hashes of folded words, so that nothing is allocated per word; two words of one document share a key once in 2**64 / words**2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from curation.jit import kernel

# Bits of the class table. WORD is a letter or a number as `re` sees it, DECIMAL what \d matches, ALPHA what str.isalpha says. They stand here because
# numba compiles a kernel anew when its own file changes, not when another does.
WORD, DECIMAL, ALPHA, SPACE, UPPER, SYMBOL, LINE_END, CLOSING, APOSTROPHE, TURKISH = 1, 2, 4, 8, 16, 32, 64, 128, 256, 512
PLANE = 0x10000
"""Characters from here on (emoji and old scripts) are symbols to the scan."""

U64 = np.uint64
_BASIS, _PRIME = U64(0xCBF29CE484222325), U64(0x100000001B3)  # of FNV-1a
_MIX, _SHIFT = U64(0x9E3779B97F4A7C15), U64(29)  # of Fibonacci hashing

# Where each count stands in what `characters` and `lines` give back.
LETTERS, UPPERS, DIGITS, TURKISH_LETTERS, VISIBLE, SYMBOLS, UNREADABLE, TORN, NEWLINES = range(9)
ALL_LINES, ENDED, MENU, BULLETS, ELLIPSES, SHORT, LINE_CHARACTERS, REPEATED, REPEATED_CHARACTERS, BOILERPLATE_CHARACTERS = range(10)

_SHORT_LINE = 30  # characters; FineWeb
_LABEL_LINE = 200  # characters; a longer line that holds a label is a sentence about it
_HYPHEN, _QUESTION, _EQUALS, _NEWLINE, _FFFD = ord("-"), ord("?"), ord("="), ord("\n"), 0xFFFD
_DOT, _ELLIPSIS, _COLON, _SEMICOLON = ord("."), ord("…"), ord(":"), ord(";")


@kernel
def kind(character: Any, classes: Any) -> Any:
    """The class bits of a character."""
    return classes[character] if character < PLANE else np.uint16(SYMBOL)


@kernel
def joined(key: Any, other: Any) -> Any:
    """The key of a sequence one word longer."""
    key = ((key ^ other) * _MIX) ^ U64(0x2545F4914F6CDD1D)
    return key ^ (key >> _SHIFT)


@kernel
def sequence(keys: Any) -> Any:
    """The key of a sequence of words."""
    key = U64(0)
    for one in keys:
        key = joined(key, one)
    return key


@kernel
def characters(text: Any, classes: Any) -> Any:
    """Counts of letters, capitals, digits, symbols and of damage, int64[9]."""
    counts = np.zeros(9, np.int64)
    size = len(text)
    for at in range(size):
        character = text[at]
        bits = kind(character, classes)
        counts[LETTERS] += (bits & ALPHA) != 0
        counts[UPPERS] += (bits & UPPER) != 0
        counts[DIGITS] += (bits & DECIMAL) != 0
        counts[TURKISH_LETTERS] += (bits & TURKISH) != 0
        counts[VISIBLE] += (bits & SPACE) == 0
        counts[SYMBOLS] += (bits & SYMBOL) != 0
        counts[NEWLINES] += character == _NEWLINE
        counts[UNREADABLE] += character == _FFFD
        if character == _QUESTION and 0 < at < size - 1:
            counts[TORN] += _is_torn(text, at, classes)
    return counts


@kernel
def _is_torn(text: Any, at: Any, classes: Any) -> Any:
    # "T?rk?e": a lost letter between letters; not "index.php?id=5"
    before, after = kind(text[at - 1], classes), kind(text[at + 1], classes)
    if before & ALPHA == 0 or after & ALPHA == 0 or after & UPPER != 0:
        return False
    for ahead in range(at + 1, min(at + 24, len(text))):
        if text[ahead] == _EQUALS:
            return False
        if kind(text[ahead], classes) & SPACE:
            break
    return True


@kernel
def words(text: Any, classes: Any, folds: Any) -> Any:
    """Starts int32, ends int32, keys uint64 and folded lengths int32 of the words that `turkish.words` finds; how many hold a letter, and marks between them."""
    room = len(text) // 2 + 1
    starts, ends = np.empty(room, np.int32), np.empty(room, np.int32)
    keys, lengths = np.empty(room, np.uint64), np.empty(room, np.int32)
    count = alphabetic = marks = at = 0
    while at < len(text):
        if kind(text[at], classes) & WORD == 0:
            marks += kind(text[at], classes) & SPACE == 0 and (at == 0 or text[at] != text[at - 1])
            at += 1
            continue
        end = _word_end(text, at, classes)
        key, length, letters = _BASIS, 0, False
        for inner in range(at, end):
            folded = folds[text[inner]]
            letters |= kind(text[inner], classes) & ALPHA != 0
            if folded != 0:
                key = (key ^ U64(folded)) * _PRIME
                length += 1
        starts[count], ends[count], lengths[count] = at, end, length
        keys[count] = key ^ (key >> _SHIFT)
        count += 1
        alphabetic += letters
        at = end
    return starts[:count], ends[:count], keys[:count], lengths[:count], alphabetic, marks


@kernel
def _word_end(text: Any, at: Any, classes: Any) -> Any:
    size = len(text)
    if kind(text[at], classes) & DECIMAL:
        return _number_end(text, at, classes)
    end = at
    while True:
        while end < size and kind(text[end], classes) & WORD:
            end += 1
        inner = end < size - 1 and (kind(text[end], classes) & APOSTROPHE or text[end] == _HYPHEN)
        if not inner or kind(text[end + 1], classes) & WORD == 0:
            return end
        end += 1


@kernel
def _number_end(text: Any, at: Any, classes: Any) -> Any:
    size, end = len(text), at
    while True:
        while end < size and kind(text[end], classes) & DECIMAL:
            end += 1
        if end >= size - 1:
            return end
        mark = text[end]
        inside = mark == _DOT or mark == 44 or mark == 58 or mark == 47  # noqa: PLR1714 - . , : /
        if not inside or kind(text[end + 1], classes) & DECIMAL == 0:
            break
        end += 1
    if kind(text[end], classes) & APOSTROPHE:
        suffix = end + 1
        while suffix < size and kind(text[suffix], classes) & WORD and kind(text[suffix], classes) & DECIMAL == 0:
            suffix += 1
        if suffix > end + 1:
            return suffix
    return end


@kernel
def lines(text: Any, classes: Any, starts: Any, keys: Any, labels: Any, longest: Any, first_words: Any) -> Any:
    """Counts over the lines that are not empty, int64[10], and the key of each paragraph with its characters."""
    counts = np.zeros(10, np.int64)
    room = 1
    for at in range(len(text)):
        room += text[at] == _NEWLINE
    seen = np.zeros(_table_size(room), np.uint64)
    paragraphs, paragraph_count = np.empty(room, np.uint64), 0
    paragraph = U64(0)
    word = start = 0
    while start <= len(text):
        end = start
        while end < len(text) and text[end] != _NEWLINE:
            end += 1
        left, right = _stripped(text, start, end, classes)
        first = word
        while word < len(starts) and starts[word] < end:
            word += 1
        if left < right:
            key = _line_key(text, left, right)
            paragraph = joined(paragraph, key)
            _count_line(counts, text, left, right, classes)
            if _insert(seen, key):
                counts[REPEATED] += 1
                counts[REPEATED_CHARACTERS] += right - left
            if _is_boilerplate(keys[first:word], right - left, labels, longest, first_words):
                counts[BOILERPLATE_CHARACTERS] += right - left
        elif paragraph != 0:
            paragraphs[paragraph_count] = paragraph
            paragraph_count += 1
            paragraph = U64(0)
        start = end + 1
    if paragraph != 0:
        paragraphs[paragraph_count] = paragraph
        paragraph_count += 1
    return counts, paragraphs[:paragraph_count]


@kernel
def _stripped(text: Any, start: Any, end: Any, classes: Any) -> Any:
    while start < end and kind(text[start], classes) & SPACE:
        start += 1
    while start < end and kind(text[end - 1], classes) & SPACE:
        end -= 1
    return start, end


@kernel
def _line_key(text: Any, left: Any, right: Any) -> Any:
    key = _BASIS
    for at in range(left, right):
        key = (key ^ U64(text[at])) * _PRIME
    return key ^ (key >> _SHIFT)


@kernel
def _count_line(counts: Any, text: Any, left: Any, right: Any, classes: Any) -> None:
    last = right - 1
    while last > left and kind(text[last], classes) & CLOSING:
        last -= 1
    ended = kind(text[last], classes) & LINE_END != 0
    announces = text[right - 1] == _COLON or text[right - 1] == _SEMICOLON
    spaces = 0
    for at in range(left, right):
        spaces += text[at] == 32
    dots = right - left >= 3 and text[right - 1] == _DOT and text[right - 2] == _DOT and text[right - 3] == _DOT
    bullet = text[left]
    counts[ALL_LINES] += 1
    counts[LINE_CHARACTERS] += right - left
    counts[ENDED] += ended
    counts[MENU] += not ended and not announces and spaces < 3
    counts[ELLIPSES] += dots or text[right - 1] == _ELLIPSIS
    counts[BULLETS] += bullet == _HYPHEN or bullet == 0x2022 or bullet == 42 or bullet == 0xB7  # noqa: PLR1714 - - • * ·
    counts[SHORT] += right - left <= _SHORT_LINE


@kernel
def _is_boilerplate(keys: Any, length: Any, labels: Any, longest: Any, first_words: Any) -> Any:
    # A whole line of any label; a label of three words or more anywhere in a line that is not long.
    whole = U64(0)
    for at in range(min(len(keys), longest)):
        whole = joined(whole, keys[at])
    if 0 < len(keys) <= longest and contains(labels, whole):
        return True
    if length >= _LABEL_LINE:
        return False
    for start in range(len(keys) - 2):
        if first_words[keys[start] & U64(4095)]:
            key = U64(0)
            for at in range(start, min(start + longest, len(keys))):
                key = joined(key, keys[at])
                if at - start >= 2 and contains(labels, key):
                    return True
    return False


@kernel
def contains(sorted_keys: Any, key: Any) -> Any:
    """Whether an ascending uint64 array holds a key."""
    at = np.searchsorted(sorted_keys, key)
    return at < len(sorted_keys) and sorted_keys[at] == key


@kernel
def phrases(text: Any, starts: Any, keys: Any, folds: Any, phrases_of: Any, first_words: Any) -> Any:
    """How often a phrase of two words or more occurs; its last word may carry suffixes. phrases_of: keys of all words but the last, their count, key and length of the last."""
    heads, before, tails, lengths = phrases_of
    found = 0
    for start in range(len(keys) - 1):
        if not first_words[keys[start] & U64(4095)]:
            continue
        for number in range(len(heads)):
            last = start + before[number]
            if last >= len(keys):
                continue
            key = U64(0)
            for at in range(start, last):
                key = joined(key, keys[at])
            if key == heads[number] and _prefix_key(text, starts[last], lengths[number], folds) == tails[number]:
                found += 1
    return found


@kernel
def _prefix_key(text: Any, start: Any, length: Any, folds: Any) -> Any:
    key, taken, at = _BASIS, 0, start
    while at < len(text) and taken < length:
        folded = folds[text[at]] if text[at] < PLANE else 0
        if folded != 0:
            key = (key ^ U64(folded)) * _PRIME
            taken += 1
        at += 1
    return key ^ (key >> _SHIFT)


@kernel
def beginning(text: Any, starts: Any, classes: Any, folds: Any, wanted: Any) -> Any:
    """Starts of the words whose first letters are in a filter of 65536 bits, int32."""
    found = np.empty(len(starts), np.int32)
    count = 0
    for start in starts:
        if wanted[beginning_key(text, start, classes, folds)]:
            found[count] = start
            count += 1
    return found[:count]


@kernel
def beginning_key(text: Any, start: Any, classes: Any, folds: Any) -> Any:
    """16 bits of the first three letters of a word, folded."""
    key, taken, at = U64(0), 0, start
    while at < len(text) and taken < 3 and kind(text[at], classes) & WORD:
        folded = folds[text[at]] if text[at] < PLANE else 0
        if folded != 0:
            key = (key << U64(5)) ^ U64(folded)
            taken += 1
        at += 1
    return key & U64(0xFFFF)


@kernel
def repeated_characters(keys: Any, lengths: Any, smallest: Any, largest: Any) -> Any:
    """Per n from smallest to largest: characters inside n-grams of words that stood in the text before, counted without overlap, int64."""
    counts = np.zeros(largest - smallest + 1, np.int64)
    size = _table_size(len(keys))
    table, owner = np.zeros(size, np.uint64), np.zeros(size, np.uint8)
    mask = U64(size - 1)
    for n in range(smallest, largest + 1):
        at = 0
        while at + n <= len(keys):
            key = U64(0)
            for inner in range(at, at + n):
                key = joined(key, keys[inner])
            slot = key & mask
            # A slot that an n-gram of another length left counts as free.
            while owner[slot] == n and table[slot] != key:
                slot = (slot + U64(1)) & mask
            if owner[slot] == n:
                for inner in range(at, at + n):
                    counts[n - smallest] += lengths[inner]
                at += n
            else:
                owner[slot], table[slot] = n, key
                at += 1
    return counts


@kernel
def top_characters(keys: Any, lengths: Any, smallest: Any, largest: Any) -> Any:
    """Per n: characters in all occurrences of the most frequent n-gram of words, 0 where none occurs twice, int64; of equals the first counts."""
    counts = np.zeros(largest - smallest + 1, np.int64)
    size = _table_size(len(keys))
    mask = U64(size - 1)
    for n in range(smallest, largest + 1):
        table, first, times = np.zeros(size, np.uint64), np.zeros(size, np.int32), np.zeros(size, np.int32)
        best, best_first = 1, -1
        for at in range(len(keys) - n + 1):
            key = U64(0)
            for inner in range(at, at + n):
                key = joined(key, keys[inner])
            slot = key & mask
            while times[slot] and table[slot] != key:
                slot = (slot + U64(1)) & mask
            if times[slot] == 0:
                table[slot], first[slot] = key, at
            times[slot] += 1
            if times[slot] > best or (times[slot] == best and best > 1 and first[slot] < best_first):
                best, best_first = times[slot], first[slot]
        if best > 1:
            for inner in range(best_first, best_first + n):
                counts[n - smallest] += best * lengths[inner]
    return counts


@kernel
def distinct(keys: Any, wanted: Any) -> Any:
    """How many of the ascending keys in `wanted` occur in `keys`, and how many of `keys` are one of them."""
    seen = np.zeros(len(wanted), np.bool_)
    total = 0
    for key in keys:
        at = np.searchsorted(wanted, key)
        if at < len(wanted) and wanted[at] == key:
            seen[at] = True
            total += 1
    return seen.sum(), total


@kernel
def repeats(keys: Any) -> Any:
    """How many keys stood before."""
    seen = np.zeros(_table_size(len(keys)), np.uint64)
    count = 0
    for key in keys:
        count += _insert(seen, key)
    return count


@kernel
def _insert(table: Any, key: Any) -> Any:
    # True where the key was there; 0 marks a free slot and is no key that the hashes give in practice.
    mask = U64(len(table) - 1)
    slot = key & mask
    while table[slot] != 0 and table[slot] != key:
        slot = (slot + U64(1)) & mask
    if table[slot] == key:
        return True
    table[slot] = key
    return False


@kernel
def _table_size(entries: Any) -> Any:
    size = 16
    while size < 2 * entries:
        size *= 2
    return size
