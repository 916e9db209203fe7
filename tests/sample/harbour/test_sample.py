"""The harbour agency's pages, habits and files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from eros_assets.cli import app
from eros_assets.sample import DemoReport, write_demo
from eros_assets.sample.agency import page_names as studio_names
from eros_assets.settings import Settings
from tests.sample.conftest import END
from tests.sample.harbour.conftest import Harbour
from tests.sample.test_sample import digests

SMALL = {"creators": 3, "captions": 700, "sends": 500, "days": 40}


def draw(home: Path, settings: Settings, **changes: int) -> dict[str, bytes]:
    write_demo(
        home / "inbox", home / "truth.json", end=END, agency="harbour", settings=settings, **{**SMALL, **changes}
    )
    return digests(home)


def test_same_arguments_write_the_same_bytes(tmp_path: Path, settings: Settings) -> None:
    first = draw(tmp_path / "a", settings)
    assert first == draw(tmp_path / "b", settings)
    assert first != draw(tmp_path / "c", settings, seed=7)


def test_unknown_agencies_are_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ValueError, match="'atlantis'; there are studio, harbour"):
        write_demo(tmp_path / "in", tmp_path / "truth.json", end=END, agency="atlantis", settings=settings)


def test_the_command_takes_the_agencys_name(tmp_path: Path) -> None:
    sizes = [part for name, size in SMALL.items() for part in (f"--{name}", str(size))]
    call = ["demo", "--home", str(tmp_path), "--end", END.isoformat(), "--json", *sizes, "--agency"]
    done = CliRunner().invoke(app, [*call, "harbour"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["creators"] == SMALL["creators"]
    assert any((tmp_path / "inbox").glob("agency_mass_messages__*"))
    refused = CliRunner().invoke(app, [*call, "atlantis"])
    assert refused.exit_code != 0
    assert "atlantis" in refused.output


def test_pages_are_unlike_the_first_agencys(harbour: Harbour) -> None:
    pages = harbour.pages
    assert len(pages) == 16
    assert not set(pages["page_name"]) & set(studio_names(192, np.random.default_rng(0)))
    assert pages["page_name"].str.contains("_").all()
    assert (pages["page_type"] == "free").sum() > 10
    assert pages["habit"].value_counts().to_dict() == {"evening": 10, "lunch": 4, "night": 2}
    owned = pages["owned"].map(len)
    assert owned.between(6, 8).sum() == 3


def test_habits_are_as_configured(harbour: Harbour, settings: Settings) -> None:
    sends, pages = harbour.sends, harbour.pages
    page_weeks = (pages["last_day"] - pages["first_day"] + 1).sum() / 7
    assert len(sends) / page_weeks == pytest.approx(40, rel=0.1)
    assert sends["is_wall"].mean() == pytest.approx(0.24, abs=0.01)
    earning_walls = sends["is_wall"] & (sends["earnings"] > 0)
    assert earning_walls.mean() == pytest.approx(0.2, abs=0.04)
    wall_types = set(sends.loc[earning_walls, "send_type_key"])
    assert {"game_post", "first_to_tip", "bump_normal"} <= wall_types
    campaigns = sends["send_type_key"].map(lambda key: settings.send_type[key].is_campaign).sum()
    assert 4 <= campaigns / page_weeks / 7 * 30 <= 6.5
    assert "like_farm" not in set(sends["send_type_key"])
    bundles = sends["send_type_key"].isin(["bundle", "flash_bundle", "snapchat_bundle"]).mean()
    assert bundles < 0.01
    weekday = sends["local"].dt.day_of_week.value_counts(normalize=True)
    assert weekday.idxmax() == 6
    assert weekday[6] > 1.4 * weekday[3]
    messages = sends[sends["send_type_key"] == "ppv_unlock"]
    assert messages["price"].nunique() == 10
    habit = pages["habit"].to_numpy()[messages["page"]]
    hour = messages["local"].dt.hour
    assert hour[habit == "evening"].between(17, 23).mean() > 0.6
    assert hour[habit == "lunch"].between(10, 14).mean() > 0.5
    assert hour[habit == "night"].isin([21, 22, 23, 0, 1, 2]).mean() > 0.6


def test_history_keeps_page_rules_vault_and_parents(harbour: Harbour, settings: Settings) -> None:
    sends, pages = harbour.sends, harbour.pages
    kinds = pd.DataFrame({"kind": sends["send_type_key"], "page": pages["page_type"].to_numpy()[sends["page"]]})
    assert all(
        settings.send_type[kind].allowed_on(page) for kind, page in kinds.drop_duplicates().itertuples(index=False)
    )
    shown = sends["content_type_key"].notna()
    owned = [
        key in pages["owned"].iloc[page]
        for key, page in zip(sends.loc[shown, "content_type_key"], sends.loc[shown, "page"], strict=True)
    ]
    # A page that owns no subject of a rare kind of text was sent one all the same, as people do.
    assert np.mean(owned) > 0.98
    follows = sends[sends["parent"] >= 0]
    assert len(follows) > 0.08 * len(sends)
    parents = sends.set_index("send_id").loc[follows["parent"]]
    minutes = (follows["local"].to_numpy() - parents["local"].to_numpy()) / np.timedelta64(1, "m")
    assert ((minutes >= 12) & (minutes <= 50)).all()
    variant = harbour.captions["variant"].to_numpy()
    style = pd.Series(variant[parents["caption"]]).replace("long", "solo").to_numpy()
    assert (variant[follows["caption"]] == style).all()
    assert (sends["purchased_count"] <= sends["viewed_count"]).all()


def test_files_come_in_other_forms(written: tuple[Path, DemoReport]) -> None:
    inbox, report = written
    assert {path.name for path in inbox.iterdir()} == {file.name for file in report.files}
    kinds = {file.kind for file in report.files}
    assert kinds == {"sends", "wall_posts", "captions", "creators", "personas", "vault", "page_metrics"}
    assert {path.suffix for path in inbox.glob("agency_mass_messages__*")} == {".csv", ".jsonl", ".xlsx"}
    rows = {file.name: file.rows for file in report.files}
    for path in inbox.glob("*.jsonl"):
        assert len([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]) == rows[path.name]
    for path in inbox.glob("*.csv"):
        table = pd.read_csv(path, sep=";", encoding="utf-8-sig", dtype=str, keep_default_na=False)
        assert len(table) == rows[path.name], path.name
    older = pd.read_csv(next(inbox.glob("agency_*.csv")), sep=";", encoding="utf-8-sig", dtype=str)
    assert older["Unlock price"].str.fullmatch(r"\d+,\d\d|gratis").all()


def test_labels_are_old_names_or_none_for_a_good_part(written: tuple[Path, DemoReport], settings: Settings) -> None:
    inbox, _ = written
    bank = [json.loads(line) for line in next(inbox.glob("caption_bank__*")).read_text(encoding="utf-8").splitlines()]
    label = pd.Series([row.get("category") for row in bank])
    known = {kind for row in settings.send_types for kind in row.caption_types}
    assert label.isna().mean() > 0.05
    old = label.dropna()[~label.dropna().isin(known)]
    assert len(old) > 0.3 * len(bank)
    assert old.isin(settings.type_aliases).all()
    assert {"teaser", "promo", "mood_check", "vip_promo"} <= set(old)
    assert set(old) & {"tip_request", "tip_campaign"}


def test_wall_posts_carry_tips_and_revenue(written: tuple[Path, DemoReport]) -> None:
    inbox, _ = written
    header, *rows = openpyxl.load_workbook(next(inbox.glob("wall_posts__*"))).active.values
    posts = pd.DataFrame(rows, columns=header)
    sold = posts["Price"].notna()
    assert posts.loc[sold, "Revenue"].notna().all()
    assert posts.loc[sold, "Tips"].isna().all()
    assert (posts.loc[~sold, "Tips"] > 0).mean() > 0.5
    assert posts.loc[posts["Tip goal"].notna(), "Type"].eq("campaign").all()
