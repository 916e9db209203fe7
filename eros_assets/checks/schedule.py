"""Checks of the planned week: its structure blocks, each business rule reports.

One check per rule of the registry (``gap_3_3_send_type_diversity``). A broken rule does not stop
the run: the validator holds the creators concerned, everyone else is published. A rule that is off has
no findings: its check passes and says so in ``state``.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from eros_assets.assets.metadata import preview
from eros_assets.assets.partitions import weekly
from eros_assets.assets.resources import Eros
from eros_assets.rules.registry import RULES
from eros_assets.rules.rule import described
from eros_assets.settings import FLAG_WAVES, Settings, load_settings
from eros_assets.warehouse.connection import connect, read
from eros_assets.warehouse.schedules import newest_schedules

SCHEDULE_KEY = dg.AssetKey(["planning", "schedule"])
_SETTINGS = load_settings()
VERDICTS_KEY = dg.AssetKey(["planning", "schedule_verdicts"])


def check_name(gap: str, name: str) -> str:
    """``gap_2_5_emoji_blending`` for [2.5]."""
    return f"gap_{gap.replace('.', '_')}_{name}"


def rule_state(flag: str | None, settings: Settings) -> str:
    """``on``, ``off`` or ``partly (30% of pages)``, as the configuration has it; a rule without a flag is on."""
    if flag is None:
        return "on"
    share = settings.system.waves[FLAG_WAVES[flag]] if flag in settings.flags_on else 0.0
    return "off" if share <= 0 else "on" if share >= 1 else f"partly ({share:.0%} of pages)"


@dg.asset_check(asset=SCHEDULE_KEY, name="structure", blocking=True, partitions_def=weekly)
def schedule_structure(context: dg.AssetCheckExecutionContext, eros: Eros) -> dg.AssetCheckResult:
    """Every planned creator has one newest schedule, every item one schedule, and all items lie in their week."""
    week = context.partition_key
    with connect(eros.settings(), read_only=True) as connection:
        counts = read(
            connection,
            """
            SELECT
              (SELECT count(*) - count(DISTINCT (creator_id, version)) FROM planning.schedule WHERE week_start = $w)
                AS duplicate_schedules,
              (SELECT count(*) - count(DISTINCT item_id) FROM planning.schedule_item WHERE week_start = $w)
                AS duplicate_items,
              (SELECT count(*) FROM planning.schedule_item WHERE week_start = $w AND schedule_id NOT IN
                (SELECT schedule_id FROM planning.schedule WHERE week_start = $w)) AS orphan_items,
              (SELECT count(*) FROM planning.schedule_item WHERE week_start = $w
                AND (scheduled_date < week_start OR scheduled_date >= week_start + 7)) AS items_outside_the_week,
              (SELECT count(*) FROM planning.schedule AS s WHERE week_start = $w AND item_count <>
                (SELECT count(*) FROM planning.schedule_item AS i WHERE i.schedule_id = s.schedule_id))
                AS wrong_item_counts
            """,
            {"w": week},
        ).iloc[0]
    faults = {str(name): int(value) for name, value in counts.items()}
    return dg.AssetCheckResult(passed=not any(faults.values()), metadata=faults)


@dg.multi_asset_check(
    name="business_rules",
    specs=[
        dg.AssetCheckSpec(
            name=check_name(rule.gap, rule.name),
            asset=SCHEDULE_KEY,
            additional_deps=[VERDICTS_KEY],
            description=described(rule.description, _SETTINGS),
            metadata={"gap": rule.gap, "wave": rule.wave, "flag": rule.flag or "always on"},
            partitions_def=weekly,
        )
        for rule in RULES
    ],
)
def business_rules(context: dg.AssetCheckExecutionContext, eros: Eros) -> Iterator[dg.AssetCheckResult]:
    """Findings of each rule on the week's newest schedules, with the held creators and offending items."""
    settings = eros.settings()
    with connect(settings, read_only=True) as connection:
        _, _, verdicts = newest_schedules(connection, date.fromisoformat(context.partition_key))
    broken = verdicts[verdicts["level"] != "info"]
    for rule in RULES:
        found = broken[broken["rule"] == rule.gap]
        errors = found[found["level"] == "error"]
        yield dg.AssetCheckResult(
            asset_key=SCHEDULE_KEY,
            check_name=check_name(rule.gap, rule.name),
            passed=found.empty,
            severity=dg.AssetCheckSeverity.WARN if errors.empty else dg.AssetCheckSeverity.ERROR,
            metadata={
                "state": rule_state(rule.flag, settings),
                "findings": len(found),
                "held_creators": sorted(errors["creator_id"].unique().tolist()),
                "table": preview(found[["creator_id", "level", "item_id", "measured", "limit_value", "message"]]),
            },
        )


SCHEDULE_CHECKS = [schedule_structure, business_rules]
