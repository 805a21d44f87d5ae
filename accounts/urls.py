from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("cohorts/", views.cohorts, name="cohorts"),
    path("cohorts/create/", views.cohort_create, name="cohort_create"),
    path("cohorts/<uuid:pk>/", views.cohort, name="cohort"),
    path("cohorts/<uuid:pk>/edit/", views.cohort_edit, name="cohort_edit"),
    path("cohorts/<uuid:pk>/archive/", views.cohort_archive, name="cohort_archive"),
    path("cohorts/<uuid:pk>/leave/", views.leave, name="leave"),
    path("cohorts/<uuid:pk>/invite/edit/", views.invite_edit, name="invite_edit"),
    path("cohorts/<uuid:pk>/instructors/add/", views.instructor_add, name="instructor_add"),
    path("cohorts/<uuid:pk>/members/<int:user_pk>/edit/", views.member_edit, name="member_edit"),
    path(
        "cohorts/<uuid:pk>/members/<int:user_pk>/remove/",
        views.member_remove,
        name="member_remove",
    ),
    path(
        "cohorts/<uuid:pk>/members/<int:user_pk>/return/",
        views.member_return,
        name="member_return",
    ),
    path("join/<str:code>/", views.join, name="join"),
]
