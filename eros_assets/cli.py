"""``eros``: the terminal face. Every command calls the same functions as the Dagster assets."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import duckdb
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from eros_assets import __version__, terminal
from eros_assets.settings import ConfigError, Settings, config_dir, load_settings

if TYPE_CHECKING:
    from eros_assets.flows.ingest import FileReport
    from eros_assets.planning.plan import PlanResult
    from eros_assets.reports.explanation import PlannedUnder

app = typer.Typer(
    name="eros",
    no_args_is_help=True,
)
err = Console(stderr=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Home = Annotated[Path | None, typer.Option(help="Home folder; default EROS_HOME, then ./data.", envvar="EROS_HOME")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"eros {__version__}")
        raise typer.Exit


@app.callback()
def eros(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Exports in, checked weekly schedules and a digest out."""


def _settings(home: Path | None) -> Settings:
    """Settings of ``home``, which everything loaded or started from here on takes for its own, dbt too."""
    try:
        settings = load_settings(home)
        os.environ["EROS_HOME"] = str(settings.paths.home)
        return settings
    except ConfigError as error:
        _fail("CONFIG_ERROR", str(error), "correct the value in config/")


def _fail(code: str, message: str, hint: str) -> NoReturn:
    """End with one of the error codes: code, message with the value, next step."""
    _say_failure(code, message, hint)
    raise typer.Exit(2)


def _say_failure(code: str, message: str, hint: str) -> None:
    """Code, message and next step on standard error; brackets of the message are its own, paths stay whole."""
    for text in (*f"{code}: {message}".splitlines(), f"next: {hint}"):
        line = Text(terminal.wrapped(text, err.width, hanging="  "))
        line.highlight_words([f"{code}:"], "bold red")
        line.highlight_words(["next:"], "dim")
        err.print(line, soft_wrap=True)


def _read_settings(home: Path | None) -> Settings:
    """Settings of a home that something was read into, for commands that report on it."""
    from eros_assets.warehouse.connection import catalog_path

    settings = _settings(home)
    if not Path(catalog_path(settings)).exists():
        _fail("INSUFFICIENT_DATA", f"no export was ever read into {settings.paths.home}", "run `eros run` first")
    return settings


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail("INVALID_DATE", f"{name} {text!r} is no date", "write it as YYYY-MM-DD")


def _monday(text: str | None, settings: Settings) -> date:
    from eros_assets.assets.partitions import next_monday

    if text is None:
        return next_monday(datetime.now(ZoneInfo(settings.system.agency.timezone)).date())
    week = _day(text, "--week")
    if week.weekday():
        _fail("NOT_MONDAY", f"--week {week} is a {week:%A}", f"use {week - timedelta(days=week.weekday())}")
    return week


def _width() -> int | None:
    """Columns to write to: the terminal's, or ``COLUMNS``; None in a file or pipe, where a line stays one line."""
    return Console().width if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else None


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=1, default=str, allow_nan=False) + "\n")


@contextmanager
def _steps(settings: Settings, quiet: bool) -> Iterator[None]:
    """Show each step of the runs inside the block as it starts and ends.

    What dbt prints goes to ``run.log`` in the home: standard output is for the result alone.
    """
    from eros_assets.progress import listen

    log_path = settings.paths.home / "run.log"
    with (
        log_path.open("w", encoding="utf-8") as log,
        redirect_stdout(log),
        Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=18),
            TimeElapsedColumn(),
            console=err,
            disable=quiet,
        ) as progress,
    ):
        tasks: dict[str, Any] = {}

        def show(step: str, state: str) -> None:
            name = step.rsplit(".", 1)[-1]
            if state == "start":
                tasks[name] = progress.add_task(name, total=None)
            elif name in tasks:
                mark = {"done": "[green]✓[/]", "failed": "[red]✗[/]"}.get(state, "–")
                progress.update(tasks.pop(name), description=f"{mark} {name}", total=1, completed=1)

        stop = listen(show)
        try:
            yield
        finally:
            stop()


