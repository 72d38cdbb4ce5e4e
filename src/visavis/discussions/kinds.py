"""The kinds of this room: discussions, the contributions to them, and what translates these."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import AtDesk, DocumentKind, List, PublicPage
from visavis.signing.charter import Opens

from . import (
    bodies,
    listing,
    pages,
    reading,
    rules,
    translation_rules,
    translation_wording,
    wording,
)
from .public import contribution_from, discussion_from, what_remains

DISCUSSION = DocumentKind(
    word=rules.DISCUSSION,
    one=_("Discussion"),
    many=_("Discussions"),
    opens=Opens.EVERY_SIDE,
    shapes=bodies.DISCUSSION,
    title=reading.title_of_discussion,
    reading=reading.discussion,
    words=reading.words_of_discussion,
    why_not=rules.why_not_act_on_discussion,
    refusals=wording.REFUSALS,
    names=lambda body: [body.question] if body.question else [],
    desk=AtDesk(
        begin="discussions:new",
        label=_("Propose a discussion"),
        draft="discussions:draft",
        again="discussions:draft-again",
        take_back="visavis.discussions.actions.take_back",
    ),
    page=PublicPage(
        lists=(pages.AT,),
        view=discussion_from,
        pages=pages.of_discussion,
        own_list=pages.of_threads,
        summary=listing.summary_of_discussion,
        card=listing.card_of_discussion,
        in_feeds=listing.discussion_in_feeds,
        nodes=listing.nodes_of_discussion,
    ),
)
CONTRIBUTION = DocumentKind(
    word=rules.CONTRIBUTION,
    one=_("Contribution"),
    many=_("Contributions to discussions"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.CONTRIBUTION,
    title=reading.title_of_contribution,
    reading=reading.contribution,
    words=reading.words_of_contribution,
    why_not=rules.why_not_act_on_contribution,
    names=lambda body: body.names,
    below=lambda body: body.thread,
    is_private=True,
    most_waiting=rules.MOST_WAITING,
    desk=AtDesk(queue="desk:contributions", n_wait=wording.n_wait),
    page=PublicPage(
        lists=(pages.CONTRIBUTIONS,),
        view=contribution_from,
        remains=what_remains,
        is_on_source=True,
        pages=pages.of_contribution,
        summary=listing.summary_of_contribution,
        card=listing.card_of_contribution,
        in_feeds=listing.contribution_in_feeds,
        nodes=listing.nodes_of_contribution,
    ),
)
TRANSLATION = DocumentKind(
    word=translation_rules.TRANSLATION,
    one=_("Translation of a contribution"),
    many=_("Translations of contributions"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.TRANSLATED,
    title=reading.title_of_translation,
    reading=reading.translation,
    words=reading.words_of_translation,
    why_not=translation_rules.why_not_act_on_translation,
    refusals=translation_wording.REFUSALS,
    gives_words_of=translation_rules.translated_item,
    names=lambda body: [body.translator] if body.translator else [],
    is_private=True,
    most_waiting=translation_rules.MOST_WAITING,
    desk=AtDesk(
        draft="translating_at_desk:write",
        is_found_by_page=True,
        queue="translating_at_desk:waiting",
        n_wait=translation_wording.n_wait,
    ),
)
KINDS = (DISCUSSION, CONTRIBUTION, TRANSLATION)
LISTS = (
    List(
        name=pages.AT,
        title=_("Discussions"),
        note=_(
            "People of all sides write to one another, each under a name of their own choosing."
        ),
        home=listing.home,
    ),
    List(
        name=pages.CONTRIBUTIONS,
        title=_("Contributions"),
        note=_("What was said in discussions, the newest first."),
        part_of=pages.AT,
    ),
)
