"""Every URL of the site. Apps are named in strings: the frame imports none of them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from studyhub.health import health

# The admin's own log-in knows no rate limits and no second factor; allauth's does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Studyhub"

urlpatterns = [
    path("", include("dashboard.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("bank/", include("questions.urls")),
    path("practice/", include("practice.urls")),
    path("interviews/", include("interviews.urls")),
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
]
