"""What a stranger does first: make help, make clean, build the wheel, install it, run it somewhere else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from eros_assets.bundled import bundled
from eros_assets.warehouse.dbt_run import copy_project

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("eros_assets", "schedules", "sensors", "config", "dbt_project", "pyproject.toml", "README.md", "LICENSE")


def make(*words: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(["make", "--no-print-directory", *words], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


def test_make_alone_explains_every_target_in_80_columns() -> None:
    lines = make().splitlines()
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [line.split()[1] for line in lines] == targets
    assert all(len(line) <= 80 and len(line.split()) > 3 for line in lines)


def test_make_clean_keeps_everything_in_the_home(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = ["data/inbox/a.csv", "data/lake/catalog.sqlite", "data/lake/files/x.parquet", "data/dbt_project/seeds/a.csv"]
    kept += ["dbt_project/seeds/_seeds.yml", "dbt_project/dbt_project.yml", "eros_assets/cli.py"]
    gone = ["dbt_project/target/manifest.json", "dbt_project/seeds/a.csv", "eros_assets/__pycache__/cli.pyc"]
    gone += [".mypy_cache/x", "dist/eros.whl"]
    for name in (*kept, *gone):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    for folder in ("schedules", "sensors", "tests", "benchmarks"):
        (tmp_path / folder).mkdir()
    make("clean", cwd=tmp_path)
    assert [name for name in kept if not (tmp_path / name).exists()] == []
    assert [name for name in gone if (tmp_path / name).exists()] == []


def test_a_copied_dbt_project_follows_its_source_and_keeps_what_dbt_made(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(bundled("dbt_project"), source, ignore=shutil.ignore_patterns("target", "*.csv"))
    assert copy_project(source, target)
    assert not copy_project(source, target)
    made = [target / "target" / "manifest.json", target / "seeds" / "parameters.csv"]
    for path in made:
        path.parent.mkdir(exist_ok=True)
        path.write_text("made")
    os.utime(target / "dbt_project.yml", (0, 0))
    (source / "macros" / "sums.sql").write_text("-- changed")
    (source / "models" / "staging" / "stg_sends.sql").unlink()
    assert copy_project(source, target)
    assert (target / "macros" / "sums.sql").read_text() == "-- changed"
    assert not (target / "models" / "staging" / "stg_sends.sql").exists()
    assert all(path.read_text() == "made" for path in made)
    assert (target / "dbt_project.yml").stat().st_mtime > 0  # a model that went is a reason to parse again


DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
OF_RECIPES = ("emoji_blending.py", "link_clicks.py")


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_name_files_that_exist(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    linked = [(ROOT / path).parent / link for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    quoted = re.findall(r"`((?:eros_assets|dbt_project|config|tests|docs|benchmarks)/[\w/.-]+)`", text)
    named = [file for file in (*linked, *(ROOT / name for name in quoted)) if not file.name.endswith(OF_RECIPES)]
    assert [str(file) for file in named if not file.exists()] == []


@pytest.mark.long
def test_the_wheel_runs_in_an_empty_environment_and_folder(tmp_path: Path) -> None:
    checkout, folder = tmp_path / "checkout", tmp_path / "folder"
    checkout.mkdir()
    folder.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(checkout)], check=True)
    shutil.rmtree(checkout)
    (wheel,) = tmp_path.glob("eros-*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    constraints = ["-c", str(ROOT / "constraints.txt")]
    subprocess.run([str(python), *pip[1:], "install", *constraints, str(wheel)], check=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("EROS", "DAGSTER", "PYTHON"))}
    done = subprocess.run(
        [str(python.with_name("eros")), "run", "--demo"],
        cwd=folder, env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == ["data"]
    summary = json.loads((folder / "data" / "run_summary.json").read_text())
    assert summary["failed_runs"] == []
    assert summary["creators_published"] > 30
    assert all(path.startswith(str(folder)) and Path(path).exists() for path in summary["paths"].values())


def test_the_licence_and_the_version_stand_in_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "MIT"
    assert "The EROS authors" in (ROOT / "LICENSE").read_text()
