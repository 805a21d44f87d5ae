"""What is asked next, and which question may carry the thread on from there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questions.formats.markdown_grammar import is_slug
from questions.forms.fields import LONGEST_PROSE, LineField, LinesField
from questions.models import Question, QuestionQuerySet, QuestionRevision
from questions.searching import Search, find
from questions.searching.asked import LONGEST_WORDS
from studyhub.templatetags.text import with_code

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

MOST_OFFERED = 8
MOST_WORDS = 10
THREAD_ENDS = _("Nothing: the thread ends here")


class NextQuestions:
    """The questions that this person's follow-ups may lead on to: their own, and those of the bank.

    `kept` are those the text named before: they stay, whoever may open them.
    """

    whose = ""

    def __init__(self, user: User, *, slug: str, kept: Set[str]) -> None:
        self.user = user
        self.kept = kept
        questions: QuestionQuerySet = Question.objects.practisable_by(user).exclude(slug=slug)
        self.open = questions.select_related("current_revision")

    def named(self, slugs: Collection[str]) -> dict[str, Question]:
        """Those of them that may be chosen. One query."""
        wanted = {slug for slug in slugs if is_slug(slug)}
        found = self.open.filter(slug__in=wanted) if wanted else []
        return {question.slug: question for question in found}

    def found(self, words: str) -> list[Question]:
        """The one with this id, then the best of those that have the words."""
        asked = " ".join(words.replace("\0", "").split())[:LONGEST_WORDS]
        search = Search(words=asked, whose=self.whose)
        pks = find(search, user=self.user).pks
        # A page has room for a few; the question itself may be one of those found.
        order = {pk: place for place, pk in enumerate(pks[: MOST_OFFERED * 4])}
        questions = self.open.filter(Q(pk__in=order) | Q(slug=search.words))

        def place(question: Question) -> int:
            return -1 if question.slug == search.words else order[question.pk]

        return sorted(questions, key=place)[:MOST_OFFERED]


class BankQuestions(NextQuestions):
    """Those that the texts of the bank may lead on to: also drafts, which are published with them.

    An editor's own questions are not even looked for: many of them would hide those of the bank.
    """

    whose = "shared"

    def __init__(self, user: User, *, slug: str) -> None:
        super().__init__(user, slug=slug, kept=frozenset())
        questions: QuestionQuerySet = Question.objects.filter(private_to=None)
        self.open = questions.select_related("current_revision")
        self.slug = slug

    def found(self, words: str) -> list[Question]:
        """Those the bank lists, and then its drafts, which its own search leaves out."""
        published = [question for question in super().found(words) if question.slug != self.slug]
        drafts = self.open.filter(status__in=(Question.Status.DRAFT, Question.Status.REVIEW))
        for word in words.replace("\0", "").split()[:MOST_WORDS]:
            drafts = drafts.filter(
                Q(slug__contains=word) | Exists(_written(word).filter(question=OuterRef("pk")))
            )
        drafts = drafts.exclude(slug=self.slug).exclude(pk__in=[each.pk for each in published])
        return [*published, *drafts.order_by("slug")[:MOST_OFFERED]][:MOST_OFFERED]


def _written(word: str) -> QuerySet[QuestionRevision]:
    return QuestionRevision.objects.filter(prompt__icontains=word)


class ChoosesNext(forms.Form):
    """`next_slug` is chosen from what `words` find; `searched` are the words they were found by."""

    next_slug = forms.ChoiceField(
        label=_("Carries on with"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", THREAD_ENDS)],
        error_messages={
            "invalid_choice": _("Choose a question of yours, or one published in the bank.")
        },
    )
    words = forms.CharField(
        label=_("Find a question to carry on with"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    searched = forms.CharField(required=False, widget=forms.HiddenInput)
    unknown = _("%(id)s, which you cannot open here")
    found: list[Question] | None = None

    @property
    def chosen(self) -> str:
        """As it is on the page."""
        return str(self["next_slug"].value() or "")

    @property
    def searched_for(self) -> str:
        """The words whose questions the page shows, or showed when one was chosen."""
        return str(self["searched" if self.found is None else "words"].value() or "")

    def check_words(self, cleaned: Mapping[str, Any]) -> None:
        """Words that nothing was chosen from would be lost."""
        words, chosen = cleaned.get("words"), cleaned.get("next_slug")
        if words and not (chosen and words == cleaned.get("searched")):
            said = gettext("Choose one of the questions found, or clear these words.")
            self.add_error("words", said)

    def look_for_next(self, questions: NextQuestions) -> None:
        """Offers those that have the words of this row. Some six queries."""
        words = str(self["words"].value() or "")
        self.found = questions.found(words) if words.strip() else None
        self.offer(questions.named([self.chosen]), kept=questions.kept)

    def offer(self, named: Mapping[str, Question], *, kept: Collection[str]) -> None:
        """The question that is chosen, and the others found, to choose from."""
        choices: list[tuple[str, StrOrPromise]] = [("", THREAD_ENDS)]
        if question := named.get(self.chosen):
            choices.append((question.slug, self.label_of(question)))
        elif self.chosen and self.chosen in kept:
            choices.append((self.chosen, self.unknown % {"id": self.chosen}))
        known = {slug for slug, _label in choices}
        choices += [
            (each.slug, self.label_of(each)) for each in self.found or () if each.slug not in known
        ]
        self.fields["next_slug"].choices = choices  # type: ignore[attr-defined]

    def label_of(self, question: Question) -> SafeString:
        whose = gettext("yours") if question.private_to_id else gettext("in the bank")
        return format_html(
            '<span>{} <span class="soft small">({})</span></span>', prompt_of(question), whose
        )


class FollowUpForm(ChoosesNext):
    prompt = LineField(label=_("What is asked"), max_length=300)
    condition = LineField(
        label=_("Asked if"),
        max_length=200,
        help_text=_("When to ask it, in your own words: “only one way is named”. Or leave it out."),
    )
    expect = LinesField(
        label=_("What to expect"),
        help_text=_("What a good answer says, one statement a line."),
        longest=LONGEST_PROSE,
    )
    strong = LinesField(
        label=_("A strong answer"), help_text=_("One sign of it a line."), longest=LONGEST_PROSE
    )
    weak = LinesField(
        label=_("A weak answer"), help_text=_("One sign of it a line."), longest=LONGEST_PROSE
    )
    field_order = ("prompt", "condition", "expect", "strong", "weak")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_filled = any(value for name, value in cleaned.items() if name != "searched")
        if is_filled and not cleaned.get("prompt") and "prompt" not in self.errors:
            self.add_error("prompt", gettext("Write what is asked, or remove this follow-up."))
        self.check_words(cleaned)
        return cleaned

    @property
    def has_signs(self) -> bool:
        """Whether there is anything in the fields that most follow-ups leave empty."""
        return any(self[name].value() or self[name].errors for name in ("strong", "weak"))


def prompt_of(question: Question) -> SafeString:
    return with_code(question.current_revision.prompt if question.current_revision else "")
