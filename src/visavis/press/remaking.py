"""The pages of a copy, made again from its own documents and compared byte for byte.

Documents stand on the sides' signatures, pages on the release key alone. But a page's bytes depend on
nothing beside its documents and the software: so who has both can make every page again. This begins
where `signing.verify` ends, with documents whose signatures are all right, and puts them through the same
press. It needs no database, and trusts nothing of the copy but

- its documents, judged once more by the engine's own rules (`record.subject_from`, `record.chained`);
- ``press.json``: the site's address, and which software made the pages. Where it was other software,
  a difference may be that version's, and the answer is "not decided", never "right";
- the order of items in lists, which no document says. It is read from `remembered_lists`; an item that is not
  there, there twice, or there without a document makes other lists, and is found by them.

Cost: each document is read twice, each page made once; memory: some hundred bytes a path.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import takewhile
from operator import attrgetter
from pathlib import Path

from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds
from visavis.pages import addresses
from visavis.pages.site import Site
from visavis.record import public as record
from visavis.signing import trie
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.charter import Charter
from visavis.signing.document import LARGEST_DOCUMENT, Document
from visavis.signing.files import FileError, load_node, read_blob
from visavis.signing.manifest import Entry, Root
from visavis.signing.problems import Problem, ProblemKind, kind_of
from visavis.signing.signatures import LARGEST_KEYS_FILE, read_keys
from visavis.signing.signed import SignedDocument
from visavis.signing.verify import PagesAgain, Report, record_in

from . import software
from .edition import Edition, NothingBefore
from .page_draws import LONGEST, Placed
from .remembered_lists import BadListsError, items_in
from .software import BadNoteError, MadeBy, NewerNoteError

PART = re.compile(r"lists/([a-z][a-z-]*)-([1-9][0-9]{0,4})\.json")
"""Pages of a list beyond the 99,999th are not looked for: a forged number must not keep anyone waiting."""

TOLD = (".html", ".xml", ".json", ".jsonld", ".txt")
LARGEST_TOLD = 8 * 1024 * 1024
BEFORE, AFTER = 24, 72


def made_again(
    report: Report, *, today: date, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Return the report of a copy that is right, with what came of making its pages again.

    ``progress`` is told how many paths of how many are made. A file that was changed meanwhile is named.
    """
    root, charter = report.root, report.charter
    if root is None or charter is None:
        raise ValueError("pages are made again only where everything else is right")
    folder, label = record_in(report.directory)
    try:
        pages = _compared(folder, root, charter, today=today, progress=progress)
    except FileError as error:
        changed = Problem(label + error.name, kind_of(error.fault))
        return replace(report, problems=(*report.problems, changed))
    return replace(report, pages=pages)


def _compared(
    folder: Path,
    root: Root,
    charter: Charter,
    *,
    today: date,
    progress: Callable[[int, int], None] | None,
) -> PagesAgain:
    entries = dict(trie.walk(root.node, load=partial(load_node, folder)))
    kinds = installed()
    copy = Copy(folder, entries, kinds=kinds)
    made_by, newer = copy.made_by()
    is_same = made_by is not None and made_by.software == software.software()
    again = Edition(
        site=Site(charter, address=made_by.address if made_by else "", menu=kinds.menu),
        kinds=kinds,
        # A root that is dated ahead does not shorten anybody's waiting time.
        chain=record.chained(
            map(copy.opened, (*root.charters, *root.recoveries)),
            known=(*root.charters, *root.recoveries),
            today=min(root.day, today),
        ),
        documents=copy,
        places=copy,
        store=NothingBefore(),
    )
    made: set[str] = set()
    differing: list[Problem] = []
    for path, content in again.everything():
        made.add(path)
        if progress:
            progress(len(made), max(len(made), root.entries))
        # What another version says of itself is not what this one would say.
        if content is not None and (path != addresses.PRESS or is_same or made_by is None):
            differing += copy.compared(path, content.data)
    differing += [Problem(path, ProblemKind.PAGE_ADDED) for path in sorted(entries.keys() - made)]
    return PagesAgain(
        n=len(made | entries.keys()),
        version=made_by.version if made_by else "",
        address=made_by.address if made_by else "",
        is_same_software=is_same,
        differing=tuple(differing),
        newer=newer,
        packages=made_by.others if made_by else (),
    )


