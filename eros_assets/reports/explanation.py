"""Why an item stands where it stands, in sentences for the terminal: one line per question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eros_assets.reports.values import parse_json


def explanation_lines(item: Mapping[str, Any]) -> list[str]:
    """Lines about one SCHEDULE_ITEM row: worth, caption, time, limits, runners-up, what was given up."""
    why = _mapping(item["explanation"])
    caption, timing = _mapping(why.get("caption")), _mapping(why.get("timing"))
    lines = []
    if "caption_value" in caption:
        lines.append(
            f"worth: ${caption['caption_value']:.2f} × day and hour {caption['slot_factor']:.2f} = "
            f"${item['expected_revenue']:.2f} (80%: ${item['expected_revenue_low']:.0f}–"
            f"${item['expected_revenue_high']:.0f}); {caption['own_evidence']:.0%} from this page's own sends"
        )
    parts = {name: part for name, part in _mapping(item["score_parts"]).items() if isinstance(part, int | float)}
    if parts:
        lines.append("score: " + ", ".join(f"{name.replace('_', ' ')} {part:.2f}" for name, part in parts.items()))
    if "chosen_by" in caption:
        mark = "; exploration" if item["is_exploration"] else ""
        lines.append(f"caption: {caption['chosen_by']}{mark}")
    if timing:
        hits = [name for name in ("preferred_hour", "prime_hour", "best_day") if timing.get(f"is_{name}")]
        said = f", {', '.join(hit.replace('_', ' ') for hit in hits)}" if hits else ""
        lines.append(f"time: slot score {timing['slot_score']:.0f}, hour factor {timing['hour_factor']:.2f}{said}")
    for name in ("price", "audience"):
        if why.get(name):
            lines.append(f"{name}: {why[name]}")
    if caption.get("binding"):
        lines.append(f"limits that bind: {'; '.join(caption['binding'])}")
    for other in parse_json(item["runners_up"]) or []:
        lines.append(f"instead of: caption {other['caption_id']}, ${other['expected_revenue']:.2f}: {other['reason']}")
    lines += [f"given up: {note}" for note in parse_json(item["relaxations"]) or []]
    return lines


def _mapping(value: Any) -> dict[str, Any]:
    parsed = parse_json(value) if isinstance(value, str) else value
    return parsed if isinstance(parsed, dict) else {}
