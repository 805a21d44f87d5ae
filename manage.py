#!/usr/bin/env python
"""Django's command line, with this project's settings."""

import os
import sys

WITHOUT_SITE = {"check_feedback", "score_answers"}


def main() -> None:
    is_without_site = bool(WITHOUT_SITE & set(sys.argv[1:2]))
    settings = "studyhub.settings_for_files" if is_without_site else "studyhub.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
