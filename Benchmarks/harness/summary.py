"""Medians and quartiles of rounds."""

import statistics


def quartiles(values):
    """First quartile, median, third."""
    values = sorted(values)
    if len(values) < 2:
        return values[0], values[0], values[0]
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, statistics.median(values), third


def ratio(others, own):
    """The middle of what another takes for each of one's own, round by round."""
    return statistics.median(b / a for a, b in zip(own, others))


def duration(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            return f"{seconds * factor:.3g} {unit}"


def bytes_text(count):
    return f"{count / 1e6:.0f} MB"
