from django.urls import path

from dashboard import account_views, readiness_views, views

app_name = "dashboard"
urlpatterns = [
    path("", views.today, name="today"),
    path("progress/", views.progress, name="progress"),
    path("progress/calibration/", views.calibration, name="calibration"),
    path("progress/readiness/", readiness_views.readiness, name="readiness"),
    path("progress/readiness/<int:pk>/remove/", readiness_views.remove_goal, name="remove_goal"),
    path("progress/readiness/<int:pk>/outcome/", readiness_views.tell_outcome, name="tell_outcome"),
    path("trial/<slug:slug>/answer/", views.trial_answer, name="trial_answer"),
    path("trial/tick/", views.trial_tick, name="trial_tick"),
    path("account/export/", account_views.export, name="export"),
    path("account/delete/", account_views.account_delete, name="account_delete"),
]
