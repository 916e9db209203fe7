"""No figure of the configuration may be nonsense, in a file or in the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from eros_assets.ingest.config import IngestConfig
from eros_assets.sample.config import DemoConfig
from eros_assets.sample.harbour.config import HarbourConfig
from eros_assets.settings import ConfigError, config_dir, load_settings
from eros_assets.settings.loading import FILES, SECTIONS, parse, parse_system, parse_tables, read_yaml
from eros_assets.settings.references import check_references
from tests.settings.allowed import ALLOWED
from tests.settings.nonsense import CASES, leaves, nonsense

FOLDER = config_dir()
WHOLE = {"ingest": IngestConfig, "demo": DemoConfig, "demo_harbour": HarbourConfig}
# Dagster reads its own file; the list of renamed pages is empty, so it has no leaf.
UNTYPED = ("dagster", "page_aliases")


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    read = {name: read_yaml(FOLDER / f"{name}.yaml") for name in (*FILES, "ingest")}
    return parse_tables(read, FOLDER)


def test_every_file_is_held_against_nonsense() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*FILES, *WHOLE, *UNTYPED, "system_config"}
    assert set(ALLOWED) <= {*FILES, *WHOLE, "system_config"}


@pytest.mark.parametrize("file", [*FILES, *WHOLE, "system_config"])
def test_nonsense_is_refused(file: str, tables: dict[str, Any]) -> None:
    data = read_yaml(FOLDER / f"{file}.yaml")
    load = _loader(file, data, tables)
    load()  # what stands in the file is accepted
    allowed = {(case, place): 0 for case, places in ALLOWED.get(file, {}).items() for place in places}
    taken = []
    for place, case, is_taken in nonsense(data, lambda: _accepts(load)):
        if not is_taken:
            continue
        rules = [(c, rule) for c, rule in allowed if c == case and fnmatchcase(place, rule)]
        taken += [] if rules else [f"{place}: {case}"]
        allowed |= {rule: allowed[rule] + 1 for rule in rules}
    assert not taken
    assert not [rule for rule, uses in allowed.items() if not uses], "allowed and never taken"


@pytest.mark.parametrize(
    ("file", "place", "value", "said"),
    [
        ("volume", ("base_per_day", "paid", "HIGH"), None, "volume.yaml: base_per_day.paid: HIGH missing"),
        ("volume", ("tiers", 1, "min_fans"), 9000, "volume.yaml: tiers: min_fans .*9000.*strictly rising"),
        ("volume", ("bumps", "ratio_slack"), [1.2, 0.8], "bumps.ratio_slack: 1.2 is above 0.8; allowed: the lower"),
        ("volume", ("triggers", "TRENDING_UP", "rise"), None, "TRENDING_UP: rise missing or unknown"),
        ("scoring", ("eros_weights", "rps"), 0.5, "scoring.yaml: eros_weights: sum 1.1; allowed: 1"),
        ("scoring", ("quality", "mix"), 25, "quality: sum 110; allowed: 100"),
        ("scoring", ("persona_tones", "party"), ["loud"], "persona_tones: loud unknown; allowed: professional"),
        ("timing", ("active_window", "default_start"), 23, "active_window: start .* allowed: every start before"),
        ("timing", ("followup", "high_confidence", "mean"), 31, "mean 31.0; allowed: within the window"),
        ("text_features", ("games", "wheel"), "(", "games.wheel: no regular expression"),
        ("text_features", ("games", "wheel"), "a(?=b)", "no look-around"),
        (
            "send_types",
            (0, "channels"),
            ["pigeon"],
            "send_types.yaml: ppv_unlock.channels: pigeon unknown; allowed: .*",
        ),
        ("send_types", (0, "offers"), ["moon"], "ppv_unlock.offers: moon unknown"),
        ("send_types", (1, "key"), "ppv_unlock", "the same value twice"),
        ("send_types", (0, "price", "max"), 4, "price: min 5.0, default 15.0, max 4.0; allowed: min ≤ default ≤ max"),
        ("classification", ("confidence", "bundle"), None, "classification.yaml: confidence: bundle missing"),
        ("ingest", ("caption_types", "ppv"), "postcard", "ingest.yaml: caption_types: postcard unknown"),
        ("ingest", ("zone_aliases", "PST"), "Mars/Olympus", "ingest.yaml: zone_aliases.PST: no known time zone"),
        ("ingest", ("kinds", "vault"), None, "kinds: vault missing"),
        ("system_config", ("agency", "timezone"), "Mars/Olympus", "agency.timezone: no known time zone.*Mars/Olympus"),
        ("system_config", ("agency", "history_start"), "2020-13-01", "agency.history_start: .*2020-13-01"),
        ("system_config", ("planning", "shards"), "4", "planning.shards: Input should be a valid integer .got '4'"),
        ("demo_harbour", ("agency", "timezones", "Europe/Berlin"), 0.5, "timezones: sum 1.2; allowed: 1"),
        ("demo", ("sends", "mix", "wall", "postcard"), 1.0, "postcard.*no send type; allowed: ppv_unlock"),
    ],
)
def test_an_error_names_file_place_value_and_what_is_allowed(
    file: str, place: tuple[Any, ...], value: object, said: str, tables: dict[str, Any]
) -> None:
    data = read_yaml(FOLDER / f"{file}.yaml")
    node = data
    for key in place[:-1]:
        node = node[key]
    if value is None:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    with pytest.raises(ConfigError, match=said) as error:
        _loader(file, data, tables)()
    assert f"{file}.yaml: " in str(error.value)


def test_nonsense_in_the_environment_is_refused_with_its_variable() -> None:
    path = FOLDER / "system_config.yaml"
    values = {"wrong type": "no such value", "null": "null", "negative": "-7.5", "nan": ".nan", "infinite": ".inf"}
    for place, _, _ in leaves(read_yaml(path)):
        name = f"EROS__{place.replace('.', '__').upper()}"
        for case, text in {**values, "huge": "1.0e+12", "empty": "", "no value": "[1", "a list": "[1]"}.items():
            with pytest.raises(ConfigError) as error:
                parse_system(read_yaml(path), {name: text}, path)
            assert name in str(error.value), (case, error.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "EROS__PLANNING__SHARDS",
            "0",
            r"planning.shards: .*greater than or equal to 1 \(got 0, from EROS__PLANNING__",
        ),
        ("EROS__AGENCY__TIMEZONE", "Mars/Olympus", "agency.timezone: no known time zone.*from EROS__AGENCY__TIMEZONE"),
        ("EROS__PLANNING", "5", r"planning: .*\(got 5, from EROS__PLANNING\)"),
        ("EROS__PLANNING__SHARDS__MORE", "5", "EROS__PLANNING__SHARDS__MORE: no such setting in system_config.yaml"),
        ("EROS__PLANING__SHARDS", "5", "EROS__PLANING__SHARDS: no such setting in system_config.yaml"),
        ("EROS__WAVES__2", "1.5", "waves.2: 1.5 is no share of pages.*EROS__WAVES__2"),
    ],
)
def test_a_variable_is_checked_like_the_file(name: str, text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ConfigError, match=said):
        load_settings()


def test_a_variable_reaches_its_leaf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EROS__PLANNING__MIX_TOLERANCE", "0.5")
    monkeypatch.setenv("EROS__AGENCY__TIMEZONE", "Europe/Berlin")
    system = load_settings().system
    assert (system.planning.mix_tolerance, system.agency.timezone) == (0.5, "Europe/Berlin")


def test_an_inactive_content_type_is_as_if_it_were_not_listed(tables: dict[str, Any]) -> None:
    read = {name: read_yaml(FOLDER / f"{name}.yaml") for name in (*FILES, "ingest")}
    read["content_types"][3]["is_active"] = False
    left = parse_tables(read, FOLDER)["content_types"]
    assert {row.key for row in tables["content_types"]} - {row.key for row in left} == {read["content_types"][3]["key"]}


def test_the_cases_do_change_what_they_spoil() -> None:
    data = {"share": 0.5, "count": 3, "name": "x", "rows": [{"hour": 0, "limit": None}]}
    seen = []
    for place, case, _ in nonsense(data, lambda: bool(seen.append(repr(data)))):
        assert seen[-1] != "{'share': 0.5, 'count': 3, 'name': 'x', 'rows': [{'hour': 0, 'limit': None}]}", (
            place,
            case,
        )
    assert len(seen) == 5 * len(CASES) - 2  # zero for 0 and null for null are no change
    assert data == {"share": 0.5, "count": 3, "name": "x", "rows": [{"hour": 0, "limit": None}]}


def _loader(file: str, data: Any, tables: Mapping[str, Any]) -> Callable[[], object]:
    """Load one file, whatever its data are by then, held against the others as they stand."""
    path = FOLDER / f"{file}.yaml"

    def load() -> None:
        if file == "system_config":
            parse_system(data, {}, path)
            return
        own = {file: parse(data, FILES[file], path)} if file in FILES else {}
        if file in WHOLE:
            parse(data, WHOLE[file], path)
        own |= {
            name: parse(data.get(section), kind, path, section)
            for name, (home, section, kind) in SECTIONS.items()
            if home == file
        }
        if own:
            check_references({**tables, **own})

    return load


def _accepts(load: Callable[[], object]) -> bool:
    try:
        load()
    except ConfigError:
        return False
    return True
