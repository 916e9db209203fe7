"""Why an item stands where it stands, in sentences for the people who queue it: the one home of reasons.

The calendar page, its print and ``eros generate --explain`` show what is written here. What the planner
stores (figures, notes, keys of the configuration) becomes words; no sentence needs the code to be understood.
Sentences about a whole week stand in ``week_explanation``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eros_assets.reports.rendering import INTERVAL_WORDS, money, number, percent, words
from eros_assets.reports.values import parse_json
from eros_assets.settings import Settings

NO_SALE = "no sale"
"""What stands where a forecast would: the send asks for no money."""
SCORE_PARTS = {
    "rps": "earnings per send",
    "conversion": "buyers among those who open",
    "execution": "wording and fit",
    "diversity": "variety",
    "length": "length",
}
AUDIENCES = {
    "all_active": "all active fans",
    "renew_off": "fans whose renewal is off",
    "renew_on": "fans whose renewal is on",
    "expired_recent": "fans who left in the last {n} days",
    "expired_all": "all fans who left",
    "never_purchased": "fans who never bought",
    "recent_purchasers": "fans who bought in the last {n} days",
    "high_spenders": "the {rest}% of the fans who spend most",
    "inactive_7d": "fans not seen for {n} days",
    "ppv_non_purchasers": "fans who opened and did not buy",
}
"""Targets in words; ``n`` is the figure in the target's filter, ``rest`` what it lacks to 100."""
_UNRELAXED_STEP = 2
"""Steps of the fallback ladder up to here give nothing up."""
_SOURCE = re.compile(r"\s*[(\[]\s*(?:level )?\d+(?:\.\d+)?(?:\s*[,;]\s*\d+\.\d+)*\s*[)\]]")
_KEY = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_FLAG = re.compile(r"\bENABLE_[A-Z_]+\b")


@dataclass(frozen=True)
class Reason:
    """One answer: ``topic`` is the question (``Price``), ``text`` a sentence."""

    topic: str
    text: str


@dataclass(frozen=True)
class Alternative:
    """A caption that was not taken: its text, its dollars in this very slot (None: nothing to sell), and why."""

    text: str
    dollars: float | None
    reason: str


@dataclass(frozen=True)
class PlannedUnder:
    """What of a SCHEDULE row an item's reasons depend on: the page's confidence (0–1) and the flags in force."""

    confidence: float
    flags: frozenset[str]

    @staticmethod
    def of(schedule: Mapping[str, Any]) -> PlannedUnder:
        """From a SCHEDULE row of plain values."""
        return PlannedUnder(float(schedule["confidence"]), frozenset(parse_json(schedule["flag_set"]) or ()))


def reasons(item: Mapping[str, Any], under: PlannedUnder, settings: Settings) -> list[Reason]:
    """Why one SCHEDULE_ITEM row (plain values) is planned as it is, most important first."""
    why = _mapping(item["explanation"])
    caption, timing, slot = (_mapping(why.get(name)) for name in ("caption", "timing", "slot"))
    found = [
        Reason("Expected", _expected(item, caption)),
        Reason("Placed", _placed(slot)),
        Reason("Text", _chosen(caption)),
        Reason("Score", _score(item)),
        Reason("Time", _time(item, timing)),
        Reason("Price", _price(item["price_reason"] or "")),
        Reason("Audience", _audience(item, str(why.get("audience") or ""), settings)),
        Reason("Held back by", _limits(caption.get("binding"), sells_itself(item), settings)),
        *(Reason("Given up", text) for text in given_up(item, under, settings)),
    ]
    return [reason for reason in found if reason.text]


def explanation_lines(item: Mapping[str, Any], under: PlannedUnder, settings: Settings) -> list[str]:
    """The reasons and alternatives of one SCHEDULE_ITEM row as lines ``Topic: sentence`` for a terminal."""
    lines = [f"{reason.topic}: {reason.text}" for reason in reasons(item, under, settings)]
    return lines + [f"Instead of: {alternative_line(other)}" for other in alternatives(item)]


def alternatives(item: Mapping[str, Any]) -> list[Alternative]:
    """The captions this one was chosen before; dollars only where the item itself sells something."""
    found = []
    for other in _as_list(parse_json(item["runners_up"])):
        entry = other if isinstance(other, dict) else {"reason": str(other)}
        dollars = entry.get("expected_revenue")
        known = float(dollars) if isinstance(dollars, int | float) and dollars > 0 else None
        text = " ".join(str(entry.get("caption_text") or "").split()) or _unnamed(entry)
        found.append(Alternative(text, known if sells_itself(item) else None, _lost(str(entry.get("reason") or ""))))
    return found


