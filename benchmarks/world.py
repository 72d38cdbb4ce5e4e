"""A site with as many texts as are wanted: real documents with real signatures, written in bulk.

The words are made from a seed, so that every run presses the same pages. The cast is that of the tests.
"""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

import cast
from visavis.base import data
from visavis.kinds.installed import installed
from visavis.kinds.items import Viewed
from visavis.pages import addresses
from visavis.pages.site import Site
from visavis.press import actions, feeds, queries
from visavis.press.linked_data import linked_data
from visavis.press.software import MadeBy
from visavis.press.store import Content, Store
from visavis.record import public as record
from visavis.record.models import Changed, Signature
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.sides.keyfiles import key_file
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import Document

LETTERS = {
    "az": "aəbcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "hy": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
}
AT = datetime.combine(cast.DAY, datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
BATCH = 1_000
SHARED_CONTENTS = 97


def founded() -> cast.SiteKeys:
    """Return a site of two sides and two languages whose charter is in force."""
    data.make_private(data.data_directory())
    call_command("migrate", verbosity=0, interactive=False)
    site = cast.a_charter(languages=("az", "hy"))
    data.write_private(data.release_key_file(), key_file(site.release_key).encode())
    cast.found(site)
    return site


class Words:
    """Sentences without sense, as long and as varied as real ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._known = {
            language: [self._word(letters) for _ in range(4_000)]
            for language, letters in LETTERS.items()
        }

    def paragraph(self, language: str, *, n_words: int) -> str:
        words = self._random.choices(self._known[language], k=n_words)
        return " ".join(words).capitalize() + "."

    def _word(self, letters: str) -> str:
        return "".join(self._random.choices(letters, k=self._random.randint(2, 11)))


def texts(
    site: cast.SiteKeys, n: int, *, paragraphs: int, words: int, seed: int = 1
) -> Iterator[Document]:
    """Yield articles in both languages, aligned paragraph by paragraph."""
    made = Words(seed)
    for _ in range(n):
        yield cast.an_article(
            site,
            texts={
                language: [made.paragraph(language, n_words=words) for _ in range(paragraphs)]
                for language in ("az", "hy")
            },
        )


def question(site: cast.SiteKeys, *, paragraphs: int, words: int) -> Document:
    """Open a question with both answers, as desks do it; the next edition releases them."""
    made = Words(2)
    asked = cast.open_(cast.a_question(site, languages=("az", "hy"), word_limit=20_000), site)
    for side in site.codes:
        answer = cast.an_answer(site, to=asked, side=side, languages=("az", "hy"))
        body = dict(answer.body)
        body["versions"] = {
            language: {
                **version,
                "units": cast.units(
                    *(made.paragraph(language, n_words=words) for _ in range(paragraphs))
                ),
            }
            for language, version in body["versions"].items()
        }
        cast.open_(Document(**{**vars(answer), "body": body}), site)
    return asked


def write(site: cast.SiteKeys, documents: Iterator[Document], *, changed: bool = False) -> None:
    """Put open documents and their signatures into the tables, many at a time."""
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == BATCH:
            _write(site, batch, changed=changed)
            batch.clear()
    if batch:
        _write(site, batch, changed=changed)


@transaction.atomic
def _write(site: cast.SiteKeys, batch: list[Document], *, changed: bool) -> None:
    Row.objects.bulk_create(
        [
            Row(
                digest=each.digest,
                item=each.id,
                subject=each.subject,
                kind="article",
                version=1,
                side="",
                state=State.OPEN,
                proposed_by=site.codes[0],
                is_sealed=False,
                proposed_on=each.day,
                data=each.data,
            )
            for each in batch
        ]
    )
    signatures = [
        (each, cast.sign(each, site.key(side), side=side)) for each in batch for side in site.codes
    ]
    Signature.objects.bulk_create(
        [
            Signature(
                document_id=each.digest,
                side=signature.side,
                public_key=signature.public_key,
                signature=signature.signature,
            )
            for each, signature in signatures
        ]
    )
    if changed:
        Changed.objects.bulk_create([Changed(subject=each.subject) for each in batch])


def stand_in_edition(site: cast.SiteKeys) -> None:
    """Release an edition with every path that the press would make of these texts, and short contents.

    What an edition after a change costs depends on how many paths, documents and pages of lists there
    are, not on what the other texts say; making them all takes hours for a hundred thousand. Contents
    are few and shared, and have no copies: the press keeps count of what is shared, which in a real record
    is next to nothing.
    """
    chain = record.charter_chain(on=AT.date())
    shown = Site(Charter.from_document(chain[-1].document), address=settings.ADDRESS)
    subjects = list(record.open_items(kinds=installed().on("library")))
    actions.give_places(kinds=installed(), store=actions.public_store())
    Store(data.public_directory()).write_edition(
        _stand_ins(shown, subjects),
        site=shown.charter.site,
        day=AT.date(),
        valid_until=AT.date() + actions.VALID,
        charters=tuple(each.digest for each in chain),
        key=site.release_key,
        full=True,
    )


def _stand_ins(site: Site, subjects: list[str]) -> Iterator[tuple[str, Content]]:
    # The press takes it for its own, and the next edition for one after a change.
    yield addresses.PRESS, Content(MadeBy.here(address=site.address).data)
    numbers = queries.pages_of("library")
    for number in numbers:
        for path in (
            addresses.sitemap_part("library", number),
            *(addresses.page_of_list(code, "library", number) for code in site.languages),
        ):
            yield path, Content(b"a page of a list", compressible=False)
    parts = [addresses.sitemap_part("library", number) for number in numbers]
    path, index = feeds.sitemap_index(site, [addresses.SITEMAP_OF_PAGES, *parts])
    yield path, Content(index)
    for place, subject in enumerate(subjects):
        content = Content(b"a text, %d" % (place % SHARED_CONTENTS), compressible=False)
        digest = Digest(hashlib.sha256(subject.encode()).hexdigest())
        pages = (
            *(addresses.item(code, "library", subject) for code in site.languages),
            *(
                addresses.side_by_side(left, right, "library", subject)
                for left, right in site.pairs
            ),
        )
        for path in (*pages, addresses.document(digest), addresses.document_keys(digest)):
            yield path, content
        # Its linked data are its own: the next edition reads there which lists it is on.
        viewed = _stand_in(subject, digest)
        path, described = linked_data(site, viewed, pages, lists=viewed.page.lists)
        yield path, Content(described, compressible=False)


def _stand_in(subject: str, digest: Digest) -> Viewed:
    """Return a text of which nothing is known but its id, its document and its lists."""
    page: Any = SimpleNamespace(lists=("library",), nodes=lambda *_: [], summary=lambda *_: None)
    view = SimpleNamespace(id=subject, documents=(SimpleNamespace(digest=digest),))
    return Viewed(page, view)
