"""The sends of the past: who sent which caption when, at which price, and what came of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.sample.agency import fans_on
from eros_assets.sample.captions import SEND_POOLS, choose
from eros_assets.sample.clock import to_utc
from eros_assets.sample.config import DemoConfig, SendConfig
from eros_assets.sample.response import TIP_TYPES, Truth, calibrate, expected_earnings
from eros_assets.settings import Settings

_FOLLOWUP_MINUTES = (15, 46)
_LAST_PARENT_HOUR = 22
_REACH = {"renew_on_message": 0.4, "expired_winback": 0.35}  # of the fans; everybody else's types reach all


def make_sends(
    creators: pd.DataFrame,
    captions: pd.DataFrame,
    truth: Truth,
    *,
    sends: int,
    days: int,
    end: pd.Timestamp,
    config: DemoConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Every send, ordered by page and time, with its final outcome; calibrates ``truth`` on the way.

    Columns: page (row of ``creators``), day, group (priced, unpriced, wall), send_type_key, local,
    utc (naive), hour, weekday, week, price ($, null = unpriced; goal of tip types in ``goal``),
    caption (row of ``captions``), text and the caption's columns, priced_rank, is_withdrawn,
    sent_count (null on walls), viewed_count, purchased_count, earnings, expected_earnings, growth_u
    (uniform, decides how counts round while the send is young).
    """
    frame = _calendar(creators, sends, days, config, rng)
    frame["send_type_key"] = _send_types(frame, creators, config.sends.mix, settings, rng)
    frame["local"] = _local_times(frame, creators, end, days, config.sends, rng)
    frame = _place_followups(frame, rng)
    frame = frame.sort_values(["page", "local", "send_type_key"], kind="stable", ignore_index=True)
    frame["caption"] = _captions_of(frame, creators, captions, days, config.sends, rng)
    chosen = captions.iloc[frame["caption"]].reset_index(drop=True)
    for column in ("text", "content_type_key", "caption_hash", "char_length"):
        frame[column] = chosen[column]
    frame["price"], frame["goal"] = _prices(frame, chosen["price"], config.sends, rng)
    frame["utc"] = to_utc(frame, creators)
    frame["hour"] = frame["local"].dt.hour
    frame["weekday"] = frame["local"].dt.day_of_week
    frame["page_name"] = creators["page_name"].to_numpy()[frame["page"]]
    frame["week"] = (frame["day"] - (days - 1)) / 7
    frame["is_withdrawn"] = rng.random(len(frame)) < config.sends.withdrawn
    local_day = frame["local"].dt.normalize()
    counted = frame[(frame["price"] > 0) & ~frame["is_withdrawn"]]
    frame["priced_rank"] = counted.groupby([counted["page"], local_day[counted.index]]).cumcount() + 1
    frame["day_rank"] = frame.groupby([frame["page"], local_day]).cumcount()
    expected = expected_earnings(truth, frame)
    calibrate(truth, expected[counted.index], config.response.mean_earnings)
    frame["expected_earnings"] = expected_earnings(truth, frame)
    return _outcomes(frame, creators, captions, truth, days, rng)


