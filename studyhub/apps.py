from django.apps import AppConfig


class StudyhubConfig(AppConfig):
    name = "studyhub"
