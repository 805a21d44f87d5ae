"""No page has an accessibility violation, in either theme, on phone or desktop."""

from __future__ import annotations

import pytest
from django.urls import reverse

PUBLIC = ["dashboard:today", "account_login", "account_signup", "account_reset_password"]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_have_no_violation(audit, name):
    assert audit(reverse(name)) == []