@app.command()
def demo(
    end: Annotated[str | None, typer.Option(help="Last day of data; default yesterday.")] = None,
    agency: Annotated[
        str, typer.Option(help="studio, or harbour: other texts, habits, files and fans. Sizes default to its own.")
    ] = "studio",
    creators: int | None = None,
    captions: int | None = None,
    sends: int | None = None,
    days: int | None = None,
    seed: Annotated[int | None, typer.Option(help="Same seed and sizes, same bytes; default the agency's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the files; default the inbox.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the export files of an invented agency."""
    from eros_assets.sample.sample import write_demo

    settings = _settings(home)
    yesterday = datetime.now(ZoneInfo(settings.system.agency.timezone)).date() - timedelta(days=1)
    last = _day(end, "--end") if end else yesterday
    truth = settings.paths.home / "truth" / "truth.json"
    try:
        report = write_demo(
            out or settings.paths.inbox,
            truth,
            end=last,
            agency=agency,
            creators=creators,
            captions=captions,
            sends=sends,
            days=days,
            seed=seed,
            settings=settings,
        )
    except ValueError as error:
        _fail("INVALID_INPUT", str(error), "see `eros demo --help`")
    if as_json:
        _print_json(asdict(report))
    else:
        err.print(Text(f"{len(report.files)} export files in {out or settings.paths.inbox}"), soft_wrap=True)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default the inbox.")] = None,
    retry: Annotated[bool, typer.Option(help="Read quarantined rows again, after a change of rules.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read export files into the raw tables; every row ends in a table or in quarantine."""
    from eros_assets.flows.ingest import ingest_paths, retry_quarantine

    settings = _settings(home)
    settings.paths.inbox.mkdir(parents=True, exist_ok=True)
    missing = [str(path) for path in paths or [] if not path.exists()]
    if missing:
        _fail("FILE_NOT_FOUND", ", ".join(missing), "check the path")
    now = datetime.now(UTC).replace(tzinfo=None)
    if retry:
        err.print(f"{retry_quarantine(settings, now)} quarantined rows resolved")
    reports = ingest_paths(settings, paths or [settings.paths.inbox], now=now)
    if as_json:
        _print_json([asdict(report) for report in reports])
    elif reports:
        _print_ingested(reports)
    else:
        err.print(Text(f"nothing to read in {paths[0] if paths else settings.paths.inbox}"), soft_wrap=True)
    if any(report.status == "rejected" for report in reports):
        raise typer.Exit(1)


def _print_ingested(reports: list[FileReport]) -> None:
    """Each file's name on a line of its own, what became of its rows below it."""
    head = ("", "kind", "state", "read", "loaded", "updated", "duplicate", "quarantined", "s")
    rows = []
    for r in reports:
        counts = (r.rows_read, r.rows_loaded, r.rows_updated, r.rows_duplicate, r.rows_quarantined)
        rows.append(("", r.kind, r.status, *(f"{n:,}" for n in counts), f"{r.seconds:.1f}"))
    first, *lines = terminal.table(head, rows, right=frozenset(range(3, 9)))
    typer.echo(first)
    for report, line in zip(reports, lines, strict=True):
        typer.echo(report.file_name)
        typer.echo(line)
        if report.error:
            typer.echo(terminal.wrapped(report.error, _width(), indent="  "))


@app.command()
def run(
    week: Annotated[str | None, typer.Option(help="Monday to plan; default next week.")] = None,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="Make the sample exports when nothing was ever read.")
    ] = False,
    force: Annotated[bool, typer.Option(help="Run every stage even when nothing is new.")] = False,
    creator: Annotated[list[str] | None, typer.Option(help="Plan only these creators again.")] = None,
    now: Annotated[datetime | None, typer.Option(help="Run as of this UTC time instead of the present.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ingest, model, plan, check, publish and digest: only what is new."""
    settings = _settings(home)
    monday = _monday(week, settings)
    for folder in (settings.paths.inbox, settings.paths.archive):
        folder.mkdir(parents=True, exist_ok=True)
    if with_demo and not any(settings.paths.inbox.iterdir()) and not any(settings.paths.archive.iterdir()):
        with err.status("writing the sample agency's export files"):
            demo(home=home, as_json=False)
    with err.status("loading the pipeline"):
        from eros_assets.pipeline import Pipeline

        pipeline = Pipeline(settings, now=now.replace(tzinfo=UTC) if now else None)
    with _steps(settings, quiet=as_json):
        summary = pipeline.run(monday, force=force, creators=creator)
    if as_json:
        _print_json(asdict(summary))
    else:
        _show(asdict(summary))
    if summary.failed_runs or summary.creators_planned == 0:
        raise typer.Exit(1)


def _show(summary: dict[str, Any]) -> None:
    from eros_assets.reports.run_report import run_lines

    lines = [*run_lines(summary), *((f"Open: {name}", path) for name, path in summary["paths"].items())]
    typer.echo(terminal.facts(lines, _width()))


@app.command()
def generate(
    creator: Annotated[str, typer.Option(help="Handle or id.")],
    week: Annotated[str | None, typer.Option(help="Monday; default next week.")] = None,
    explain: Annotated[bool, typer.Option(help="Show why each item stands where it stands.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Plan one creator-week without publishing it."""
    from eros_assets.flows.dry_run import CreatorNotFoundError, plan_dry
    from eros_assets.reports.explanation import plain_words
    from eros_assets.reports.exports import schedule_json
    from eros_assets.warehouse.inputs import NotReadyError

    settings = _read_settings(home)
    monday = _monday(week, settings)
    try:
        plan = plan_dry(settings, creator, monday, now=datetime.now(UTC).replace(tzinfo=None))
    except CreatorNotFoundError as error:
        _fail("CREATOR_NOT_FOUND", str(error), "see the creators export for active handles")
    except NotReadyError as error:
        _fail("INSUFFICIENT_DATA", str(error), "run `eros run` first")
    if as_json:
        sys.stdout.buffer.write(schedule_json(plan.schedule.iloc[0], plan.items, plan.verdicts))
        return
    _print_plan(plan, settings, explain=explain)
    for verdict in plan.verdicts[plan.verdicts["level"] != "info"].to_dict("records"):
        said = f"{verdict['level']}: {verdict['rule']} {verdict['name']}: {plain_words(verdict['message'])}"
        typer.echo(terminal.wrapped(said, _width(), hanging="  "), err=True)


def _print_plan(plan: PlanResult, settings: Settings, *, explain: bool) -> None:
    """The week's head, then a line per item, or with ``explain`` each item with its reasons below it."""
    from eros_assets.reports.explanation import PlannedUnder
    from eros_assets.reports.rendering import money
    from eros_assets.reports.values import in_time_order, row_of, rows_of
    from eros_assets.reports.week_explanation import bound_words, planned_as

    head = row_of(plan.schedule.iloc[0])
    title = f"{head['page_name']} · week of {head['week_start']:%Y-%m-%d} · {head['status']}"
    title += f" · expected {money(head['expected_revenue'])}"
    for line in filter(None, (title, bound_words(head), f"planned as {planned_as(head).line}")):
        typer.echo(terminal.wrapped(line, _width(), hanging="  "))
    items = rows_of(in_time_order(plan.items))
    if explain:
        _print_explained(items, PlannedUnder.of(head), settings)
    else:
        _print_items(items)


def _print_items(items: list[dict[str, Any]]) -> None:
    from eros_assets.reports.explanation import worth_text
    from eros_assets.reports.rendering import money, words

    figures = [
        (
            _when(item),
            words(item["send_type_key"]),
            "" if item["price"] is None else money(item["price"], 2),
            "" if item["char_length"] is None else str(item["char_length"]),
            worth_text(item),
        )
        for item in items
    ]
    header = ("when", "type", "price", "chars", "expected")
    lines = terminal.table(header, figures, right=frozenset({2, 3, 4}))
    room = (_width() or 10_000) - terminal.columns_of(lines[0]) - 2
    typer.echo(f"{lines[0]}  caption")
    for line, item in zip(lines[1:], items, strict=True):
        gap = " " * (terminal.columns_of(lines[0]) - terminal.columns_of(line) + 2)
        typer.echo(line + gap + terminal.shortened(item["caption_text"] or "needs caption", room))


def _print_explained(items: list[dict[str, Any]], under: PlannedUnder, settings: Settings) -> None:
    from eros_assets.reports.explanation import explanation_lines
    from eros_assets.reports.rendering import money, words

    for item in items:
        price = "" if item["price"] is None else f"  {money(item['price'], 2)}"
        typer.secho(f"{_when(item)}  {words(item['send_type_key'])}{price}", bold=True)
        typer.echo(terminal.wrapped(item["caption_text"] or "needs caption", _width(), indent="    "))
        for line in explanation_lines(item, under, settings):
            typer.secho(terminal.wrapped(line, _width(), indent="    ", hanging="      "), dim=True)


def _when(item: dict[str, Any]) -> str:
    return f"{item['scheduled_date']:%a} {item['scheduled_time']}"


@app.command()
def publish(
    approve: Annotated[list[str], typer.Option(help="Handle whose schedule needs review and may go out.")],
    week: Annotated[str | None, typer.Option(help="Monday; default next week.")] = None,
    home: Home = None,
) -> None:
    """Publish schedules that wait for review, after a person looked at them."""
    from eros_assets.flows.publish_week import publish_week

    settings = _read_settings(home)
    result = publish_week(settings, _monday(week, settings), approved_by_hand=frozenset(approve))
    missing = set(approve) - {entry.page_name for entry in result.published}
    if missing:
        state = ", ".join(f"{name} ({result.held.get(name, 'no schedule')})" for name in sorted(missing))
        _fail(
            "CREATOR_NOT_FOUND", f"nothing to publish for {state}", "see the dashboard for held and waiting schedules"
        )
    err.print(f"{len(result.published)} schedules in force, {result.files_changed} written")


@app.command()
def digest(
    day: Annotated[str | None, typer.Option(help="Day; default the newest.")] = None,
    creator: Annotated[str | None, typer.Option(help="Handle; default the whole agency.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Build and show the daily digest."""
    from eros_assets.flows.digest import DigestNotReadyError, make_digest

    settings = _read_settings(home)
    try:
        result = make_digest(settings, _day(day, "--day") if day else None)
    except DigestNotReadyError as error:
        _fail("INSUFFICIENT_DATA", str(error), "run `eros run` first")
    if creator and creator not in result.creators:
        _fail("CREATOR_NOT_FOUND", f"{creator!r} is in no digest", "see the creators export for active handles")
    part = result.creators[creator] if creator else result
    if as_json:
        sys.stdout.write(part.model_dump_json(indent=1) + "\n")
        return
    from eros_assets.reports.digest import digest_text

    for line in digest_text(result, creator).split("\n"):
        # Advice hangs under its priority, which is padded to one width.
        lead = 7 if line[:4] in ("HIGH", "MEDI", "LOW ") else 0
        typer.echo(terminal.wrapped(line[lead:], _width(), indent=line[:lead], hanging=" " * (lead or 2)))


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="First day.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    day_by_day: Annotated[bool, typer.Option(help="One run per day instead of one for all.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the performance tables of a range of past days again."""
    settings = _settings(home)
    start, end = _day(first, "--from"), _day(last, "--to")
    from eros_assets.pipeline import Pipeline

    pipeline = Pipeline(settings)
    with _steps(settings, quiet=as_json):
        try:
            summary = pipeline.backfill(start, end, single_run=not day_by_day)
        except ValueError as error:
            _fail("INVALID_DATE", str(error).removeprefix("INVALID_DATE: "), "choose days with data")
    if as_json:
        _print_json(asdict(summary))
    else:
        err.print(f"{start} … {end} done in {summary.seconds['total']:.0f} s, {summary.checks_passed} checks passed")
    if summary.failed_runs:
        raise typer.Exit(1)


@app.command()
def gaps(
    weeks: Annotated[int, typer.Option(min=1, help="How many of the newest planned weeks to measure.")] = 1,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Every rule: measured figure, target and whether it holds, or that the rule is off or not built."""
    from eros_assets.flows.gaps import measure_gaps
    from eros_assets.rules.gap_lines import gap_lines
    from eros_assets.warehouse.inputs import NotReadyError

    settings = _read_settings(home)
    try:
        frame = measure_gaps(settings, weeks=weeks)
    except NotReadyError as error:
        _fail("INSUFFICIENT_DATA", str(error), "run `eros run` first")
    if as_json:
        sys.stdout.write(frame.to_json(orient="records", indent=1) + "\n")
        return
    out = Console(highlight=False)
    for line in gap_lines(frame, settings, out.width):
        out.print(Text(line.text, style=line.style), soft_wrap=True)


@app.command()
def doctor(
    quiet: Annotated[bool, typer.Option("--quiet", help="Say something only when it fails.")] = False,
    home: Home = None,
) -> None:
    """Prepare home, Dagster instance and dbt manifest, and check that everything loads."""
    settings = _settings(home)
    from eros_assets.definitions import build_defs
    from eros_assets.pipeline import prepare_instance
    from eros_assets.warehouse.connection import connect
    from eros_assets.warehouse.dbt_run import PROJECT_DIR

    for folder in (settings.paths.inbox, settings.paths.archive, settings.paths.published, settings.paths.site):
        folder.mkdir(parents=True, exist_ok=True)
    prepare_instance(settings)
    with connect(settings):
        pass
    assets = len(list(build_defs().resolve_all_asset_keys()))
    if not quiet:
        lines = [
            ("assets", f"{assets}, all load"),
            ("home", str(settings.paths.home)),
            ("configuration", f"{config_dir()} ({settings.config_hash})"),
            ("dbt project", str(PROJECT_DIR)),
        ]
        typer.echo(terminal.facts(lines, _width()))


def main() -> None:
    """Entry point; a lake that cannot be read ends with a sentence, not a traceback."""
    try:
        app()
    except duckdb.Error as error:
        _say_failure("WAREHOUSE_UNAVAILABLE", str(error).partition("\n")[0], "run `eros run` first")
        sys.exit(2)


if __name__ == "__main__":
    main()
