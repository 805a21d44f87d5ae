"""Finding questions: words and filters, the best first, and how many each filter would leave.

Both engines only say which questions have the words in which part; what is better than what is
decided here, so the order is the same on both. See docs/decisions/0014-search.md.
"""

from questions.searching.asked import Search
from questions.searching.finding import Found, find
from questions.searching.narrowing import counted_in_bank, counted_in_found, facets
from questions.searching.ranking import found_deep, in_bank_order

__all__ = [
    "Found",
    "Search",
    "counted_in_bank",
    "counted_in_found",
    "facets",
    "find",
    "found_deep",
    "in_bank_order",
]
