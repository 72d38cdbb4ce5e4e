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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
from .remembered_lists import BadListsError, is_own_list, items_in
from .software import BadNoteError, MadeBy, NewerNoteError

PART = re.compile(r"lists/([a-z][a-z-]*|[0-9a-f]{32})-([1-9][0-9]{0,4})\.json")
"""Pages of a list beyond the 99,999th are not looked for: a forged number must not keep anyone waiting."""

TOLD = (".html", ".xml", ".json", ".jsonld", ".txt")
LARGEST_TOLD = 8 * 1024 * 1024
BEFORE, AFTER = 24, 72


def made_again(
    report: Report, *, today: date, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Return the report of a copy that is right, with what came of making its pages again.

    ``progress`` is called with the paths made and all paths. A file that was changed meanwhile is named.
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
        self._there: set[str] = set()
        self._is_on: dict[str, set[str]] = {}
        self._below: dict[str, set[str]] = defaultdict(set)
        self._sources: dict[str, set[str]] = {}
        self._has_list: set[str] = set()
        for path in entries:
            digest = path.removeprefix("documents/").removesuffix(".json")
            if path == addresses.document(Digest(digest)) and not digest.endswith(".keys"):
                self._find(self.opened(Digest(digest)).document)
        self._put_on_own_lists()
        self._parts = self._find_parts()
        on: dict[str, list[str]] = defaultdict(list, {each.name: [] for each in kinds.lists})
        for item, names in sorted(self._is_on.items()):
            for name in names:
                on[name].append(item)
        self._places = {name: self._placed(name, items) for name, items in on.items()}

    def _find(self, document: Document) -> None:
        self._documents[document.subject].append(document.digest)
        kind = self._kinds.of(document)
        if document.part_of is None:
            self._there.add(addresses.short(document.id))
        if kind is None or kind.page is None or document.part_of is not None:
            return
        self._is_on[document.id] = set(kind.page.lists)
        if kind.page.own_list:
            self._has_list.add(document.id)
        if below := self._kinds.named_in(document).below:
            self._below[below].add(document.id)
        if kind.page.is_on_source:
            self._sources[document.id] = {source.id for source in document.made_from}

    def _put_on_own_lists(self) -> None:
        """Put items on the lists of what they were made from, and there what is hidden above others."""
        lower = set().union(*self._below.values())
        hidden = {
            item: set().union(*(self._sources.get(each, set()) for each in self._below[item]))
            for item in self._below
            if addresses.short(item) not in self._there
        }
        first = {item: on for item, on in self._sources.items() if item not in lower}
        for item, sources in {**first, **hidden}.items():
            self._is_on.setdefault(item, set()).update(sources & self._has_list)

    def _find_parts(self) -> dict[str, list[int]]:
        """Return which pages the copy says that each list has, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for each in filter(None, map(PART.fullmatch, self._entries)):
            found[each[1]].append(int(each[2]))
        return {name: sorted(numbers) for name, numbers in found.items()}

    def _placed(self, name: str, items: Iterable[str]) -> list[Placed]:
        """Return the places of a list: each item on the page where the copy has it."""
        left = {addresses.short(item): item for item in items}
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
        for page in self._parts.get(name, ()):
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

    def below(self, items: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return which items are shown below each of these, by id."""
        return {item: tuple(sorted(self._below[item])) for item in items if item in self._below}

    def own_lists_of(self, item: str) -> list[str]:
        return sorted(filter(is_own_list, self._is_on.get(item, ())))

    def own_lists(self) -> list[str]:
        return sorted(filter(is_own_list, self._places))

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
        return list(dict.fromkeys(each.page for each in self._places.get(name, ())))

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
