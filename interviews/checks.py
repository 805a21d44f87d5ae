"""What must hold of the settings before anything is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def recordings_are_private(**kwargs: Any) -> list[CheckMessage]:
    """A folder that is served as files would give every recording to whoever knows its name."""
    folder = Path(settings.RECORDINGS_DIR).resolve()
    served = [settings.STATIC_ROOT, settings.MEDIA_ROOT, *settings.STATICFILES_DIRS]
    inside = [each for each in served if each and folder.is_relative_to(Path(each).resolve())]
    return [
        Error(
            f"RECORDINGS_DIR lies inside {each}, which is for files that are served.",
            hint="Choose a folder apart, such as DATA_DIR/recordings.",
            id="interviews.E001",
        )
        for each in inside
    ]
