"""Parts of a page that are the same for everybody."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Constant(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.texts: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        circumstances = get_language(), get_script_prefix()
        if circumstances not in self.texts:
            self.texts[circumstances] = self.nodelist.render(context.new())
        return self.texts[circumstances]


@register.tag
def constant(parser: Parser, token: Token) -> Constant:
    """Words, icons and addresses, put together once for each language and place of the site.

    For pages that are asked for at every card. Nothing of the page reaches what is inside: no
    variable, no request, so nobody can be shown what belongs to somebody else.
    """
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return Constant(nodelist)
