"""Code inside a line of text."""

import pytest

from studyhub.templatetags.text import with_code


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Which survive `docker rm`?", "Which survive <code>docker rm</code>?"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("One ` alone", "One ` alone"),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
        ("", ""),
    ],
)
def test_backticks_become_code_and_all_is_escaped(line, shown):
    assert with_code(line) == shown
