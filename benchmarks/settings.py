"""The site as in production, but for HTTPS and hashed file names, with a bare view beside it."""

from studyhub.settings import *  # noqa: F403
from studyhub.settings import STORAGES

ROOT_URLCONF = "benchmarks.urls"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
