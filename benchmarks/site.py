"""The site on a temporary SQLite database."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command


@contextmanager
def temporary_site() -> Iterator[str]:
    """Settings as in production, but for HTTPS and hashed file names. The folder it lies in."""
    with tempfile.TemporaryDirectory(prefix="studyhub-benchmark-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="studyhub.settings",
            SECRET_KEY="benchmark",  # noqa: S106
            HTTPS="0",
            DEBUG="0",
            DATA_DIR=folder,
            DATABASE_URL=f"sqlite:///{folder}/benchmark.sqlite3",
            LOG_LEVEL="ERROR",
        )
        django.setup()
        from django.conf import settings

        settings.ROOT_URLCONF = "benchmarks.urls"
        settings.AUTHENTICATION_BACKENDS.append("django.contrib.auth.backends.ModelBackend")
        settings.STORAGES["staticfiles"]["BACKEND"] = (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
        call_command("migrate", verbosity=0)
        call_command("createcachetable")
        yield folder