def export_texts(frame: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.Series:
    """The texts as sent: some with other blanks, line ends or capitals than the caption (same hash)."""
    text = frame["text"].copy()
    how = rng.choice(4, len(text), p=[1 - share, share / 3, share / 3, share / 3])
    text[how == 1] = text[how == 1] + " "
    text[how == 2] = text[how == 2].str.replace(". ", ".\n", n=1, regex=False)
    text[how == 3] = text[how == 3].str.replace("tonight", "TONIGHT")
    return text


def _calendar(
    creators: pd.DataFrame, sends: int, days: int, config: DemoConfig, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per send with page, day and group; counts per page and day vary like people do."""
    lengths = (creators["last_day"] - creators["first_day"] + 1).to_numpy()
    page = np.repeat(np.arange(len(creators)), lengths)
    day = np.concatenate(
        [np.arange(a, b + 1) for a, b in zip(creators["first_day"], creators["last_day"], strict=True)]
    )
    is_new = creators["is_new"].to_numpy()[page]
    rate = creators["tier"].map(config.sends.rate).to_numpy(dtype=float) * rng.uniform(0.8, 1.2, len(creators))
    weight = rate[page] * np.exp(rng.normal(0, config.sends.day_noise, len(page))) * ~is_new
    priced = round(sends * config.sends.priced_share)
    totals = {"priced": priced, "unpriced": sends - priced, "wall": round(sends * config.wall_posts_per_send)}
    parts = []
    for group, total in totals.items():
        counts = rng.multinomial(total, weight / weight.sum())
        if group == "priced":
            counts = np.minimum(counts, config.sends.most_priced_per_day)
        if group != "wall":
            new_total = round(config.agency.new_creator_sends * total / sends)
            counts = counts + np.where(is_new, -(-new_total // 3), 0)
        parts.append(pd.DataFrame({"page": np.repeat(page, counts), "day": np.repeat(day, counts), "group": group}))
    return pd.concat(parts, ignore_index=True)


def _send_types(
    frame: pd.DataFrame,
    creators: pd.DataFrame,
    mix: dict[str, dict[str, float]],
    settings: Settings,
    rng: np.random.Generator,
) -> np.ndarray:
    """Send types by each group's mix under the page rules [9.1]; live streams only where the page has them."""
    out = np.empty(len(frame), dtype=object)
    for group, shares in mix.items():
        rows = np.flatnonzero(frame["group"] == group)
        allowed = np.array(
            [
                [
                    settings.send_type[key].allowed_on(page["page_type"])
                    and (key != "live_promo" or "live_stream" in page["owned"])
                    for key in shares
                ]
                for page in creators.to_dict("records")
            ]
        )
        weights = allowed * np.array(list(shares.values()))
        cumulative = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        drawn = rng.random(len(rows))[:, None] >= cumulative[frame["page"].to_numpy()[rows]]
        out[rows] = np.array(list(shares), dtype=object)[np.minimum(drawn.sum(axis=1), len(shares) - 1)]
    return out


def _local_times(
    frame: pd.DataFrame,
    creators: pd.DataFrame,
    end: pd.Timestamp,
    days: int,
    config: SendConfig,
    rng: np.random.Generator,
) -> pd.Series:
    """Page-local wall times: the agency's hours with each page's own habits, minutes mostly round."""
    habits = np.array(config.hours) * np.exp(rng.normal(0, 0.25, (len(creators), 24)))
    cumulative = np.cumsum(habits / habits.sum(axis=1, keepdims=True), axis=1)
    hour = (rng.random(len(frame))[:, None] >= cumulative[frame["page"].to_numpy()]).sum(axis=1).clip(0, 23)
    # Followups keep their parents' odd minutes, so the others are rounder than the target.
    followups = float((frame["send_type_key"] == "ppv_followup").mean())
    quarter = min(1.0, config.quarter_hour / (1 - followups))
    full = config.full_hour / config.quarter_hour
    odd = np.array([minute for minute in range(60) if minute % 15])
    minute = np.where(
        rng.random(len(frame)) < quarter,
        np.where(rng.random(len(frame)) < full, 0, rng.choice([15, 30, 45], len(frame))),
        rng.choice(odd, len(frame)),
    )
    first = end.normalize() - pd.Timedelta(days=days - 1)
    local = first + pd.to_timedelta(frame["day"], unit="D") + pd.to_timedelta(hour * 60 + minute, unit="m")
    return pd.Series(local.astype("datetime64[us]"))


def _place_followups(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Move each followup 15–45 minutes behind a PPV of its page; those without a parent become bumps."""
    is_parent = (frame["send_type_key"] == "ppv_unlock") & (frame["local"].dt.hour <= _LAST_PARENT_HOUR)
    parents = frame[is_parent].sample(frac=1, random_state=rng)
    parents["nth"] = parents.groupby("page").cumcount()
    wanted = frame[frame["send_type_key"] == "ppv_followup"][["page"]].copy()
    wanted["nth"] = wanted.groupby("page").cumcount()
    pairs = wanted.reset_index().merge(
        parents.reset_index(names="parent")[["page", "nth", "parent", "day", "local"]], on=["page", "nth"], how="left"
    )
    frame["send_id"] = np.arange(len(frame))
    frame["parent"] = -1
    orphans = pairs.loc[pairs["parent"].isna(), "index"]
    frame.loc[orphans, "send_type_key"] = "bump_normal"
    pairs = pairs.dropna(subset="parent")
    rows = pairs["index"].to_numpy()
    delay = pd.to_timedelta(rng.integers(*_FOLLOWUP_MINUTES, len(pairs)), unit="m")
    frame.loc[rows, "local"] = (pairs["local"] + delay).to_numpy()
    frame.loc[rows, "day"] = pairs["day"].to_numpy(dtype=int)
    frame.loc[rows, "parent"] = pairs["parent"].to_numpy(dtype=int)
    return frame


def _captions_of(
    frame: pd.DataFrame,
    creators: pd.DataFrame,
    captions: pd.DataFrame,
    days: int,
    config: SendConfig,
    rng: np.random.Generator,
) -> np.ndarray:
    """A caption for each send: a page works through a set, rests each text, and slowly changes the set."""
    pools = _pools(frame["send_type_key"].unique(), captions)
    popularity = rng.normal(0, 1, len(captions))
    content = captions["content_type_key"].to_numpy()
    plain = captions["is_plain"].to_numpy()
    adhoc = captions["is_adhoc"].to_numpy()
    span = (creators["last_day"] - creators["first_day"] + 1).to_numpy()
    out = np.zeros(len(frame), dtype=int)
    owned_masks = [np.isin(content, sorted(types)) for types in creators["owned"]]
    groups: dict[tuple[int, str], np.ndarray] = frame.groupby(["page", "send_type_key"], sort=True).indices  # type: ignore[assignment]
    for (page, kind), rows in groups.items():
        usable = pools[kind][owned_masks[page][pools[kind]]]
        usable = usable if len(usable) else pools[kind]
        if creators["is_plain"].iloc[page] and plain[usable].sum() >= 3:
            usable = usable[plain[usable]]
        bank, unlisted = usable[~adhoc[usable]], usable[adhoc[usable]]
        size = int(np.clip(np.ceil(len(rows) / span[page] * config.working_days), min(3, len(bank)), len(bank)))
        out[rows] = bank[_rotation(len(rows), size, popularity[bank], config.turnover, rng)]
        if len(unlisted):
            own_words = rows[rng.random(len(rows)) < config.adhoc]
            out[own_words] = rng.choice(unlisted, len(own_words))
    return out


def _pools(kinds: np.ndarray, captions: pd.DataFrame) -> dict[str, np.ndarray]:
    """Caption rows that serve each send type."""
    pools = {}
    for kind in kinds:
        caption_type, variant = SEND_POOLS.get(kind, (kind, None))
        fits = captions["caption_type"] == caption_type
        pools[kind] = np.flatnonzero(fits if variant is None else fits & (captions["variant"] == variant))
    return pools


def _rotation(n: int, size: int, popularity: np.ndarray, turnover: float, rng: np.random.Generator) -> np.ndarray:
    """Positions in the pool for ``n`` sends in time order.

    The working set has ``size`` places; each round visits every place once, in nearly the same
    order, so a text rests for at least 0.4 rounds; between rounds a share of places changes text.
    """
    rounds = -(-n // size)
    order = np.argsort(-(popularity + rng.gumbel(size=len(popularity))), kind="stable")
    changes = rng.random((rounds, size)) < turnover
    changes[0] = True
    nth = np.where(changes, np.cumsum(changes).reshape(rounds, size) - 1, 0)
    texts = np.maximum.accumulate(nth, axis=0) % len(order)
    moment = np.arange(rounds * size) + rng.uniform(0, 0.6 * size, rounds * size)
    chosen: np.ndarray = order[texts.ravel()[np.argsort(moment, kind="stable")][:n]]
    return chosen


def _prices(
    frame: pd.DataFrame, named: pd.Series, config: SendConfig, rng: np.random.Generator
) -> tuple[pd.Series, pd.Series]:
    """Prices of locked sends and goal amounts of tip sends, $; a price named in the text is kept."""
    price = np.full(len(frame), np.nan)
    goal = np.full(len(frame), np.nan)
    for kind in frame["send_type_key"].unique():
        table = config.prices.get("ppv" if kind in ("ppv_unlock", "ppv_wall") else kind)
        if table is not None:
            rows = np.flatnonzero(frame["send_type_key"] == kind)
            (goal if kind in TIP_TYPES else price)[rows] = choose(table, len(rows), rng)
    price = np.where(np.isnan(price), price, np.where(named.notna(), named, price))
    return pd.Series(price, index=frame.index), pd.Series(goal, index=frame.index)


def _outcomes(
    frame: pd.DataFrame,
    creators: pd.DataFrame,
    captions: pd.DataFrame,
    truth: Truth,
    days: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Recipients, views, purchases and earnings of each send once everything has come in."""
    n = len(frame)
    page = frame["page"].to_numpy()
    reach = frame["send_type_key"].map(_REACH).fillna(1.0).to_numpy(dtype=float)
    sent = np.round(fans_on(creators, page, frame["day"].to_numpy(), days) * reach * rng.uniform(0.94, 1.0, n))
    sent = np.where(frame["is_withdrawn"], np.round(sent * rng.uniform(0, 0.3, n)), sent).astype(np.int64)
    base_rate = np.array([truth["pages"][name]["view_rate"] for name in creators["page_name"]])[page]
    quality = captions["quality"].to_numpy()[frame["caption"]]
    rate = base_rate * np.exp(-truth["view_fall"] * frame["day_rank"]) * quality ** truth["view_quality"]
    viewed = rng.binomial(
        np.asarray(sent, dtype=np.int64), np.clip(rate.to_numpy() * np.exp(rng.normal(0, 0.05, n)), 0, 0.9)
    )
    sd = truth["noise_sd"]
    brought = frame["expected_earnings"].to_numpy() * np.exp(rng.normal(-sd * sd / 2, sd, n))
    price = frame["price"].to_numpy()
    is_priced = price > 0
    purchased = np.where(is_priced, np.floor(brought / np.where(is_priced, price, 1) + rng.random(n)), 0)
    purchased = np.minimum(purchased, viewed) * ~frame["is_withdrawn"]
    tips = np.where(frame["goal"] > 0, np.floor(brought / 5 + rng.random(n)) * 5, 0.0) * ~frame["is_withdrawn"]
    frame["sent_count"], frame["viewed_count"] = sent, viewed
    frame["purchased_count"] = purchased.astype(int)
    frame["earnings"] = np.round(np.where(is_priced, purchased * np.where(is_priced, price, 0), tips), 2)
    frame["growth_u"] = rng.random(n)
    openers = pd.Series(viewed - frame["purchased_count"].to_numpy(), index=frame["send_id"])
    follows = frame["parent"] >= 0
    frame.loc[follows, "sent_count"] = openers.reindex(frame.loc[follows, "parent"]).to_numpy()
    frame.loc[follows, "viewed_count"] = np.round(
        frame.loc[follows, "sent_count"] * rng.uniform(0.3, 0.5, follows.sum())
    )
    frame["sent_count"] = frame["sent_count"].astype("Int64").mask(frame["group"] == "wall")
    frame["viewed_count"] = frame["viewed_count"].astype(int)
    return frame
