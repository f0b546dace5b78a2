"""Whether a key was made by chance, or by somebody who wanted to be done with it."""

from collections import Counter
from itertools import pairwise

_WINDOW = 4


def looks_random(key: bytes) -> bool:
    """Tell whether a key neither repeats itself nor counts; of 16 bytes or more."""
    windows = [key[at : at + _WINDOW] for at in range(len(key) - _WINDOW + 1)]
    steps = Counter((after - before) % 256 for before, after in pairwise(key))
    repeats = len(set(windows)) < len(windows) * 3 / 4
    counts = max(steps.values(), default=0) > len(key) / 3
    return not repeats and not counts
