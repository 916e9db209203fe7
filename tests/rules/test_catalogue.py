"""All 47 rules, what is in force, and how a terminal shows it."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.checks.schedule import rule_state
from eros_assets.domain.frames import GAP_COVERAGE
from eros_assets.rules.catalogue import NOT_BUILT, catalogue
from eros_assets.rules.gap_lines import gap_lines, summary
from eros_assets.rules.gaps import gap_table
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import RULES
from eros_assets.settings import BUILT_FLAGS, FLAG_WAVES, UNBUILT_FLAGS, Settings
from tests.rules.agency import changed, of_type, reference

TIMED = ("1.2", "1.3", "1.5", "1.6", "10.7")


def test_registry_and_what_is_not_built_are_the_47_rules():
    entries = catalogue()
    assert len(entries) == len({entry.gap for entry in entries}) == 47
    assert {entry.gap for entry in entries} == {rule.gap for rule in RULES} | {entry.gap for entry in NOT_BUILT}
    assert not {rule.gap for rule in RULES} & {entry.gap for entry in NOT_BUILT}
    assert [entry.gap for entry in entries if entry.rule] == [rule.gap for rule in RULES]
    assert {wave: sum(entry.wave == wave for entry in entries) for wave in (1, 2, 3, 4, 5, None)} == {
        **{1: 6, 2: 6, 3: 7, 4: 8, 5: 11},
        None: 9,
    }


def test_a_flag_is_built_as_soon_as_a_rule_reads_it():
    read = {rule.flag for rule in RULES if rule.flag}
    assert read == set(BUILT_FLAGS)
    assert not read & set(UNBUILT_FLAGS)
    assert {entry.flag for entry in catalogue() if entry.flag} == set(FLAG_WAVES)


def _settings(base: Reference, **flags: bool) -> Settings:
    return base.settings.with_flags(**flags)


def test_a_rule_that_is_off_is_measured_and_never_fails():
    base = changed(reference(), of_type("bump_normal", 2), scheduled_time="08:30")
    off = replace(base, settings=_settings(base, ENABLE_TIMING_RULES=False))
    row = gap_table(off).set_index("gap").loc["10.7"]
    assert (row["state"], row["in_force"]) == ("off", 0.0)
    assert row["measured"] > 0
    lines = list(gap_lines(gap_table(off), off.settings, 80))
    assert not any(line.style == "red" for line in lines if line.text.startswith("10.7"))
    on = next(line for line in gap_lines(gap_table(base), base.settings, 80) if line.text.startswith("10.7"))
    assert on.style == "red"
    assert on.text.endswith("no")


def _two_pages() -> Reference:
    """The clean week on two pages of which a half share takes one."""
    base = reference()
    names = ("c1", "c2")

    def twice(frame: pd.DataFrame, *own: str) -> pd.DataFrame:
        parts = []
        for name in names:
            part = frame.assign(creator_id=name)
            for column in own:
                part[column] = name + "/" + part[column]
            parts.append(part)
        return pd.concat(parts, ignore_index=True).astype(frame.dtypes.to_dict())

    ids = ("item_id", "schedule_id", "parent_item_id", "linked_item_id")
    tables = {
        name: twice(getattr(base, name))
        for name in ("creators", "roster", "vault", "health", "send_type_performance", "candidates")
    }
    return replace(base, items=twice(base.items, *ids), schedules=twice(base.schedules, "schedule_id"), **tables)


def test_a_rule_on_for_some_pages_is_measured_on_those():
    base = _two_pages()
    half = replace(base, settings=base.settings.with_waves(wave_2=0.5))
    on = half.weeks.loc[half.in_force("ENABLE_TIMING_RULES"), "creator_id"].tolist()
    assert len(on) == 1
    others = ~half.items["creator_id"].isin(on)
    late = half.items["scheduled_time"].mask(others, "08:30")
    broken = replace(half, items=half.items.assign(scheduled_time=late))
    table = gap_table(broken).set_index("gap")
    assert table.loc[list(TIMED), "state"].eq("partly").all()
    assert table.loc[list(TIMED), "in_force"].eq(0.5).all()
    assert table.loc["10.7", ["measured", "n"]].tolist() == [0.0, len(reference().items)]
    text = "\n".join(line.text for line in gap_lines(table.reset_index(), half.settings, 80))
    assert "on for 50% of pages (ENABLE_TIMING_RULES), measured on those" in text
    assert "wave 2 on 50% of pages" in text


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("preset", ["recommended", "baseline"])
def test_lines_fit_and_break_no_word(width: int, preset: str):
    base = replace(reference(), settings=reference().settings.with_preset(preset))
    table = gap_table(base)
    lines = list(gap_lines(table, base.settings, width))
    assert max(len(line.text) for line in lines) <= width
    starts = [found[0] for line in lines if (found := re.match(r"[\d.]+(?= +[a-z_0-9]+ +[\d–])", line.text))]
    assert starts == table["gap"].tolist()
    words = set(" ".join(line.text for line in lines).split())
    for name in (*table["name"], *" ".join(table.loc[table["n"] > 0, "note"]).split()):
        assert name in words
    assert lines[0].text.startswith(f"preset {preset} · method ")
    assert sum(line.text.endswith("not built") for line in lines) == len(NOT_BUILT)


@pytest.mark.parametrize(
    ("flag", "shares", "off", "state"),
    [
        (None, {}, {}, "on"),
        ("ENABLE_TIMING_RULES", {}, {}, "on"),
        ("ENABLE_TIMING_RULES", {"wave_2": 0.3}, {}, "partly (30% of pages)"),
        ("ENABLE_TIMING_RULES", {"wave_2": 0.0}, {}, "off"),
        ("ENABLE_TIMING_RULES", {"wave_1": 0.0}, {}, "on"),
        ("ENABLE_TIMING_RULES", {"wave_2": 0.3}, {"ENABLE_TIMING_RULES": False}, "off"),
    ],
)
def test_a_check_says_whether_its_rule_is_on(flag: str | None, shares: dict, off: dict, state: str):
    assert rule_state(flag, reference().settings.with_waves(**shares).with_flags(**off)) == state


def test_the_summary_counts_every_rule_once():
    table = gap_table(reference(flags=BUILT_FLAGS[1:]))
    assert summary(table).startswith("47 rules; ")
    assert f"1 off ({BUILT_FLAGS[0]})" in summary(table)
    assert f"{len(NOT_BUILT)} not built" in summary(table)


def test_the_table_keeps_its_contract():
    week = reference().weeks["week_start"].iloc[0]
    stored = GAP_COVERAGE.conform(gap_table(reference()).assign(week_start=week, weeks=1))
    assert set(stored["state"]) == {"on", "not_built"}
