from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class QuestionsConfig(AppConfig):
    name = "questions"

    def ready(self) -> None:
        from questions import freezing

        pre_migrate.connect(freezing.take_down, sender=self)
        post_migrate.connect(freezing.put_up, sender=self)
