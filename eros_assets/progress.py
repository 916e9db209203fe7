"""Step events of an in-process run, handed to whoever shows progress."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import dagster as dg

Listener = Callable[[str, str], None]
_listeners: list[Listener] = []
STEP_EVENTS = {
    dg.DagsterEventType.STEP_START: "start",
    dg.DagsterEventType.STEP_SUCCESS: "done",
    dg.DagsterEventType.STEP_FAILURE: "failed",
    dg.DagsterEventType.STEP_SKIPPED: "skipped",
}


class _StepHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        meta: dict[str, Any] = getattr(record, "dagster_meta", {}) or {}
        event = meta.get("dagster_event")
        if event is not None and event.event_type in STEP_EVENTS and event.step_key:
            for listener in list(_listeners):
                listener(event.step_key, STEP_EVENTS[event.event_type])


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener(step, state)`` at every step event of this process; returns the way to stop it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


@dg.logger(None, description="Hands step events to the terminal's progress display.")
def progress_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """Logger without output of its own."""
    logger = logging.Logger("eros.progress", level=logging.DEBUG)
    logger.addHandler(_StepHandler())
    return logger