def alternative_line(other: Alternative, limit: int = 90) -> str:
    """An alternative in one line, its text cut to ``limit`` characters at a word."""
    dollars = "" if other.dollars is None else f", {money(other.dollars, 2)} here"
    return f"“{cut(other.text, limit)}”{dollars}" + (f": {other.reason}" if other.reason else "")


def sells_itself(item: Mapping[str, Any]) -> bool:
    """Whether the item has a forecast of its own; engagement earns for the sends around it and has none."""
    expected = item["expected_revenue"]
    return expected is not None and float(expected) > 0


def worth_text(item: Mapping[str, Any], digits: int = 0) -> str:
    """The item's forecast as ``$41``; ``no sale`` for a send that asks for nothing; empty when nobody knows."""
    if sells_itself(item):
        return money(item["expected_revenue"], digits)
    return "" if item.get("category") == "revenue" or item.get("is_followup") else NO_SALE


def given_up(item: Mapping[str, Any], under: PlannedUnder, settings: Settings) -> list[str]:
    """What was relaxed so that the item could stand, one sentence each."""
    return [_relaxation(str(note), under, settings) for note in _as_list(parse_json(item["relaxations"]))]


def plain_words(text: str) -> str:
    """A note of the planner or of a rule without table numbers in brackets and with keys as words."""
    text = re.sub(r"; 0 pins were live, the weakest at \$nothing", "; no pin was live", text)
    text = _SOURCE.sub("", text)
    text = _FLAG.sub(lambda found: flag_words(found.group()), text)
    text = _KEY.sub(lambda found: in_sentence(found.group()), text)
    return " ".join(text.split())


def in_sentence(key: str) -> str:
    """A key as it stands inside a sentence: ``first_to_tip`` → ``first to tip``, ``ppv_wall`` → ``PPV wall``."""
    said = words(key)
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


def audience_words(key: str, settings: Settings) -> str:
    """Who a target is: ``renew_off`` → ``fans whose renewal is off``."""
    target = next((target for target in settings.audiences.targets if target.key == key), None)
    figure = re.search(r"\d+", target.filter) if target else None
    if key not in AUDIENCES or (figure is None and "{" in AUDIENCES[key]):
        return in_sentence(key)
    n = int(figure.group()) if figure else 0
    return AUDIENCES[key].format(n=n, rest=100 - n)


def flag_words(flag: str) -> str:
    """A flag's name for people: ``ENABLE_TIMING_RULES`` → ``timing rules``."""
    return _FLAG_WORDS.get(flag, flag.removeprefix("ENABLE_").replace("_", " ").lower())


_FLAG_WORDS = {
    "ENABLE_CHAR_LENGTH_MULTIPLIER": "caption length",
    "ENABLE_CONFIDENCE_DAMPENING": "caution on thin data",
    "ENABLE_ROTATION_PATTERNS": "PPV style rotation",
    "ENABLE_PAGE_TYPE_VOLUMES": "revenue, engagement and bump mix",
    "ENABLE_VOLUME_TRIGGERS": "more of what sells",
    "ENABLE_QUALITY_VALIDATORS": "text quality",
    "ENABLE_SCAM_DETECTION": "promise checks",
    "ENABLE_PRICING_OPTIMIZATION": "price points",
    "ENABLE_DAILY_AUTOMATION": "weekday flavors",
}


