from django.urls import path

from practice import views

app_name = "practice"
urlpatterns = [
    path("", views.start, name="start"),
    path("session/", views.session, name="session"),
    path("session/answer/", views.answer, name="answer"),
    path("session/undo/", views.undo, name="undo"),
    path("session/follow-up/<uuid:review>/<int:follow_up>/", views.follow_up, name="follow_up"),
    path("session/more/", views.more, name="more"),
    path("round/", views.start_a_round, name="round"),
    path("history/", views.history, name="history"),
    path("cards/", views.cards, name="cards"),
    path("cards/add/", views.add, name="add"),
    path("cards/suspend/", views.suspend, name="suspend"),
    path("cards/unsuspend/", views.unsuspend, name="unsuspend"),
    path("cards/bury/", views.bury, name="bury"),
    path("cards/changes/<uuid:pk>/undo/", views.undo_the_change, name="undo_change"),
    path("cards/export/", views.export, name="export"),
    path("reviews/export/", views.export_reviews, name="export_reviews"),
    path("cards/<int:pk>/", views.card, name="card"),
    path("cards/<int:pk>/note/", views.note, name="note"),
    path("settings/", views.settings, name="settings"),
    path("settings/holiday/", views.holiday, name="holiday"),
    path("settings/catching-up/", views.catching_up, name="catching_up"),
]
