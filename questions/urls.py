"""Addresses of the bank. A question's own lie below question/, so that no id takes a page."""

from django.urls import path

from questions.views import bank, exports, imports, offers, own, phrasings, question, reports

app_name = "questions"
urlpatterns = [
    path("", bank.bank, name="bank"),
    path("mine/", own.mine, name="mine"),
    path("mine/delete/", own.delete_chosen, name="delete_chosen"),
    path("new/", own.create, name="create"),
    path("export/", exports.export, name="export"),
    path("import/", imports.start, name="import"),
    path("import/<uuid:pk>/", imports.preview, name="import_preview"),
    path("import/<uuid:pk>/file/", imports.file, name="import_file"),
    path("import/<uuid:pk>/prompt/", imports.prompt, name="import_prompt"),
    path("import/<uuid:pk>/confirm/", imports.confirm, name="import_confirm"),
    path("phrasings/", phrasings.phrasings, name="phrasings"),
    path("phrasings/<int:pk>/", phrasings.phrasing, name="phrasing"),
    path("phrasings/<int:pk>/undo/", phrasings.phrasing_undo, name="phrasing_undo"),
    path("question/<slug:slug>/", question.question, name="question"),
    path("question/<slug:slug>/report/", reports.report, name="report"),
    path("question/<slug:slug>/edit/", own.edit, name="edit"),
    path("question/<slug:slug>/delete/", own.delete, name="delete"),
    path("question/<slug:slug>/offer/", offers.offer, name="offer"),
    path("question/<slug:slug>/withdraw/", offers.withdraw, name="withdraw"),
    path("question/<slug:slug>/restore/", own.restore, name="restore"),
]
