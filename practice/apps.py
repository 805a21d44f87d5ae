from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "practice"

    def ready(self) -> None:
        from practice.worklist import LEECHES
        from questions.worklist import add_pile

        add_pile(LEECHES)
