"""A recording as the room sends it."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from interviews.audio import HEAD, AudioType, sniff
from interviews.forms.sittings import StepForm
from interviews.models.recordings import LARGEST, LONGEST

TOO_LARGE = _("A recording has at most 10 MB. Record a shorter one, or type.")


class RecordingForm(StepForm):
    """`upload` is made with the recording: sent again it is the same one.

    The browser's own word for the type is not asked for; `audio_type` is what it is.
    """

    upload = forms.UUIDField()
    audio = forms.FileField(error_messages={"empty": _("Nothing was recorded. Try again.")})
    duration_ms = forms.IntegerField(required=False, min_value=0)
    agreed = forms.BooleanField(required=False)

    audio_type: AudioType

    def clean_audio(self) -> UploadedFile[bytes]:
        audio: UploadedFile[bytes] = self.cleaned_data["audio"]
        if (audio.size or 0) > LARGEST:
            raise ValidationError(TOO_LARGE, code="too_large")
        audio_type = sniff(audio.read(HEAD))
        audio.seek(0)
        if audio_type is None:
            raise ValidationError(_("This is no recording that can be played here."), code="type")
        self.audio_type = audio_type
        return audio

    def clean_duration_ms(self) -> int | None:
        """Only for people to read; no longer than there may be."""
        said: int | None = self.cleaned_data["duration_ms"]
        return None if said is None else min(said, LONGEST // timedelta(milliseconds=1))

    @property
    def status(self) -> int:
        """What is wrong, as HTTP says it."""
        codes = {error.code for error in self.errors.as_data().get("audio", [])}
        if "too_large" in codes:
            return 413
        return 415 if "type" in codes else 422
