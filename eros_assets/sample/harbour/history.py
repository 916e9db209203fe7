"""The harbour agency's past: who sent which text when, at which price, on which channel, and what came of it.

The schedulers gave their better texts to the better hours, so that hours look better than they are
and texts too: whoever learns from this past has to tell the two apart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.sample.agency import fans_on
from eros_assets.sample.clock import to_utc
from eros_assets.sample.harbour.captions import PARENT_STYLES, SEND_POOLS
from eros_assets.sample.harbour.config import HabitConfig, HarbourConfig
from eros_assets.sample.harbour.response import Truth, attention, calibrate, expected_earnings, noise
from eros_assets.settings import Settings

TIP_TYPES = ("first_to_tip", "tip_goal", "vip_program")
_FOLLOWUP_MINUTES = (12, 51)
_REACH = {"renew_on_message": 0.48, "expired_winback": 0.5}
_BLOCK = 8  # sends of a page and type among which the better text goes to the better hour


def make_sends(
    pages: pd.DataFrame,
    captions: pd.DataFrame,
    truth: Truth,
    *,
    sends: int,
    days: int,
    end: pd.Timestamp,
    config: HarbourConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Every send, by page and time, with its final outcome; calibrates ``truth`` on the way.

    Columns: page (row of ``pages``), page_name, day (0 = first of the span), send_type_key, channel_key,
    is_wall, local and utc (naive), caption (row of ``captions``) with text, content_type_key,
    caption_hash and char_length, price ($, null = unpriced), goal ($, tip types), parent (send of a
    followup, −1 = none), is_withdrawn, sent_count (null on walls), viewed_count, purchased_count,
    earnings, expected_earnings, growth_u (uniform, decides how counts round while the send is young).
    """
    frame = _calendar(pages, sends, days, end, config, rng)
    frame["send_type_key"] = _send_types(frame, pages, config.habits, settings, rng)
    frame["local"] = _local_times(frame, pages, end, days, config.habits, rng)
    frame["send_id"] = np.arange(len(frame))
    frame = _with_followups(frame, rng)
    frame = frame.sort_values(["page", "local", "send_id"], kind="stable", ignore_index=True)
    frame["page_name"] = pages["page_name"].to_numpy()[frame["page"]]
    frame["channel_key"] = _channels(frame, settings)
    frame["caption"] = _captions_of(frame, pages, captions, days, truth, config, rng)
    chosen = captions.iloc[frame["caption"]].reset_index(drop=True)
    for column in ("text", "content_type_key", "caption_hash", "char_length"):
        frame[column] = chosen[column]
    frame["price"], frame["goal"] = _money(frame, chosen["price"], config.habits, rng)
    frame["utc"] = to_utc(frame, pages)
    frame["is_withdrawn"] = ~frame["is_wall"] & (rng.random(len(frame)) < config.habits.withdrawn)
    counted = frame[~frame["is_withdrawn"]]
    priced = (counted["price"] > 0) & ~counted["is_wall"]
    calibrate(truth, expected_earnings(truth, counted)[priced], config.response.mean_earnings)
    frame["expected_earnings"] = expected_earnings(truth, counted).reindex(frame.index).fillna(0.0)
    return _outcomes(frame, pages, truth, days, rng)


def _calendar(
    pages: pd.DataFrame, sends: int, days: int, end: pd.Timestamp, config: HarbourConfig, rng: np.random.Generator
) -> pd.DataFrame:
    """One row a send with page, day and is_wall; Sundays full, Thursdays thin."""
    habits = config.habits
    lengths = (pages["last_day"] - pages["first_day"] + 1).to_numpy()
    page = np.repeat(np.arange(len(pages)), lengths)
    day = np.concatenate([np.arange(a, b + 1) for a, b in zip(pages["first_day"], pages["last_day"], strict=True)])
    weekday = (end.day_of_week - (days - 1 - day)) % 7
    rate = rng.uniform(0.85, 1.15, len(pages))
    weight = rate[page] * np.array(habits.week)[weekday] * np.exp(rng.normal(0, habits.day_noise, len(page)))
    walls = round(sends * habits.wall_share / (1 - habits.wall_share))
    parts = []
    for is_wall, total in ((False, sends), (True, walls)):
        counts = np.minimum(rng.multinomial(total, weight / weight.sum()), habits.most_per_day)
        parts.append(pd.DataFrame({"page": np.repeat(page, counts), "day": np.repeat(day, counts), "is_wall": is_wall}))
    return pd.concat(parts, ignore_index=True)


