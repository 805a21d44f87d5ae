"""What is the same for everybody is put together once, and holds nothing of anybody."""

from __future__ import annotations

from django.template import Context, Template, engines
from django.urls import clear_script_prefix, set_script_prefix
from django.utils import translation

from studyhub.templatetags.constant import Constant


def constants_in(page: Template) -> list[Constant]:
    return list(page.nodelist.get_nodes_by_type(Constant))


def test_words_and_icons_stand_where_they_would_without_it(rf):
    inside = (
        '{% include "components/icon.html" with name="x" only %}{% translate "Undo" %} <b>!</b>'
    )
    plain = engines["django"].from_string("{% load i18n %}" + inside)
    constant = engines["django"].from_string(
        "{% load constant i18n %}{% constant %}" + inside + "{% endconstant %}"
    )
    request = rf.get("/")
    for _time in range(2):
        assert constant.render({}, request) == plain.render({}, request)
    assert "<b>!</b>" in constant.render({}, request)


def test_nothing_of_one_person_is_shown_to_another():
    page = Template("{% load constant %}{{ name }}{% constant %}[{{ name }}]{% endconstant %}")
    assert page.render(Context({"name": "Alice"})) == "Alice[]"
    assert page.render(Context({"name": "Bob"})) == "Bob[]"


def test_each_language_has_its_own():
    page = Template("{% load constant i18n %}{% constant %}{% translate 'Yes' %}{% endconstant %}")
    said = {}
    for language in ("en-gb", "de", "en-gb"):
        with translation.override(language):
            said[language] = page.render(Context())
    assert said == {"en-gb": "Yes", "de": "Ja"}


def test_addresses_are_those_of_the_place_the_site_has():
    page = Template("{% load constant %}{% constant %}{% url 'practice:undo' %}{% endconstant %}")
    own = page.render(Context())
    set_script_prefix("/study/")
    try:
        assert page.render(Context()) == f"/study{own}"
    finally:
        clear_script_prefix()
    assert page.render(Context()) == own


def test_it_is_put_together_once(monkeypatch):
    page = Template("{% load constant %}{% constant %}Done{% endconstant %}")
    (part,) = constants_in(page)
    assert page.render(Context()) == "Done"
    monkeypatch.setattr(part, "nodelist", None)
    assert page.render(Context()) == "Done"
