"""The one Jinja environment of the report pages: autoescape, inline style and script, no network.

A page's Content-Security-Policy allows only the script that ships with it, by hash: text that slips
into a page can never run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eros_assets.domain.figures import PLAN_INTERVAL

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS = {"ppv": "PPV", "vip": "VIP", "dm": "DM", "rps": "RPS", "eros": "EROS"}
_DASH = "–"
_SMALL = 0.1
"""Below this a figure gets more digits: conversion moves by hundredths of a percent, dollars a recipient by less."""
_ROUNDING = 0.05
"""A figure is shown with digits enough to be rounded by at most this share of itself."""


INTERVAL_WORDS = f"{PLAN_INTERVAL * 10:.0f} in 10"
"""How often a plan's interval holds, in words."""


def render(template: str, **values: Any) -> bytes:
    """A whole page as UTF-8 bytes; a name the template misses raises ``jinja2.UndefinedError``."""
    return _environment().get_template(template).render(**values).encode("utf-8", "replace")


def words(key: str | None) -> str:
    """``ppv_unlock`` → ``PPV unlock``; empty for None."""
    if not key:
        return ""
    parts = [_WORDS.get(part, part) for part in key.split("_")]
    return " ".join([parts[0][:1].upper() + parts[0][1:], *parts[1:]])


def money(value: float | None, digits: int = 0) -> str:
    """Dollars with thousands and at least ``digits`` decimals (cents never by halves); a dash for None."""
    return _figure(value, (digits, 2, 3, 4), "$")


def percent(value: float | None, digits: int = 0) -> str:
    """A fraction as percent with at least ``digits`` decimals; a dash for None."""
    return _figure(None if value is None else value * 100, (digits, 1, 2, 3), after="%")


def change(value: float | None) -> str:
    """A relative change as signed percent; a dash for None."""
    if value is None:
        return _DASH
    said = percent(abs(value))
    return f"±{said}" if value == 0 else f"{'−' if value < 0 else '+'}{said}"


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands and at least ``digits`` decimals; a dash for None."""
    return _figure(value, (digits, 1, 2, 3, 4))


def shown(value: float | None, unit: str) -> str:
    """A figure in its unit, ``$``, ``%`` (a fraction) or ``#``, alike wherever it stands; a dash for None."""
    is_small = value is not None and abs(value) < _SMALL
    if unit == "$":
        return money(value, 4 if is_small else 2)
    if unit == "%":
        return percent(value, 2 if is_small else 1)
    return number(value, 0 if value is None or value == round(value) else 1)


def _figure(value: float | None, decimals: tuple[int, ...], before: str = "", after: str = "") -> str:
    """``value`` with the fewest ``decimals``, first to last, that round it by no more than a twentieth of itself.

    The first are the least. What is smaller than the last can show is said to be below its smallest step: only a zero
    is shown as zero, and without decimals.
    """
    if value is None:
        return _DASH
    if value == 0:
        return f"{before}0{after}"
    size, sign = abs(value), "−" if value < 0 else ""
    allowed = [digits for digits in decimals if digits >= decimals[0]]
    digits = next((n for n in allowed if abs(round(size, n) - size) <= _ROUNDING * size), allowed[-1])
    if not round(size, digits):
        return f"{sign}<{before}{10**-digits:.{digits}f}{after}"
    return f"{sign}{before}{size:,.{digits}f}{after}"


def day_text(value: date | None, form: str = "%a %d %b %Y") -> str:
    """A date as ``Mon 30 Nov 2026``; a dash for None."""
    return _DASH if value is None else f"{value:{form}}"


def facts(value: Any) -> list[tuple[str, str]]:
    """Any JSON value as (name, text) lines: objects by key, lists by element, nested values in one line."""
    if value is None or value == [] or value == {}:
        return []
    if isinstance(value, Mapping):
        return [(words(str(name)), _one_line(part)) for name, part in value.items()]
    if isinstance(value, list):
        return [("", _one_line(part)) for part in value]
    return [("", _one_line(value))]


def _one_line(value: Any) -> str:
    if isinstance(value, Mapping):
        return " · ".join(f"{words(str(name))}: {_one_line(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_one_line, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime | date):
        return str(value.isoformat())
    return _DASH if value is None else str(value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "unbroken": _unbroken,
        "words": words,
        "money": money,
        "percent": percent,
        "change": change,
        "number": number,
        "shown": shown,
        "day": day_text,
        "facts": facts,
    }
    environment.globals["often"] = INTERVAL_WORDS
    environment.globals["style"] = _own_file("style.css")
    environment.globals["script"] = _own_file
    environment.globals["script_hash"] = _script_hash
    return environment


def _unbroken(text: str) -> Markup:
    """The text with every range of numbers (``250–449``) kept on one line."""
    parts = re.split(r"(\d+–\d+)", text)
    return Markup().join(
        Markup('<span class="nowrap">{}</span>').format(part) if place % 2 else part for place, part in enumerate(parts)
    )


@cache
def _own_file(name: str) -> Markup:
    """Text of one of our own style or script files, as it stands between the tags."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - ships with the package


@cache
def _script_hash(name: str) -> str:
    """The script's Content-Security-Policy source expression."""
    digest = hashlib.sha256(_own_file(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
