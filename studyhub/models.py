"""The frame's one table: which periodic job was started for which period."""

from __future__ import annotations

from django.db import models


class Slot(models.Model):
    """A period of a job. Whoever inserts the row starts the job, so any number may try."""

    job = models.CharField(max_length=100)
    starts_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("job", "starts_at"), name="job_once_per_period"),
        )

    def __str__(self) -> str:
        return f"{self.job} {self.starts_at:%Y-%m-%d %H:%M:%S}"
