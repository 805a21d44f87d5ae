"""Notes of one numbered line each."""

from tests.questions.reading import codes, lines_lost, read, sample

NOTES = sample("lines_kubernetes.txt")


def test_answer_begins_behind_the_first_question_mark():
    entries = read("lines", NOTES).entries
    assert [(entry.prompt, entry.answer) for entry in entries] == [
        ("What is a pod?", "The smallest thing that is scheduled: one container or more."),
        ("What is a node?", "A machine, real or virtual."),
        (
            "What is a service?",
            "A name and an address for a set of pods.\nIt stays the same while pods come and go.",
        ),
        ("What does http://example.org/?a=1 ask for?", "The page with a query."),
        ("What is a taint?", ""),
        ("Is etcd a database?", "Yes: keys and values. Is it relational? No."),
        (
            "What is a node?",
            "A machine, real or virtual.\n\n7\\. Drain the node before you upgrade it.",
        ),
    ]


def test_what_is_doubtful_is_told_at_its_line():
    assert codes(read("lines", NOTES)) == [
        ("W-OUTSIDE", 1),
        ("W-DOUBLE", 7),
        ("W-NOANSWER", 8),
        ("W-NOT-A-QUESTION", 11),
    ]


def test_no_line_is_lost():
    assert lines_lost(NOTES, read("lines", NOTES)) == []
