from django.urls import path

from interviews.views import (
    blueprints,
    marking,
    predictions,
    quick,
    recordings,
    results,
    sittings,
    teaching,
)

app_name = "interviews"
urlpatterns = [
    path("", sittings.list_, name="list"),
    path("quick/", quick.quick, name="quick"),
    path("<uuid:pk>/", sittings.start, name="start"),
    path("sittings/<uuid:pk>/", sittings.room, name="room"),
    path("sittings/<uuid:pk>/save/", sittings.save, name="save"),
    path("sittings/<uuid:pk>/clock/", sittings.clock, name="clock"),
    path("sittings/<uuid:pk>/recordings/", recordings.upload, name="upload"),
    path("recordings/<uuid:pk>/", recordings.recording, name="recording"),
    path("recordings/<uuid:pk>/delete/", recordings.recording_delete, name="recording_delete"),
    path("sittings/<uuid:pk>/submit/", sittings.submit, name="submit"),
    path("sittings/<uuid:pk>/result/", results.result, name="result"),
    path("sittings/<uuid:pk>/predict/", predictions.predict, name="predict"),
    path("sittings/<uuid:pk>/scorecard/", results.scorecard, name="scorecard"),
    path("sittings/<uuid:pk>/self-mark/", results.self_mark, name="self_mark"),
    path("teach/", teaching.teach, name="teach"),
    path("teach/blueprints/", blueprints.blueprints, name="blueprints"),
    path("teach/blueprints/new/", blueprints.blueprint_create, name="blueprint_create"),
    path("teach/blueprints/<uuid:pk>/", blueprints.blueprint, name="blueprint"),
    path("teach/blueprints/<uuid:pk>/edit/", blueprints.blueprint_edit, name="blueprint_edit"),
    path("teach/blueprints/<uuid:pk>/copy/", blueprints.blueprint_copy, name="blueprint_copy"),
    path(
        "teach/blueprints/<uuid:pk>/archive/",
        blueprints.blueprint_archive,
        name="blueprint_archive",
    ),
    path(
        "teach/blueprints/<uuid:pk>/restore/",
        blueprints.blueprint_restore,
        name="blueprint_restore",
    ),
    path("teach/assign/", teaching.assign, name="assign"),
    path("teach/assignments/<uuid:pk>/", teaching.assignment, name="assignment"),
    path("teach/assignments/<uuid:pk>/edit/", teaching.assignment_edit, name="assignment_edit"),
    path(
        "teach/assignments/<uuid:pk>/withdraw/",
        teaching.assignment_withdraw,
        name="assignment_withdraw",
    ),
    path(
        "teach/assignments/<uuid:pk>/restore/",
        teaching.assignment_restore,
        name="assignment_restore",
    ),
    path(
        "teach/assignments/<uuid:pk>/learners/<int:learner_pk>/extend/",
        teaching.extend,
        name="extend",
    ),
    path("teach/assignments/<uuid:pk>/release/", marking.release, name="release"),
    path("teach/sittings/<uuid:pk>/", marking.marking, name="marking"),
    path("teach/sittings/<uuid:pk>/void/", marking.void, name="void"),
    path("teach/sittings/<uuid:pk>/reopen/", marking.reopen, name="reopen"),
    path("teach/items/<int:pk>/", marking.mark, name="mark"),
]
