"""Parts of a page that are the same for everybody."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST_TEXTS = 200  # of one place in a page; an address can be made up by anybody


class Constant(template.Node):
    def __init__(self, nodelist: NodeList, given: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.given = given
        self.texts: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        values = {name: each.resolve(context) for name, each in self.given.items()}
        # With their types: 1 and True, plain and safe text are equal, and look different.
        circumstances = (
            get_language(),
            get_script_prefix(),
            *values.values(),
            *map(type, values.values()),
        )
        text = self.texts.get(circumstances)
        if text is None:
            if len(self.texts) == MOST_TEXTS:
                self.texts.clear()
            text = self.texts[circumstances] = self.nodelist.render(context.new(values))
        return text


@register.tag
def constant(parser: Parser, token: Token) -> Constant:
    """Words, icons and addresses, put together once for each language and place of the site.

    `{% constant query=query %}` has one for each value of what is named there, for few and plain
    values. For pages that are asked for at every card. Nothing else of the page reaches what is
    inside: no variable, no request, so nobody can be shown what belongs to somebody else.
    """
    _tag, *bits = token.split_contents()
    given = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError("constant takes only values with a name: name=value")
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return Constant(nodelist, given)
