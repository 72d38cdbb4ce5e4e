"""The kinds of this room: discussions, contributions, their translations, and what is said before a reply."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from visavis.kinds.items import View
from visavis.kinds.kind import AtDesk, DocumentKind, List, PublicPage
from visavis.signing.charter import Opens

from . import (
    bodies,
    heard_reading,
    heard_rules,
    heard_wording,
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
NOWHERE = PublicPage[View[Any]](
    lists=(heard_reading.AT,),
    view=View.of,
    pages=heard_reading.no_pages,
    summary=heard_reading.summary_of,
    nodes=heard_reading.no_nodes,
)
"""What is seen only above a reply that names it."""
RESTATEMENT = DocumentKind(
    word=heard_rules.RESTATEMENT,
    one=_("Restatement"),
    many=_("Restatements"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.RESTATEMENT,
    title=heard_reading.title_of_restatement,
    reading=heard_reading.restatement,
    words=lambda body: {code: (text,) for code, text in body.words.items()},
    why_not=heard_rules.why_not_act_on_restatement,
    refusals=heard_wording.REFUSALS,
    gives_words_of=heard_reading.restated_item,
    translates=False,
    names=lambda body: [body.card],
    is_private=True,
    readers=lambda body: [body.asked],
    desk=AtDesk(queue="discussions:heard", waits="visavis.discussions.heard_wording.waits_at_desk"),
    most_waiting=rules.MOST_WAITING,
    page=NOWHERE,
)
HEARING = DocumentKind(
    word=heard_rules.HEARING,
    one=_("Answer to a restatement"),
    many=_("Answers to restatements"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.HEARING,
    title=heard_reading.title_of_hearing,
    reading=heard_reading.hearing,
    why_not=heard_rules.why_not_act_on_hearing,
    gives_words_of=heard_reading.restated_item,
    translates=False,
    names=lambda body: [body.restatement],
    is_private=True,
    # A yes says no words. A correction is for the one whose desk hands it on.
    readers=lambda body: [body.restater] if body.correction else [],
    desk=AtDesk(queue="discussions:heard"),
    most_waiting=rules.MOST_WAITING,
    page=NOWHERE,
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
        queue="desk:contributions",
        n_wait=translation_wording.n_wait,
    ),
)
KINDS = (DISCUSSION, CONTRIBUTION, TRANSLATION, RESTATEMENT, HEARING)
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
    List(
        name=heard_reading.AT,
        title=_("Restatements"),
        note=_("Restatements"),
        is_shown=False,
    ),
)
