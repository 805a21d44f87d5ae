from django.urls import path

from dashboard import account_views, views

app_name = "dashboard"
urlpatterns = [
    path("", views.today, name="today"),
    path("progress/", views.progress, name="progress"),
    path("trial/<slug:slug>/answer/", views.trial_answer, name="trial_answer"),
    path("trial/tick/", views.trial_tick, name="trial_tick"),
    path("account/export/", account_views.export, name="export"),
    path("account/delete/", account_views.account_delete, name="account_delete"),
]
