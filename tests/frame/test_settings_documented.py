"""Every variable the code reads stands in docs/settings.md and .env.example, and no other."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ = re.compile(
    r"""(?:env\.(?:text|flag|number|words|choice)|environ\.get|os\.environ\.get)\(\s*"([A-Z_]+)"|"""
    r"""environ\["([A-Z_]+)"\]"""
)


def variables_read() -> set[str]:
    folders = ["studyhub", "accounts", "questions", "practice", "interviews", "dashboard"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    found = READ.findall("\n".join(path.read_text() for path in files))
    return {first or second for first, second in found}


def test_the_settings_page_lists_what_the_code_reads():
    listed = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M)
    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read()


def test_the_example_file_lists_what_the_code_reads():
    listed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read()
