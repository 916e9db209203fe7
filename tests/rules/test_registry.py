"""Where rules stand: one module each, named as the rule, with a test of that name."""

import sys
from pathlib import Path

import pytest

import eros_assets.rules
from eros_assets.rules.registry import RULES
from eros_assets.rules.rule import Rule

ROOMS = Path(eros_assets.rules.__file__).parent
TESTS = Path(__file__).parent


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_module_and_a_test_of_its_name(rule: Rule):
    (path,) = ROOMS.glob(f"*/{rule.name}.py")
    subject = path.parent.name
    assert getattr(sys.modules[f"eros_assets.rules.{subject}.{rule.name}"], rule.name) is rule
    assert (TESTS / subject / f"test_{rule.name}.py").is_file()


def test_a_module_holds_one_rule_at_most_and_every_rule_is_listed():
    made = {path.stem: path.read_text(encoding="utf-8").count("= Rule(") for path in ROOMS.glob("*/*.py")}
    assert {name: count for name, count in made.items() if count} == {rule.name: 1 for rule in RULES}
