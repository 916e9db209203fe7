"""Text for a terminal of any width: words, names and paths stay whole, whatever does not fit goes to the next line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import combining, east_asian_width

LEAST_WIDTH = 40
_LABEL_WIDTH = 22


def wrapped(text: str, width: int | None, *, indent: str = "", hanging: str | None = None) -> str:
    """``text`` broken between words at ``width`` columns (None: never), later lines led by ``hanging``.

    A word longer than the line stands on a line of its own, whole: a cut path leads nowhere.
    """
    later = indent if hanging is None else hanging
    lines, line, room = [], indent, max(width or 0, LEAST_WIDTH)
    for word in text.split():
        is_first = not line.strip() or line == indent
        if width is not None and not is_first and columns_of(f"{line} {word}") > room:
            lines.append(line)
            line, is_first = later, True
        line += word if is_first else f" {word}"
    return "\n".join([*lines, line])


def shortened(text: str, columns: int) -> str:
    """``text`` in one line of at most ``columns``, cut between words with an ellipsis."""
    words = text.split()
    line = " ".join(words)
    while len(words) > 1 and columns_of(line) > columns:
        words.pop()
        line = " ".join(words) + "…"
    return line


def facts(lines: Iterable[tuple[str, str]], width: int | None) -> str:
    """(label, text) pairs as two columns; long texts hang under their column."""
    pairs = list(lines)
    column = min(max((len(label) for label, _ in pairs), default=0), _LABEL_WIDTH) + 2
    return "\n".join(
        wrapped(text, width, indent=f"{label:<{column}}", hanging=" " * column) if text else label
        for label, text in pairs
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Lines of a table with columns as wide as their widest cell; ``right`` names columns aligned to the right."""
    cells = [list(header), *map(list, rows)]
    widths = [max(columns_of(row[place]) for row in cells) for place in range(len(header))]
    return [
        "  ".join(
            _padded(text, width, place in right) for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def columns_of(text: str) -> int:
    """Columns that ``text`` takes on a terminal: wide signs and emoji take two."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, to_right: bool) -> str:
    room = " " * (width - columns_of(text))
    return room + text if to_right else text + room
