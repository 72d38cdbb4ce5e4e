"""The kinds of this room: questions, the sealed answers to them, and the note that releases these."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import DocumentKind, List, PublicPage

from . import listing, pages
from .bodies import AnswerBody, QuestionBody
from .public import question_from

QUESTION = DocumentKind(
    word="question",
    one=_("Question"),
    many=_("Questions"),
    read=QuestionBody.from_json,
    page=PublicPage(
        lists=(pages.AT,),
        view=question_from,
        pages=pages.of_question,
        summary=listing.summary_of,
        card=listing.card,
        nodes=listing.nodes,
    ),
)
ANSWER = DocumentKind(
    word="answer",
    one=_("Answer"),
    many=_("Answers to a question"),
    read=AnswerBody.from_json,
)
RELEASE_NOTE = DocumentKind(
    word="release",
    one=_("Joint release of answers"),
    many=_("The joint release of answers"),
    read=dict,
)
KINDS = (QUESTION, ANSWER, RELEASE_NOTE)
LISTS = (
    List(
        name=pages.AT,
        title=_("Questions"),
        note=_(
            "Each question is put in the name of all sides and answered by one author from each."
        ),
        home=listing.home,
    ),
)
