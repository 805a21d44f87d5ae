from django.urls import path

from interviews import views

app_name = "interviews"
urlpatterns = [
    path("", views.list_, name="list"),
    path("teach/", views.teach, name="teach"),
]
