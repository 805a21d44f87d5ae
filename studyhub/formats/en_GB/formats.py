"""Days and times as all pages show them: 23 Nov 2026, 16:31."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
