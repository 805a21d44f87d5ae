from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.today, name="today"),
    path("progress/", views.progress, name="progress"),
    path("trial/<slug:slug>/answer/", views.trial_answer, name="trial_answer"),
    path("trial/tick/", views.trial_tick, name="trial_tick"),
]