class Copy:
    """The documents of a verified copy, found and placed as the press asks for them."""

    def __init__(self, folder: Path, entries: Mapping[str, Entry], *, kinds: Kinds) -> None:
        self._folder, self._entries, self._kinds = folder, entries, kinds
        self._documents: dict[str, list[Digest]] = defaultdict(list)
        self._is_on: dict[str, tuple[str, ...]] = {}
        for path in entries:
            digest = path.removeprefix("documents/").removesuffix(".json")
            if path == addresses.document(Digest(digest)) and not digest.endswith(".keys"):
                self._find(self.opened(Digest(digest)).document)
        self._places = {each.name: self._placed(each.name) for each in kinds.lists}

    def _find(self, document: Document) -> None:
        self._documents[document.subject].append(document.digest)
        kind = self._kinds.of(document)
        if kind is not None and kind.page is not None:
            self._is_on[document.id] = kind.page.lists

    def _placed(self, name: str) -> list[Placed]:
        """Return the places of a list: each item on the page where the copy has it."""
        left = {
            addresses.short(item): item
            for item, names in sorted(self._is_on.items())
            if name in names
        }
        on = [
            (page, left.pop(item))
            for page, items in self._listed(name)
            for item in items
            if item in left
        ]
        last = on[-1][0] if on else 1
        on += [(last, item) for item in left.values()]
        return [Placed(number, page, item) for number, (page, item) in enumerate(on)]

    def _listed(self, name: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the pages of a list and the items on each, oldest first, as the copy tells them."""
        found = (PART.fullmatch(path) for path in self._entries)
        for page in sorted(int(each[2]) for each in found if each and each[1] == name):
            try:
                items = items_in(self._read(addresses.list_part(name, page)))
            except BadListsError:
                items = []  # the part that is made again differs from it, and is named
            # What a forged page has beyond the longest is on no page, and comes at the end: it differs.
            yield page, list(dict.fromkeys(items))[:LONGEST][::-1]

    # What the press asks

    def open_together(
        self, subjects: Collection[str], *, charter: Charter | None
    ) -> dict[str, tuple[SignedDocument, ...]]:
        """Return the documents of each of these pages, each judged from its bytes."""
        if charter is None:
            return dict.fromkeys(subjects, ())
        return {
            subject: record.subject_from(
                map(self.opened, self._documents.get(subject, ())), subject=subject, charter=charter
            )
            for subject in subjects
        }

    def place_of(self, name: str, item: str) -> Placed | None:
        return next((each for each in self._places[name] if each.item == item), None)

    def places_on(self, name: str) -> int:
        return len(self._places[name])

    def items_at(self, name: str, *, first: int, last: int) -> list[Placed]:
        return self._places[name][first : last + 1]

    def items_on(self, name: str, page: int) -> list[Placed]:
        on = self._places[name]
        first, after = (
            find(on, page, key=attrgetter("page")) for find in (bisect_left, bisect_right)
        )
        return on[first:after]

    def pages_of(self, name: str) -> list[int]:
        return list(dict.fromkeys(each.page for each in self._places[name]))

    # What it holds

    def opened(self, digest: Digest) -> SignedDocument:
        """Return a document of the copy with the signatures beside it."""
        data = self._read(addresses.document(digest), largest=LARGEST_DOCUMENT)
        keys = self._read(addresses.document_keys(digest), largest=LARGEST_KEYS_FILE)
        return SignedDocument(Document.from_bytes(data), read_keys(keys))

    def made_by(self) -> tuple[MadeBy | None, str]:
        """Return which software made the pages, or None where the copy does not say so.

        With it the format in which it says so, if that is newer than ours.
        """
        if addresses.PRESS not in self._entries:
            return None, ""
        try:
            return MadeBy.from_bytes(self._read(addresses.PRESS)), ""
        except NewerNoteError as error:
            return None, error.format
        except BadNoteError:
            return None, ""

    def compared(self, path: str, again: bytes) -> Iterator[Problem]:
        """Yield what is wrong with a path, if anything: ``again`` is what the documents make."""
        entry = self._entries.get(path)
        if entry is None:
            yield Problem(path, ProblemKind.PAGE_MISSING)
        elif entry.blob != digest_of(again):
            is_told = path.endswith(TOLD) and entry.size <= LARGEST_TOLD
            detail = difference(self._read(path), again) if is_told else ""
            yield Problem(path, ProblemKind.PAGE_DIFFERS, detail)

    def _read(self, path: str, *, largest: int = 0) -> bytes:
        entry = self._entries[path]
        return read_blob(self._folder, entry.blob, largest=largest or entry.size)


def difference(here: bytes, again: bytes) -> str:
    """Return the first words in which a page differs from what its documents make."""
    one, other = (data.decode("utf-8", errors="replace") for data in (here, again))
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    at = max(0, same - BEFORE)
    return f"it has “{_excerpt(one, at)}”, the documents make “{_excerpt(other, at)}”"


def _excerpt(text: str, at: int) -> str:
    return " ".join(text[at : at + BEFORE + AFTER].split())
