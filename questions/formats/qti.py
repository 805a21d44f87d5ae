"""QTI 3.0: a package of items for other assessment systems. Written only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from xml.etree.ElementTree import (  # noqa: S405 (only written with)
    Element,
    SubElement,
    fromstring,
    indent,
    tostring,
)

from questions.formats.document import Kind, QuestionDocument
from questions.formats.files import packed
from questions.formats.losing import lost_in
from questions.formats.moodle_xml import without_controls

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
ITEM_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
PACKAGE_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
MATCH_CORRECT = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
ITEM_TYPE = "imsqti_item_xmlv3p0"
# HTML that QTI's own schema has no place for, attributes and elements.
FOREIGN_ATTRIBUTES = ("class", "tabindex", "rel", "title")
VOID = re.compile(r"<(br|hr|img)\b([^<>]*?)/?>")
HEADINGS = {"del": "span", "s": "span"}
KEPT = {
    *("context", "answer", "options", "steps", "expected_output", "key_points"),
    "interviewer_notes",
}


def write_qti(
    documents: Sequence[QuestionDocument], *, render: Callable[[str], str]
) -> tuple[bytes, list[str]]:
    """A zip with a manifest and an item for each question; `render` makes HTML of Markdown."""
    files = [
        (f"items/{name}.xml", _xml(_item(document, name=name, render=render)))
        for name, document in _named(documents)
    ]
    manifest = _xml(_manifest([path for path, _text in files]))
    lost = lost_in("QTI", documents, kept=KEPT)
    return packed([("imsmanifest.xml", manifest), *files]), list(lost)


def _named(documents: Sequence[QuestionDocument]) -> Iterator[tuple[str, QuestionDocument]]:
    for number, document in enumerate(documents, start=1):
        yield document.slug or f"question-{number}", document


def _manifest(paths: Sequence[str]) -> Element:
    manifest = Element("manifest", {"xmlns": PACKAGE, "identifier": "studyhub-questions"})
    manifest.set("xmlns:xsi", INSTANCE)
    manifest.set("xsi:schemaLocation", f"{PACKAGE} {PACKAGE_SCHEMA}")
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "QTI Package"
    SubElement(metadata, "schemaversion").text = "3.0.0"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    for number, path in enumerate(paths, start=1):
        resource = SubElement(
            resources, "resource", identifier=f"item-{number}", type=ITEM_TYPE, href=path
        )
        SubElement(resource, "file", href=path)
    return manifest


def _item(document: QuestionDocument, *, name: str, render: Callable[[str], str]) -> Element:
    item = Element("qti-assessment-item", {"xmlns": ITEM, "xmlns:xsi": INSTANCE})
    item.set("xsi:schemaLocation", f"{ITEM} {ITEM_SCHEMA}")
    # An identifier begins with a letter; an id of ours may begin with a digit.
    item.set("identifier", f"q-{name}")
    item.set("title", document.prompt)
    item.set("adaptive", "false")
    item.set("time-dependent", "false")
    item.set("xml:lang", "en")
    _declare(item, document)
    body = SubElement(item, "qti-item-body")
    _add_html(body, render(document.context))
    INTERACTIONS.get(document.kind, _extended_text)(body, document, render)
    if notes := _scoring_notes(document):
        block = SubElement(body, "qti-rubric-block", view="scorer", use="scoring")
        _add_html(SubElement(block, "qti-content-body"), render(notes))
    if document.kind in INTERACTIONS:
        SubElement(item, "qti-response-processing", template=MATCH_CORRECT)
    return item


def _declare(item: Element, document: QuestionDocument) -> None:
    cardinalities = {Kind.MULTIPLE: "multiple", Kind.ORDERING: "ordered"}
    is_choice = document.kind in INTERACTIONS
    response = SubElement(
        item,
        "qti-response-declaration",
        {
            "identifier": "RESPONSE",
            "cardinality": cardinalities.get(document.kind, "single"),
            "base-type": "identifier" if is_choice else "string",
        },
    )
    right = list(_right(document))
    if right:
        correct = SubElement(response, "qti-correct-response")
        for value in right:
            SubElement(correct, "qti-value").text = value
    score = {"identifier": "SCORE", "cardinality": "single", "base-type": "float"}
    if not is_choice:
        score["external-scored"] = "human"
    SubElement(item, "qti-outcome-declaration", score)


def _right(document: QuestionDocument) -> Iterator[str]:
    if document.kind is Kind.ORDERING:
        yield from (f"choice-{place}" for place in range(1, len(document.steps) + 1))
    for place, option in enumerate(document.options, start=1):
        if option.is_correct:
            yield f"choice-{place}"


def _extended_text(
    body: Element, document: QuestionDocument, _render: Callable[[str], str]
) -> None:
    interaction = SubElement(
        body, "qti-extended-text-interaction", {"response-identifier": "RESPONSE"}
    )
    SubElement(interaction, "qti-prompt").text = document.prompt


def _choice(body: Element, document: QuestionDocument, render: Callable[[str], str]) -> None:
    most = "0" if document.kind is Kind.MULTIPLE else "1"
    interaction = SubElement(
        body,
        "qti-choice-interaction",
        {"response-identifier": "RESPONSE", "shuffle": "true", "max-choices": most},
    )
    _add_choices(interaction, document, [option.text for option in document.options], render)


def _order(body: Element, document: QuestionDocument, render: Callable[[str], str]) -> None:
    interaction = SubElement(
        body, "qti-order-interaction", {"response-identifier": "RESPONSE", "shuffle": "true"}
    )
    _add_choices(interaction, document, document.steps, render)


def _add_choices(
    interaction: Element,
    document: QuestionDocument,
    texts: Sequence[str],
    render: Callable[[str], str],
) -> None:
    SubElement(interaction, "qti-prompt").text = document.prompt
    for place, text in enumerate(texts, start=1):
        choice = SubElement(interaction, "qti-simple-choice", identifier=f"choice-{place}")
        _add_html(choice, render(text))


INTERACTIONS = {
    Kind.SINGLE: _choice,
    Kind.MULTIPLE: _choice,
    Kind.BOOLEAN: _choice,
    Kind.ORDERING: _order,
}


def _scoring_notes(document: QuestionDocument) -> str:
    points = "\n".join(f"- {point.text} ({point.weight})" for point in document.key_points)
    output = f"~~~~~~~~\n{document.expected_output}\n~~~~~~~~" if document.expected_output else ""
    why = "\n".join(
        f"- {option.text}: {option.because}" for option in document.options if option.because
    )
    parts = (output, document.answer, points, why, document.interviewer_notes)
    return "\n\n".join(part for part in parts if part)


def _add_html(parent: Element, html: str) -> None:
    """The renderer's HTML is clean and closed, but for elements that end themselves."""
    closed = VOID.sub(r"<\1\2/>", without_controls(html)).replace("&nbsp;", "&#160;")
    found = fromstring(f"<div>{closed}</div>")  # noqa: S314 (our own renderer's, no entities)
    for element in found.iter():
        element.tag = HEADINGS.get(element.tag, element.tag)
        for name in FOREIGN_ATTRIBUTES:
            element.attrib.pop(name, None)
    parent.text = found.text
    parent.extend(list(found))


def _xml(root: Element) -> str:
    indent_outside_text(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{without_controls(text)}\n'


def indent_outside_text(root: Element) -> None:
    """Blanks mean something inside of HTML, so only the frame is indented."""
    if root.tag == "manifest":
        indent(root)
