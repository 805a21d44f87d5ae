#!/usr/bin/env python
"""Django's command line, with this project's settings."""

import os
import secrets
import sys

# These read files and write files, and need no site: a key of the moment will do.
WITHOUT_SITE = {"check_feedback", "score_answers"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyhub.settings")
    if WITHOUT_SITE & set(sys.argv[1:2]) and "SECRET_KEY_FILE" not in os.environ:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