def _send_types(
    frame: pd.DataFrame, pages: pd.DataFrame, habits: HabitConfig, settings: Settings, rng: np.random.Generator
) -> np.ndarray:
    """Send types in the usual mix, under the page rules; streams only where the page has them."""
    out = np.empty(len(frame), dtype=object)
    u = rng.random(len(frame))
    for index, page in enumerate(pages.to_dict("records")):
        for is_wall, mix in ((False, habits.messages), (True, habits.wall)):
            allowed = [
                settings.send_type[key].allowed_on(page["page_type"])
                and (key != "live_promo" or "live_stream" in page["owned"])
                for key in mix
            ]
            shares = np.array(list(mix.values())) * allowed
            rows = np.flatnonzero((frame["page"] == index) & (frame["is_wall"] == is_wall))
            place = np.searchsorted(np.cumsum(shares / shares.sum()), u[rows], side="right")
            out[rows] = np.array(list(mix), dtype=object)[np.minimum(place, len(mix) - 1)]
    return out


def _local_times(
    frame: pd.DataFrame,
    pages: pd.DataFrame,
    end: pd.Timestamp,
    days: int,
    habits: HabitConfig,
    rng: np.random.Generator,
) -> pd.Series:
    """Page-local wall times in the page's usual hours, the fewer half of them on a quarter hour."""
    usual = np.array([habits.hours[habit] for habit in pages["habit"]])
    usual = usual * np.exp(rng.normal(0, 0.2, usual.shape))
    cumulative = np.cumsum(usual / usual.sum(axis=1, keepdims=True), axis=1)
    hour = (rng.random(len(frame))[:, None] >= cumulative[frame["page"].to_numpy()]).sum(axis=1).clip(0, 23)
    odd = np.array([minute for minute in range(60) if minute % 15])
    is_round = rng.random(len(frame)) < habits.round_minutes
    minute = np.where(is_round, rng.choice([0, 15, 30, 45], len(frame)), rng.choice(odd, len(frame)))
    first = end.normalize() - pd.Timedelta(days=days - 1)
    local = first + pd.to_timedelta(frame["day"], unit="D") + pd.to_timedelta(hour * 60 + minute, unit="m")
    return pd.Series(local.astype("datetime64[us]"))


