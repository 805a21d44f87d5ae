"""What is the same for everybody is put together once, and holds nothing of anybody."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError, engines
from django.urls import clear_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe

from studyhub.templatetags.constant import MOST_TEXTS, Constant


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


def test_each_value_that_is_named_has_its_own():
    page = Template(
        "{% load constant %}{% constant given=value %}[{{ given }}{{ name }}]{% endconstant %}"
    )
    shown = [
        page.render(Context({"value": value, "name": "Alice"}))
        for value in ("a", "b", 1, True, None, "a")
    ]
    assert shown == ["[a]", "[b]", "[1]", "[True]", "[None]", "[a]"]


def test_plain_text_is_escaped_though_the_same_was_safe_before():
    page = Template("{% load constant %}{% constant text=text %}{{ text }}{% endconstant %}")
    assert page.render(Context({"text": mark_safe("<i>")})) == "<i>"
    assert page.render(Context({"text": "<i>"})) == "&lt;i&gt;"


def test_addresses_that_somebody_makes_up_do_not_fill_the_memory():
    page = Template("{% load constant %}{% constant query=query %}{{ query }}{% endconstant %}")
    (part,) = constants_in(page)
    for number in range(MOST_TEXTS * 2 + 5):
        assert page.render(Context({"query": f"?tag=t{number}"})) == f"?tag=t{number}"
        assert len(part.texts) <= MOST_TEXTS


@pytest.mark.parametrize("inside", ["query", "query as other", "a=b query"])
def test_values_need_a_name(inside):
    with pytest.raises(TemplateSyntaxError):
        Template(f"{{% load constant %}}{{% constant {inside} %}}{{% endconstant %}}")
