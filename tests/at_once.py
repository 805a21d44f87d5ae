"""Runs actions at the very same moment, each in a thread and on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once[T](*actions: Callable[[], T]) -> list[T]:
    """What each action returned; an exception in one of them is raised here."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], T]) -> T:
        try:
            barrier.wait(timeout=20)
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
