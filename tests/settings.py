"""The site's settings with what tests change: a known key, quick passwords, mail in memory."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from studyhub.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# What some tests collect for a server of their own is none of the others' business.
STATIC_ROOT = Path(tempfile.gettempdir()) / f"studyhub-test-static-{os.getpid()}"

RECORDINGS_DIR = Path(tempfile.gettempdir()) / f"studyhub-test-recordings-{os.getpid()}"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production. The live server's threads would share the one connection of an
    # in-memory database, and stumble over each other's transactions.
    DATABASES["default"]["TEST"] = {
        "NAME": f"{tempfile.gettempdir()}/studyhub-test-{os.getpid()}.sqlite3"
    }
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"  # nothing here need survive
    )
