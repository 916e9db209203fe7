"""Every field of the configuration is read by something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import eros_assets.ingest.config
import eros_assets.sample.config
import eros_assets.sample.harbour.config  # noqa: F401
from eros_assets.settings import Typed
from tests.settings.reads import read_fields

ROOT = Path(__file__).parents[2]


def test_every_field_is_read() -> None:
    reads = read_fields(ROOT, ("eros_assets", "schedules", "sensors"))
    dead = {
        (model.__name__, name)
        for model in _models(Typed)
        for name in model.model_fields
        if (f"{model.__module__}.{model.__qualname__}", name) not in reads
    }
    assert dead == set()


def test_a_field_that_only_its_namesake_is_read_of_counts_as_dead(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "config.py").write_text(
        "class Fruit:\n    price: float\n    days: int\n\nclass Tool:\n    price: float\n    days: int\n    tags: str\n"
        "\nclass Shop:\n    fruit: dict[str, Fruit]\n    tools: tuple[Tool, ...]\n"
    )
    (package / "use.py").write_text(
        "from shop.config import Fruit, Shop\n\n"
        "def total(shop: Shop, names) -> float:\n"
        "    fruit, tools = shop.fruit, shop.tools\n"
        "    if names:\n        print([getattr(row, names) for row in tools], 'tags')\n"
        "    return sum(row.price for row in fruit.values()) + _one(fruit).days\n\n"
        "def _one(fruit: dict[str, Fruit]) -> Fruit:\n    return next(iter(fruit.values()))\n"
    )
    reads = {(owner.rpartition(".")[2], name) for owner, name in read_fields(tmp_path, ("shop",))}
    assert reads == {("Fruit", "price"), ("Fruit", "days"), ("Tool", "tags"), ("Shop", "fruit"), ("Shop", "tools")}


def _models(base: type[Typed]) -> Iterator[type[Typed]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)