def cut(text: str, limit: int) -> str:
    """``text`` in one line of at most ``limit`` characters, cut between words with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: max(limit - 1, 1)]
    whole = head.rsplit(" ", 1)[0] if " " in head else head
    return (whole if len(whole) > limit // 2 else head).rstrip(" ,;:.–-") + "…"


# -- one topic each ----------------------------------------------------------------------------------


def _expected(item: Mapping[str, Any], caption: Mapping[str, Any]) -> str:
    if not sells_itself(item):
        if item["is_followup"]:
            return "What it brings is counted with the PPV before it."
        return "No sale: this send sells nothing itself, so no revenue is forecast." if worth_text(item) else ""
    low, high = item["expected_revenue_low"], item["expected_revenue_high"]
    is_span = low is not None and high is not None and money(low) != money(high)
    span = f", {INTERVAL_WORDS} times between {money(low)} and {money(high)}" if is_span else ""
    said = f"{money(item['expected_revenue'], 2)}{span}."
    value, factor = caption.get("caption_value"), caption.get("slot_factor")
    if isinstance(value, int | float) and isinstance(factor, int | float) and abs(factor - 1) >= 0.005:
        said += (
            f" At an average time the text earns {money(value, 2)}; this day and hour make it × {number(factor, 2)}."
        )
    own = caption.get("own_evidence")
    if isinstance(own, int | float):
        said += (
            " The figure rests on similar texts and pages: this page has not sent this text enough to tell."
            if own < 0.005
            else f" {percent(own)} of it rests on this page's own sends of the text, the rest on similar ones."
        )
    return said


def _placed(slot: Mapping[str, Any]) -> str:
    campaign = slot.get("campaign")
    if slot.get("is_forced"):
        said = "It stands here for a rule of the week (a minimum, a campaign's rhythm, variety), not for its earnings."
    elif campaign:
        said = "It earns its place."
    else:
        return ""
    return said + (f" Campaign: {in_sentence(str(campaign))}." if campaign else "")


def _chosen(caption: Mapping[str, Any]) -> str:
    by = str(caption.get("chosen_by") or "")
    score = caption.get("score")
    if "assignment" in by:
        return "Chosen together with all texts of the week: each where it is worth most, none twice."
    if "baseline score" in by:
        figure = f" ({number(score)} points)" if isinstance(score, int | float) else ""
        return f"The best scored of the rested texts that were still free when this slot was filled{figure}."
    if by.startswith("exploration"):
        return "A trial: a promising text this page has hardly sent, drawn by lot, so that its worth becomes known."
    return plain_words(by)


def _score(item: Mapping[str, Any]) -> str:
    parts = [f"{name} {number(value, 2)}" for name, value in score_parts(item)]
    if not parts:
        return ""
    whole = item["eros_score"]
    return (f"{number(whole, 2)} of 1: " if whole is not None else "") + ", ".join(parts) + "."


def score_parts(item: Mapping[str, Any]) -> list[tuple[str, float]]:
    """(what was scored, 0–1) of the numeric parts of the text's score."""
    parts = _mapping(item["score_parts"])
    return [
        (SCORE_PARTS.get(name, in_sentence(name)), float(value))
        for name, value in parts.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _time(item: Mapping[str, Any], timing: Mapping[str, Any]) -> str:
    if item["is_followup"] and item["delay_minutes"] is not None:
        return f"{item['delay_minutes']} minutes after its PPV, while those who opened it still think of it."
    if "hour_factor" not in timing:
        return ""
    hits = [
        said
        for name, said in (
            ("is_prime_hour", "a prime hour"),
            ("is_preferred_hour", "an hour this kind of send is made for"),
            ("is_best_day", "a weekday it does best on"),
        )
        if timing.get(name)
    ]
    also = f"; {' and '.join(hits)}" if hits else ""
    return f"Sends of this hour earn {number(timing['hour_factor'], 2)} times the page's average{also}."


_LOWERED = re.compile(r"× ([\d.]+) at confidence ([\d.]+)(?: \([\w ]+\))?: (\$[\d.,]+)")


def _price(said: str) -> str:
    text = plain_words(said)
    text = _LOWERED.sub(
        lambda found: (
            f"lowered to {float(found[1]):.0%}, {found[3]}, while little is known of the page (confidence {found[2]})"
        ),
        text,
    )
    first = re.match(r"\$[\d.,]*\d", text)
    if first:
        text = text.removesuffix(f"; rounded to {first.group()}")
    return _sentence(text)


def _audience(item: Mapping[str, Any], said: str, settings: Settings) -> str:
    if item["is_followup"]:
        return "Fans who opened the PPV before it and did not buy."
    if said and "channel of" not in said:
        return _sentence(plain_words(said))
    kind = settings.send_type.get(item["send_type_key"])
    usual = "the usual" if kind is None or item["channel_key"] == kind.channels[0] else "an allowed"
    broad = "; the broadest audience, while little is known of the page" if "broadest" in said else ""
    return (
        f"{words(item['channel_key'])}, {usual} channel for {in_sentence(item['send_type_key'])},"
        f" to {audience_words(item['target_key'], settings)}{broad}."
    )


def _limits(binding: Any, sells: bool, settings: Settings) -> str:
    """Limits that decided where the item stands; where it sells, with the dollars one send more would bring."""
    low, high = settings.scoring.optimal_length
    said = []
    for limit in binding if isinstance(binding, list) else []:
        name, _, price = str(limit).partition(": ")
        for start, text in (
            ("length share", f"the share of texts with {low}–{high} characters the week needs"),
            ("content type's week", "the most of its content type in a week"),
            ("content type's day", "the most of its content type in a day"),
            ("wanted by other slots", "other slots that want the same text"),
            ("texts that read alike", "a text like this once a week"),
            ("content type within", "its content type not again within hours"),
            ("trigger on ", f"the share the week owes to what sells ({_trait(name)})"),
        ):
            if name.startswith(start):
                said.append(f"{text}{_gain(price, sells)}")
                break
        else:
            said.append(plain_words(str(limit)))
    if not said:
        return ""
    has_gain = any("($" in text for text in said)
    return _sentence("; ".join(said)) + (" In dollars: what the week would gain with one send free of it." * has_gain)


def _gain(price: str, sells: bool) -> str:
    """What follows a limit's name: the dollars of one send more, or that the week goes beyond it."""
    if price.startswith("$"):
        return f" ({money(_float(price.removeprefix('$')), 2)})" if sells else ""
    return f" ({price})" if price else ""


def _trait(name: str) -> str:
    """``trigger on length_bucket 250-449 [4.1]`` → ``length 250-449``."""
    kind, _, value = plain_words(name).removeprefix("trigger on ").rpartition(" ")
    short = {"length bucket": "length", "content type": "", "price": "price", "tone": "tone"}.get(kind, kind)
    return f"{short} {value}".strip()


_LADDER = re.compile(r"(?:caption of level|fallback ladder step) (\d)[^:]*(?:: (.*))?")
_RESTED = re.compile(r"(\d+) days since its last use")


def _relaxation(note: str, under: PlannedUnder, settings: Settings) -> str:
    found = _LADDER.fullmatch(note)
    if found and "instead of" not in note:
        return _ladder(int(found[1]), found[2] or "", under, settings)
    if note.startswith("no usable caption"):
        return "No rested text fits this slot: a person chooses one."
    closed = re.match(r"audience (\w+) closed or spent: (\w+) instead", note)
    if closed:
        first, second = (audience_words(key, settings) for key in closed.groups())
        return f"Closed or used up: {first}. It goes to {second} instead."
    return _sentence(plain_words(note))


def _ladder(step: int, details: str, under: PlannedUnder, settings: Settings) -> str:
    """What a step of the fallback ladder gave up, against what a text needs without it."""
    ladder = {row.level: row for row in settings.scoring.fallback_ladder}
    least = ladder[_UNRELAXED_STEP]
    trusted = under.confidence if "ENABLE_CONFIDENCE_DAMPENING" in under.flags else 1.0
    rest = settings.volume.confidence_row(trusted).rest_days
    lacks = []
    rested = _RESTED.search(details)
    if rested and int(rested[1]) < rest:
        lacks.append(f"rested {rested[1]} days instead of {rest}")
    for name, needed in (("freshness", least.freshness), ("performance", least.performance)):
        measured = re.search(rf"{name} (\d+)", details)
        if measured and int(measured[1]) < needed:
            lacks.append(f"{name} {measured[1]} instead of {needed:g}")
    written = re.search(r"written for (\w+)", details)
    if written:
        lacks.append(f"written for {in_sentence(written[1])}")
    said = ", ".join(lacks) or plain_words(details) or "less rested or weaker than otherwise asked for"
    return f"Fallback ladder step {step}: {said}."


def _lost(reason: str) -> str:
    """Why an alternative was not taken."""
    used = re.fullmatch(r"used on (\w+) (\w+)", reason)
    if used:
        return f"used on {used[1]} in {in_sentence(used[2])}"
    step = re.fullmatch(r"needs relaxation level (\d)", reason)
    if step:
        return f"needs step {step[1]} of the fallback ladder: too little rested, or too weak"
    score = re.fullmatch(r"score ([\d.]+) against ([\d.]+)", reason)
    if score:
        return f"scored {float(score[1]):.0f} against {float(score[2]):.0f}"
    return plain_words(reason.replace("the length share decides", "the week needs its share of that length"))


def _unnamed(entry: Mapping[str, Any]) -> str:
    return f"caption {entry['caption_id']}" if entry.get("caption_id") else "another caption"


def _sentence(text: str) -> str:
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def _float(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _mapping(value: Any) -> dict[str, Any]:
    parsed = parse_json(value) if isinstance(value, str) else value
    return parsed if isinstance(parsed, dict) else {}