def _with_followups(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Each followup behind a PPV of its page and, where there is one, its own day; the others become bumps."""
    is_followup = frame["send_type_key"] == "ppv_followup"
    parents = frame[(frame["send_type_key"] == "ppv_unlock") & (frame["local"].dt.hour < 23)]
    parents = parents.sample(frac=1, random_state=rng)
    parents["nth"] = parents.groupby(["page", "day"]).cumcount()
    wanted = frame[is_followup][["page", "day"]].copy()
    wanted["nth"] = wanted.groupby(["page", "day"]).cumcount()
    keys = ["page", "day", "nth"]
    pairs = wanted.reset_index().merge(parents[[*keys, "send_id", "local"]], on=keys, how="left")
    frame["parent"] = -1
    frame.loc[pairs.loc[pairs["send_id"].isna(), "index"], "send_type_key"] = "bump_normal"
    pairs = pairs.dropna(subset="send_id")
    rows = pairs["index"].to_numpy()
    delay = pd.to_timedelta(rng.integers(*_FOLLOWUP_MINUTES, len(pairs)), unit="m")
    frame.loc[rows, "local"] = (pairs["local"] + delay).to_numpy()
    frame.loc[rows, "parent"] = pairs["send_id"].to_numpy(dtype=int)
    return frame


def _channels(frame: pd.DataFrame, settings: Settings) -> np.ndarray:
    message = {
        key: next((name for name in settings.send_type[key].channels if name != "wall_post"), "mass_message")
        for key in frame["send_type_key"].unique()
    }
    channels: np.ndarray = np.where(frame["is_wall"], "wall_post", frame["send_type_key"].map(message))
    return channels


def _captions_of(
    frame: pd.DataFrame,
    pages: pd.DataFrame,
    captions: pd.DataFrame,
    days: int,
    truth: Truth,
    config: HarbourConfig,
    rng: np.random.Generator,
) -> np.ndarray:
    """A text for each send: the page's own choice, each rested, the better ones at the better hours."""
    habits = config.habits
    popularity = rng.normal(0, 0.8, len(captions))
    language = captions["language"].to_numpy()
    styles = captions["variant"].map(PARENT_STYLES).to_numpy()
    quality = captions["quality"].to_numpy()
    out = np.zeros(len(frame), dtype=int)
    look = np.zeros(len(frame))
    for name, rows in frame.groupby("page_name").indices.items():
        look[rows] = attention(truth, truth["pages"][name], frame["local"].iloc[rows])
    parent_style = _ParentStyles(frame)
    groups: dict[tuple[int, str], np.ndarray] = frame.groupby(["page", "send_type_key"], sort=True).indices  # type: ignore[assignment]
    order = sorted(groups, key=lambda key: key[1] == "ppv_followup")  # followups answer their parents' texts
    span = (pages["last_day"] - pages["first_day"] + 1).to_numpy()
    for page, kind in order:
        rows = groups[page, kind]
        home = pages["language"].iloc[page]
        taste = popularity + np.where(language == home, np.log(habits.home_language), 0.0)
        pool = _pool(kind, captions, pages["owned"].iloc[page])
        if kind == "ppv_followup":
            wanted = parent_style.of(rows, out, styles)
            for style in sorted(set(wanted)):
                own = rows[wanted == style]
                fitting = pool[captions["variant"].to_numpy()[pool] == style]
                out[own] = fitting[_rounds(len(own), len(own), taste[fitting], rng)]
            continue
        size = int(np.ceil(len(rows) / span[page] * habits.working_days))
        picked = pool[_rounds(len(rows), size, taste[pool], rng)]
        out[rows] = _better_to_better(picked, look[rows], quality, habits.better_at_better_hours, rng)
    return out


class _ParentStyles:
    """Looks up the style of a followup's parent once the parent's text is known."""

    def __init__(self, frame: pd.DataFrame) -> None:
        place = np.zeros(len(frame), dtype=int)
        place[frame["send_id"].to_numpy()] = np.arange(len(frame))
        self._parent_row = place[frame["parent"].to_numpy()]

    def of(self, rows: np.ndarray, chosen: np.ndarray, styles: np.ndarray) -> np.ndarray:
        """Style of each row's parent; ``chosen`` holds the caption of every send, ``styles`` of every caption."""
        found: np.ndarray = styles[chosen[self._parent_row[rows]]]
        return found


def _pool(kind: str, captions: pd.DataFrame, owned: frozenset[str]) -> np.ndarray:
    """Captions that serve a send type and show nothing the page does not own; all that serve it, if none does."""
    caption_type, variants = SEND_POOLS.get(kind, (kind, ()))
    fits = captions["caption_type"] == caption_type
    if variants:
        fits &= captions["variant"].isin(variants)
    shown = fits & (captions["content_type_key"].isin(owned) | captions["content_type_key"].isna())
    return np.flatnonzero(shown if shown.any() else fits)


def _rounds(n: int, size: int, taste: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """``n`` positions of a pool: round after round of the ``size`` texts liked best just then, each once a round."""
    size = min(max(size, 3), len(taste))
    rounds = [np.argsort(-(taste + rng.gumbel(size=len(taste))), kind="stable")[:size] for _ in range(-(-n // size))]
    drawn: np.ndarray = np.concatenate([rng.permutation(one) for one in rounds])[:n] if rounds else np.zeros(0, int)
    return drawn


def _better_to_better(
    picked: np.ndarray, look: np.ndarray, quality: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """``picked`` dealt again within blocks in time order: the better text to the hour with more attention."""
    out = picked.copy()
    for start in range(0, len(picked), _BLOCK):
        rows = start + np.flatnonzero(rng.random(min(_BLOCK, len(picked) - start)) < share)
        believed = quality[picked[rows]] + rng.normal(0, 0.1, len(rows))  # people judge texts roughly
        out[rows[np.argsort(look[rows], kind="stable")]] = picked[rows[np.argsort(believed, kind="stable")]]
    return out


def _money(
    frame: pd.DataFrame, own: pd.Series, habits: HabitConfig, rng: np.random.Generator
) -> tuple[pd.Series, pd.Series]:
    """Prices of locked sends, mostly the caption's own, and goals of tip types, $."""
    levels = np.array(sorted(habits.prices))
    price = np.full(len(frame), np.nan)
    goal = np.full(len(frame), np.nan)
    kinds = frame["send_type_key"]
    sold = (kinds == "ppv_unlock").to_numpy()
    place = np.searchsorted(levels, own.to_numpy()[sold])
    moved = np.where(rng.random(len(place)) < habits.own_price, 0, rng.choice([-1, 1], len(place)))
    price[sold] = levels[np.clip(place + moved, 0, len(levels) - 1)]
    for kind in sorted(set(kinds) & set(habits.other_prices)):
        rows = np.flatnonzero(kinds == kind)
        drawn = rng.choice(np.array(habits.other_prices[kind]), len(rows))
        if kind in TIP_TYPES:
            goal[rows] = drawn
        else:
            named = own.to_numpy()[rows] if kind != "ppv_wall" else np.full(len(rows), np.nan)
            price[rows] = np.where(np.isnan(named), drawn, named)
    return pd.Series(price, index=frame.index), pd.Series(goal, index=frame.index)


def _outcomes(
    frame: pd.DataFrame, pages: pd.DataFrame, truth: Truth, days: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Recipients, views, purchases and earnings of each send once everything has come in."""
    n = len(frame)
    page = frame["page"].to_numpy()
    reach = frame["send_type_key"].map(_REACH).fillna(1.0).to_numpy(dtype=float)
    sent = np.round(fans_on(pages, page, frame["day"].to_numpy(), days) * reach * rng.uniform(0.95, 1.0, n))
    sent = np.where(frame["is_withdrawn"], np.round(sent * 0.1), sent)
    rate = np.array([truth["pages"][name]["view_rate"] for name in pages["page_name"]])[page]
    shown = np.where(frame["is_wall"], truth["wall_reach"], 1.0) * rate * np.exp(rng.normal(0, 0.15, n))
    viewed = rng.binomial(np.maximum(sent, 1).astype(np.int64), np.clip(shown, 0.02, 0.9))
    brought = frame["expected_earnings"].to_numpy() * noise(truth, n, rng)
    price = frame["price"].fillna(0.0).to_numpy()
    is_priced = price > 0
    unit = np.where(is_priced, price, 1.0)
    bought = np.minimum(np.floor(brought / unit + rng.random(n)), viewed) * is_priced
    tips = np.where(is_priced, 0.0, np.floor(brought + rng.random(n)))
    frame["viewed_count"] = viewed.astype(int)
    frame["purchased_count"] = bought.astype(int)
    frame["earnings"] = np.round(np.where(is_priced, bought * price, tips), 2)
    frame["growth_u"] = rng.random(n)
    openers = pd.Series(viewed - bought.astype(int), index=frame["send_id"])
    follows = (frame["parent"] >= 0).to_numpy()
    sent[follows] = openers.reindex(frame.loc[follows, "parent"]).to_numpy()
    frame.loc[follows, "viewed_count"] = np.round(sent[follows] * rng.uniform(0.35, 0.6, follows.sum())).astype(int)
    frame["sent_count"] = pd.Series(sent.astype(np.int64), index=frame.index).astype("Int64").mask(frame["is_wall"])
    return frame
