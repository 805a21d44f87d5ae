from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self) -> None:
        from dashboard.worklist import NEVER_RIGHT
        from questions.worklist import add_pile

        add_pile(NEVER_RIGHT)
