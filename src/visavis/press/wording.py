"""The words of the public pages that are not in their templates."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.signing.charter import Opens
from visavis.signing.document import Kind

OPENS: Mapping[Opens, Promise] = {
    Opens.EVERY_SIDE: _("The keys of all sides"),
    Opens.OWN_SIDE: _("The key of the writer's or translator's own side"),
    Opens.ANY_SIDE: _("The key of any one side"),
    Opens.RELEASE_KEY: _("The release key: it is computed, and marked so"),
}

KINDS: Mapping[Kind, Promise] = {
    Kind.CHARTER: _("The charter"),
    Kind.QUESTION: _("Questions"),
    Kind.DISCUSSION: _("Discussions"),
    Kind.BALLOT: _("Ballots"),
    Kind.COMPARISON: _("Comparisons"),
    Kind.ARTICLE: _("Articles"),
    Kind.LETTER: _("Letters"),
    Kind.LEDGER: _("What became of a letter"),
    Kind.NEWS: _("News in the voice of the site"),
    Kind.TERM: _("Glossary terms"),
    Kind.REGISTER_ENTRY: _("Entries in the register of the imprisoned"),
    Kind.ANSWER: _("Answers to a question"),
    Kind.CONTRIBUTION: _("Contributions to a discussion"),
    Kind.RESTATEMENT: _("Restatements of what another said"),
    Kind.STATEMENT: _("Statements in a ballot"),
    Kind.TRANSLATION: _("Translations"),
    Kind.READER_LETTER: _("Letters from readers"),
    Kind.READER_QUESTION: _("Questions from readers"),
    Kind.BALLOT_RESULT: _("Results of ballots"),
    Kind.TALLY: _("Counts"),
    Kind.RELEASE_NOTE: _("The joint release of answers"),
}

ONE_OF: Mapping[Kind, Promise] = {
    Kind.QUESTION: _("Question"),
    Kind.ARTICLE: _("Article"),
    Kind.LETTER: _("Letter"),
}

TENSES: Mapping[str, Promise] = {
    "past": _("About the past"),
    "now": _("About the present"),
    "future": _("About the future"),
}

SHELVES: Mapping[str, tuple[Promise, Promise]] = {
    "questions": (
        _("Questions"),
        _("Each question is put in the name of all sides and answered by one author from each."),
    ),
    "library": (
        _("Library"),
        _("Articles and letters, each with what happened to it: original, cuts, translations."),
    ),
}
