"""The kinds of this room: articles and letters, and the translations of them that came later."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import AtDesk, DocumentKind, List, PublicPage
from visavis.signing.charter import Opens

from . import bodies, listing, pages, reading, rules
from .public import Text, text_from

TAKE_BACK = "visavis.library.actions.take_back"


def _page(part: str) -> PublicPage[Text]:
    return PublicPage(
        lists=(pages.AT, part),
        view=text_from,
        pages=pages.of_text,
        summary=listing.summary_of,
        card=listing.card,
        in_feeds=listing.in_feeds,
        nodes=listing.nodes,
    )


ARTICLE = DocumentKind(
    word="article",
    one=_("Article"),
    many=_("Articles"),
    opens=Opens.EVERY_SIDE,
    shapes=bodies.TEXT,
    title=reading.title_of_text,
    reading=reading.text,
    words=reading.words_of_text,
    desk=AtDesk(
        begin="library:new-text",
        label=_("New text"),
        draft="library:draft",
        again="library:draft-again",
        take_back=TAKE_BACK,
    ),
    page=_page("articles"),
)
LETTER = DocumentKind(
    word="letter",
    one=_("Letter"),
    many=_("Letters"),
    opens=Opens.EVERY_SIDE,
    shapes=bodies.TEXT,
    title=reading.title_of_text,
    reading=reading.text,
    words=reading.words_of_text,
    desk=AtDesk(draft="library:draft", again="library:draft-again", take_back=TAKE_BACK),
    page=_page("letters"),
)
TRANSLATION = DocumentKind(
    word=rules.TRANSLATION,
    one=_("Translation"),
    many=_("Translations"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.TRANSLATION,
    title=reading.title_of_translation,
    reading=reading.translation,
    words=reading.words_of_translation,
    gives_words_of=rules.translated_item,
    desk=AtDesk(draft="library:draft", again="library:draft-again", take_back=TAKE_BACK),
)
KINDS = (ARTICLE, LETTER, TRANSLATION)
LISTS = (
    List(
        name=pages.AT,
        title=_("Library"),
        note=_(
            "Articles and letters, each with what happened to it: original, cuts, translations."
        ),
        first=listing.first,
        home=listing.home,
    ),
    List(
        name="articles",
        title=_("Articles"),
        note=_("The articles of the library."),
        part_of=pages.AT,
    ),
    List(
        name="letters",
        title=_("Letters"),
        note=_("The letters of the library."),
        part_of=pages.AT,
    ),
)
