"""The kinds of this room: questions, the sealed answers to them, and the note that releases these."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import AtDesk, DocumentKind, List, PublicPage
from visavis.kinds.shapes import Shapes, as_it_is
from visavis.signing import document
from visavis.signing.charter import Opens

from . import bodies, guest_rules, guest_wording, listing, pages, reading, rules, wording
from .public import question_from

QUESTION = DocumentKind(
    word=rules.QUESTION,
    one=_("Question"),
    many=_("Questions"),
    opens=Opens.EVERY_SIDE,
    shapes=bodies.QUESTION,
    title=reading.title_of_question,
    reading=reading.question,
    words=reading.words_of_question,
    why_not=rules.why_not_act_on_question,
    refusals=wording.REFUSALS,
    desk=AtDesk(
        begin="dialogue:new-question",
        label=_("Ask a question"),
        draft="dialogue:draft-question",
        again="dialogue:draft-question-again",
        take_back="visavis.dialogue.actions.take_back_question",
    ),
    page=PublicPage(
        lists=(pages.AT,),
        view=question_from,
        pages=pages.of_question,
        summary=listing.summary_of,
        card=listing.card,
        in_feeds=listing.in_feeds,
        nodes=listing.nodes,
    ),
)
ANSWER = DocumentKind(
    word=rules.ANSWER,
    one=_("Answer"),
    many=_("Answers to a question"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.ANSWER,
    title=reading.title_of_answer,
    reading=reading.answer,
    words=reading.words_of_answer,
    why_not=guest_rules.why_not_act_on_answer,
    refusals=wording.REFUSALS | guest_wording.REFUSALS,
    names=lambda body: body.names,
    is_private=True,
    desk=AtDesk(
        draft="dialogue:draft-answer",
        take_back="visavis.dialogue.actions.take_back_this_answer",
        awaited="visavis.dialogue.queries.awaited_answers",
        is_found_by_page=True,
    ),
)
RELEASE_NOTE = DocumentKind(
    word=document.RELEASE_NOTE,
    one=_("Joint release of answers"),
    many=_("The joint release of answers"),
    opens=Opens.RELEASE_KEY,
    shapes=Shapes(document.OWN_SHAPES[document.RELEASE_NOTE], as_it_is),
    title=reading.title_of_release_note,
    reading=reading.release_note,
)
KINDS = (QUESTION, ANSWER, RELEASE_NOTE)
LISTS = (
    List(
        name=pages.AT,
        title=_("Questions"),
        note=_(
            "Each question is put in the name of all sides and answered by one author from each."
        ),
        first=listing.first,
        home=listing.home,
    ),
)
