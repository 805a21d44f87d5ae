"""What a browser would send of a page's form, untouched: nothing that is on the page gets lost."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.sent: list[tuple[str, str]] = []
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.is_inside = at.get("id") == self.form_id
        name = at.get("name")
        if not self.is_inside or (not name and tag != "option") or "disabled" in at:
            return
        if tag == "textarea":
            self.area = (name, [])
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((at.get("value") or "", "selected" in at))
        elif tag == "input" and at.get("type") in ("checkbox", "radio"):
            if "checked" in at:
                self.sent.append((name, at.get("value", "on")))
        elif tag == "input":
            self.sent.append((name, at.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            name, parts = self.area
            text = "".join(parts).replace("\r\n", "\n").removeprefix("\n")
            self.sent.append((name, text.replace("\n", "\r\n")))
            self.area = None
        elif tag == "select" and self.select:
            chosen = [value for value, is_selected in self.options if is_selected]
            first = [value for value, _is_selected in self.options[:1]]
            self.sent += [(self.select, value) for value in chosen or first]
            self.select = None
        elif tag == "form":
            self.is_inside = False


def sent_by(page: str, *, form_id: str) -> dict[str, Any]:
    """By name; a list where a name is there more than once."""
    reader = FormReader(form_id)
    reader.feed(page)
    data: dict[str, Any] = {}
    for name, value in reader.sent:
        data[name] = [*data[name], value] if isinstance(data.get(name), list) else value
    return data
