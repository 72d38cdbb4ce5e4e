"""The manifest as a Merkle trie: one digest covers every path of the record.

A node covers the paths whose *place*, the SHA-256 of the path in hexadecimal, begins with the node's
prefix; the top node's prefix is empty.

1. A node with at most 64 paths is a leaf: ``{"entries": {path: [blob, size, [copies]]}}``.
2. A node with more is an inner one: ``{"children": {digit: [digest of the child, paths below it]}}``,
   a child for each next digit that has any path.
3. A node's digest is the SHA-256 of its canonical bytes.

So the shape follows from the set of entries alone: one who adds paths one by one and one who begins
from nothing get the same top digest, and one changed path costs the few nodes above it. Cost of a
change: O(log n) nodes of at most 64 entries.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .canonical import LARGEST_NUMBER, Digest, digest_of, is_digest
from .manifest import COPIES, LARGEST_BLOB, BadManifestError, Entry, fault_in_path

FULLEST_LEAF = 64
LARGEST_NODE = 128 * 1024
DIGITS = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Leaf:
    """Few enough paths to be written out."""

    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Child:
    """A node below: its digest and how many paths it covers."""

    digest: Digest
    count: int


@dataclass(frozen=True, slots=True)
class Inner:
    """A node for each next digit of the place."""

    children: Mapping[str, Child]


Node: TypeAlias = Leaf | Inner
Load: TypeAlias = Callable[[Digest], Node]
Save: TypeAlias = Callable[[Digest, bytes], None]

EMPTY = Leaf({})


def place_of(path: str) -> str:
    """Return where in the trie a path belongs: the SHA-256 of its bytes."""
    return hashlib.sha256(path.encode()).hexdigest()


def node_bytes(node: Node) -> bytes:
    """Return the node's canonical bytes.

    Paths, digests and digits are plain ASCII, for which `json` with sorted keys writes what RFC 8785
    asks for, twenty times as fast; `tests/signing/test_the_trie.py` holds the two to each other.
    """
    if isinstance(node, Leaf):
        value: object = {
            "entries": {
                path: [entry.blob, entry.size, list(entry.copies)]
                for path, entry in node.entries.items()
            }
        }
    else:
        value = {
            "children": {
                digit: [child.digest, child.count] for digit, child in node.children.items()
            }
        }
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def read_node(data: bytes) -> Node:
    """Read a node back; raise BadManifestError for anything `node_bytes` would not write."""
    if len(data) > LARGEST_NODE:
        raise BadManifestError("larger than a node may be")
    try:
        value = json.loads(data.decode("ascii"))
        node = _node_from(value)
        same = node_bytes(node) == data
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadManifestError("not a node") from error
    if not same:
        raise BadManifestError("not the canonical bytes of a node")
    return node


def _node_from(value: Mapping[str, Mapping[str, list[object]]]) -> Node:
    if "entries" in value:
        return Leaf({path: _entry_from(path, *item) for path, item in value["entries"].items()})
    return Inner({digit: _child_from(digit, *item) for digit, item in value["children"].items()})


def _entry_from(path: str, blob: object, size: object, copies: object) -> Entry:
    fault = fault_in_path(path)
    if fault:
        raise ValueError(fault)
    if not is_digest(blob) or type(size) is not int or not 0 <= size <= LARGEST_BLOB:
        raise ValueError("not an entry")
    if not isinstance(copies, list) or copies != [copy for copy in COPIES if copy in copies]:
        raise ValueError("copies are br and gz, in this order")
    return Entry(Digest(str(blob)), size, tuple(copies))


def _child_from(digit: str, digest: object, count: object) -> Child:
    if digit not in DIGITS or len(digit) != 1 or not is_digest(digest):
        raise ValueError("not a child")
    if type(count) is not int or not 1 <= count <= LARGEST_NUMBER:
        raise ValueError("a child covers at least one path")
    return Child(Digest(str(digest)), count)


def fault_in_shape(node: Node, *, prefix: str, count: int | None) -> str | None:
    """Return why this node cannot stand at ``prefix`` covering ``count`` paths, or None."""
    if isinstance(node, Leaf):
        n = len(node.entries)
        if n > FULLEST_LEAF:
            return "a leaf with more than 64 paths"
        if not all(place_of(path).startswith(prefix) for path in node.entries):
            return "a path that belongs elsewhere"
    else:
        n = sum(child.count for child in node.children.values())
        if n <= FULLEST_LEAF:
            return "an inner node where a leaf would do"
        if len(prefix) >= 64:
            return "deeper than a place is long"
    if count is not None and n != count:
        return "not as many paths as the node above says"
    return None


def lookup(top: Digest, path: str, *, load: Load) -> Entry | None:
    """Return what a path shows, or None: O(log n) nodes are loaded."""
    place = place_of(path)
    node = load(top)
    for digit in place:
        if isinstance(node, Leaf):
            break
        child = node.children.get(digit)
        if child is None:
            return None
        node = load(child.digest)
    return node.entries.get(path) if isinstance(node, Leaf) else None


def walk(top: Digest, *, load: Load, prefix: str = "") -> Iterator[tuple[str, Entry]]:
    """Yield every path whose place begins with ``prefix``, with its entry; a few nodes at a time."""
    yield from _walk(load(top), load=load, depth=0, prefix=prefix)


def _walk(node: Node, *, load: Load, depth: int, prefix: str) -> Iterator[tuple[str, Entry]]:
    if isinstance(node, Leaf):
        for path, entry in node.entries.items():
            if not prefix or place_of(path).startswith(prefix):
                yield path, entry
        return
    wanted = prefix[depth : depth + 1]
    for digit, child in node.children.items():
        if wanted in {"", digit}:
            yield from _walk(load(child.digest), load=load, depth=depth + 1, prefix=prefix)


def nodes(top: Digest, *, load: Load) -> Iterator[Digest]:
    """Yield the digest of every node, each before those below it."""
    yield top
    node = load(top)
    if isinstance(node, Inner):
        for child in node.children.values():
            yield from nodes(child.digest, load=load)


@dataclass(frozen=True, slots=True)
class Held:
    """A subtree not yet written: few paths, which may end in a leaf here or in one further up."""

    entries: Mapping[str, Entry]

    @property
    def count(self) -> int:
        return len(self.entries)


Subtree: TypeAlias = Child | Held


@dataclass
class Change:
    """What a set of changed paths makes of a trie."""

    top: Digest
    count: int
    nodes: dict[Digest, bytes]
    """Nodes that were not there before."""
    dropped: frozenset[Digest]
    """Nodes that nothing needs any more."""
    before: dict[str, Entry]
    """What the changed paths showed until now, where they showed anything."""


def changed(top: Digest | None, changes: Mapping[str, Entry | None], *, load: Load) -> Change:
    """Return the trie after ``changes`` (None takes a path away); nothing is written."""
    work = _Work(load=load)
    listed = [(place_of(path), path, entry) for path, entry in changes.items()]
    old = Held({}) if top is None else Child(top, 0)
    new = work.saved(work.changed(old, listed, depth=0))
    dropped = frozenset(work.visited - work.saved_nodes.keys())
    nodes = {
        digest: data for digest, data in work.saved_nodes.items() if digest not in work.visited
    }
    return Change(new.digest, new.count, nodes, dropped, work.before)


def subtree(entries: Mapping[str, Entry], *, prefix: str, save: Save) -> Subtree:
    """Build the node at ``prefix`` from all its entries; nodes go to ``save`` as they are made."""
    return _Work(save=save).split(entries, depth=len(prefix))


def joined(subtrees: Mapping[str, Subtree], *, save: Save) -> Subtree:
    """Return the node over these subtrees, one for each next digit."""
    return _Work(save=save).inner(subtrees)


def finished(whole: Subtree, *, save: Save) -> Child:
    """Return the top of a trie that is complete."""
    return _Work(save=save).saved(whole)


def _cannot_load(digest: Digest) -> Node:
    raise LookupError(digest)


@dataclass
class _Work:
    """The nodes met and made while one change is worked out."""

    load: Load = _cannot_load
    save: Save | None = None
    visited: set[Digest] = field(default_factory=set)
    saved_nodes: dict[Digest, bytes] = field(default_factory=dict)
    before: dict[str, Entry] = field(default_factory=dict)

    def changed(
        self, old: Subtree, changes: Iterable[tuple[str, str, Entry | None]], *, depth: int
    ) -> Subtree:
        node = Leaf(old.entries) if isinstance(old, Held) else self._visit(old)
        if isinstance(node, Leaf):
            entries = dict(node.entries)
            for _, path, entry in changes:
                if path in entries:
                    self.before[path] = entries.pop(path)
                if entry is not None:
                    entries[path] = entry
            return self.split(entries, depth=depth)
        by_digit: dict[str, list[tuple[str, str, Entry | None]]] = {}
        for change in changes:
            by_digit.setdefault(change[0][depth], []).append(change)
        subtrees: dict[str, Subtree] = dict(node.children)
        for digit, group in by_digit.items():
            below = subtrees.get(digit, Held({}))
            subtrees[digit] = self.changed(below, group, depth=depth + 1)
        return self.inner(subtrees)

    def split(self, entries: Mapping[str, Entry], *, depth: int) -> Subtree:
        if len(entries) <= FULLEST_LEAF:
            return Held(entries)
        by_digit: dict[str, dict[str, Entry]] = {}
        for path, entry in entries.items():
            by_digit.setdefault(place_of(path)[depth], {})[path] = entry
        return self.inner(
            {digit: self.split(group, depth=depth + 1) for digit, group in by_digit.items()}
        )

    def inner(self, subtrees: Mapping[str, Subtree]) -> Subtree:
        full = {digit: below for digit, below in subtrees.items() if below.count}
        total = sum(below.count for below in full.values())
        if total <= FULLEST_LEAF:
            return Held(
                {path: entry for below in full.values() for path, entry in self._all_of(below)}
            )
        node = Inner({digit: self.saved(below) for digit, below in full.items()})
        return Child(self._keep(node), total)

    def saved(self, below: Subtree) -> Child:
        if isinstance(below, Child):
            return below
        return Child(self._keep(Leaf(below.entries)), below.count)

    def _all_of(self, below: Subtree) -> Iterable[tuple[str, Entry]]:
        if isinstance(below, Held):
            return below.entries.items()
        node = self._visit(below)
        if isinstance(node, Inner):
            raise BadManifestError("an inner node where a leaf would do")
        return node.entries.items()

    def _visit(self, child: Child) -> Node:
        self.visited.add(child.digest)
        return self.load(child.digest)

    def _keep(self, node: Node) -> Digest:
        data = node_bytes(node)
        digest = digest_of(data)
        if self.save is not None:
            self.save(digest, data)
        else:
            self.saved_nodes[digest] = data
        return digest
