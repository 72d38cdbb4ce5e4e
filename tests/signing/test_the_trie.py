"""The manifest's shape follows from its entries alone, however they came there."""

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signing_world import World

from visavis.press.store import BadPathError, Content
from visavis.signing import trie
from visavis.signing.canonical import Digest, canonical_bytes, digest_of
from visavis.signing.manifest import (
    LARGEST_BLOB,
    BadManifestError,
    Entry,
    Spellings,
    fault_in_path,
)
from visavis.signing.problems import ProblemKind
from visavis.signing.verify import verify

NAMES = st.integers(0, 400).map(lambda n: f"en/library/{n}/index.html")
ENTRIES = st.builds(
    Entry,
    st.integers(0, 50).map(lambda n: Digest(hashlib.sha256(b"%d" % n).hexdigest())),
    st.integers(0, LARGEST_BLOB),
    st.sampled_from([(), ("br",), ("gz",), ("br", "gz")]),
)
CHANGES = st.lists(
    st.dictionaries(NAMES, st.none() | ENTRIES, max_size=150), min_size=1, max_size=6
)


class Nodes:
    """The nodes of one trie, as a record would hold them."""

    def __init__(self) -> None:
        self.held: dict[Digest, bytes] = {}
        self.loaded = 0

    def load(self, digest: Digest) -> trie.Node:
        self.loaded += 1
        return trie.read_node(self.held[digest])

    def save(self, digest: Digest, data: bytes) -> None:
        assert digest_of(data) == digest
        self.held[digest] = data

    def carry(self, change: trie.Change) -> None:
        for digest in change.dropped:
            del self.held[digest]  # nothing that was not there
        for digest, data in change.nodes.items():
            assert digest not in self.held
            self.save(digest, data)


def built(entries: dict[str, Entry], nodes: Nodes) -> trie.Child:
    """The whole trie from nothing, in the way of a full edition."""
    tops: dict[str, dict[str, trie.Subtree]] = {}
    for prefix in (f"{n:02x}" for n in range(256)):
        below = {p: e for p, e in entries.items() if trie.place_of(p).startswith(prefix)}
        part = trie.subtree(below, prefix=prefix, save=nodes.save)
        tops.setdefault(prefix[0], {})[prefix[1]] = part
    halves = {digit: trie.joined(below, save=nodes.save) for digit, below in tops.items()}
    return trie.finished(trie.joined(halves, save=nodes.save), save=nodes.save)


def assert_whole(top: trie.Child, nodes: Nodes, entries: dict[str, Entry]) -> None:
    """Every node has its one shape, none is too much, and the paths are these."""
    assert dict(trie.walk(top.digest, load=nodes.load)) == entries
    assert set(trie.nodes(top.digest, load=nodes.load)) == set(nodes.held)
    stack = [(top.digest, "", top.count)]
    while stack:
        digest, prefix, count = stack.pop()
        node = nodes.load(digest)
        assert trie.fault_in_shape(node, prefix=prefix, count=count) is None
        if isinstance(node, trie.Inner):
            stack += [(c.digest, prefix + d, c.count) for d, c in node.children.items()]


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_one_change_after_another_and_all_at_once_give_the_same_trie(
    rounds: list[dict[str, Entry | None]],
) -> None:
    nodes, entries = Nodes(), dict[str, Entry]()
    top = None
    for changes in rounds:
        change = trie.changed(top, changes, load=nodes.load)
        before = {path: entries[path] for path in changes if path in entries}
        assert change.before == before
        entries |= {path: entry for path, entry in changes.items() if entry is not None}
        for path in changes:
            if changes[path] is None:
                entries.pop(path, None)
        nodes.carry(change)
        top = change.top
        assert_whole(trie.Child(top, change.count), nodes, entries)
    fresh = Nodes()
    whole = built(entries, fresh)
    assert (whole.digest, whole.count) == (top, len(entries))
    assert fresh.held == nodes.held


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(NAMES, ENTRIES, max_size=300), st.randoms(use_true_random=False))
def test_the_order_of_the_changes_does_not_show(
    entries: dict[str, Entry], chance: random.Random
) -> None:
    tops = set()
    for _ in range(2):
        nodes, items, top = Nodes(), list(entries.items()), None
        chance.shuffle(items)
        while items:
            some, items = dict(items[:90]), items[90:]
            change = trie.changed(top, some, load=nodes.load)
            nodes.carry(change)
            top = change.top
        tops.add(top)
    assert len(tops) == 1


def test_a_lookup_finds_what_is_there_and_nothing_else() -> None:
    nodes = Nodes()
    entries = {f"a/{n}.html": Entry(digest_of(b"%d" % n), n) for n in range(3000)}
    top = built(entries, nodes)
    for n in range(0, 3000, 37):
        assert trie.lookup(top.digest, f"a/{n}.html", load=nodes.load) == entries[f"a/{n}.html"]
        assert trie.lookup(top.digest, f"b/{n}.html", load=nodes.load) is None


def test_a_lookup_where_no_path_begins_with_the_first_digit_finds_nothing() -> None:
    nodes = Nodes()
    every = [f"a/{n}.html" for n in range(400)]
    entries = {p: Entry(digest_of(b""), 0) for p in every if trie.place_of(p)[0] != "7"}
    top = built(entries, nodes)
    absent = [path for path in every if path not in entries]
    assert absent
    for path in absent:
        assert trie.lookup(top.digest, path, load=nodes.load) is None


def test_one_path_more_in_a_deep_trie_gives_the_same_top_as_building_it_from_nothing() -> None:
    entry = Entry(digest_of(b""), 0)
    entries: dict[str, Entry | None] = {f"a/{n}.html": entry for n in range(3_000)}
    nodes = Nodes()
    nodes.carry(trie.changed(None, entries, load=nodes.load))
    top = trie.changed(None, entries, load=nodes.load).top
    for path in ("b/one.html", "b/two.html", "b/three.html"):
        change = trie.changed(top, {path: entry}, load=nodes.load)
        nodes.carry(change)
        entries[path], top = entry, change.top
        again = trie.changed(None, entries, load=Nodes().load)
        assert (change.top, change.count) == (again.top, again.count)


def test_one_change_among_many_touches_few_nodes() -> None:
    nodes = Nodes()
    entries = {f"a/{n}.html": Entry(digest_of(b"%d" % n), n) for n in range(5_000)}
    top = built(entries, nodes)
    nodes.loaded = 0
    change = trie.changed(top.digest, {"a/7.html": None}, load=nodes.load)
    assert nodes.loaded <= 6
    assert len(change.nodes) <= 6


@settings(deadline=None)
@given(st.dictionaries(NAMES, ENTRIES, max_size=64))
def test_nodes_are_written_as_rfc_8785_would(entries: dict[str, Entry]) -> None:
    leaf = trie.Leaf(entries)
    value = {"entries": {p: [e.blob, e.size, list(e.copies)] for p, e in entries.items()}}
    assert trie.node_bytes(leaf) == canonical_bytes(value)
    assert trie.read_node(trie.node_bytes(leaf)) == leaf
    children = {
        digit: trie.Child(entry.blob, max(entry.size, 1))
        for digit, entry in zip(trie.DIGITS, entries.values(), strict=False)
    }
    value = {"children": {d: [c.digest, c.count] for d, c in children.items()}}
    assert trie.node_bytes(trie.Inner(children)) == canonical_bytes(value)
    assert trie.read_node(trie.node_bytes(trie.Inner(children))) == trie.Inner(children)


A = '"' + "a" * 64 + '"'


@pytest.mark.parametrize(
    "data",
    [
        "", "[]", "{}", "5", "null", '{"entries":5}', '{"children":[]}', "{" * 100_000,
        '{"entries":{}} ', ' {"entries":{}}', '{"entries":{},"more":1}', '{"entries":{},"children":{}}',
        '{"entries":{"a.html":[@,1,[]],"a.html":[@,1,[]]}}',
        '{"entries":{"b.html":[@,1,[]],"a.html":[@,1,[]]}}',
        '{"entries":{"a.html":[@,true,[]]}}', '{"entries":{"a.html":[@,1.0,[]]}}',
        '{"entries":{"a.html":[@,-1,[]]}}', '{"entries":{"a.html":[@,1]}}',
        '{"entries":{"a.html":[@,1,["gz","br"]]}}', '{"entries":{"a.html":[@,1,["br","br"]]}}',
        '{"entries":{"a.html":[@,1,["zst"]]}}', '{"entries":{"a.html":[@,1,"br"]}}',
        '{"entries":{"a.html":["AAAA",1,[]]}}', '{"entries":{"../a.html":[@,1,[]]}}',
        '{"entries":{"a.html":[@,9007199254740992,[]]}}',
        '{"entries":{"a.html":"abc"}}', '{"children":{"g":[@,70]}}', '{"children":{"00":[@,70]}}',
        '{"children":{"0":[@,0]}}', '{"children":{"0":[@,true]}}', '{"children":{"0":[@]}}',
    ],
)  # fmt: skip
def test_what_is_not_the_one_spelling_of_a_node_is_refused(data: str) -> None:
    with pytest.raises(BadManifestError):
        trie.read_node(data.replace("@", A).encode())


def test_the_good_spelling_is_read() -> None:
    data = '{"entries":{"a.html":[@,1,["br","gz"]],"b.html":[@,0,[]]}}'
    assert isinstance(trie.read_node(data.replace("@", A).encode()), trie.Leaf)


def test_shapes_that_no_writer_makes_are_refused() -> None:
    many = trie.Leaf({f"a/{n}.html": Entry(digest_of(b""), 0) for n in range(65)})
    assert trie.fault_in_shape(many, prefix="", count=65)
    few = trie.Inner({"0": trie.Child(digest_of(b""), 30), "1": trie.Child(digest_of(b"1"), 34)})
    assert trie.fault_in_shape(few, prefix="", count=64)
    enough = trie.Inner({"0": trie.Child(digest_of(b""), 31), "1": trie.Child(digest_of(b"1"), 34)})
    assert trie.fault_in_shape(enough, prefix="", count=65) is None
    assert trie.fault_in_shape(enough, prefix="", count=66)
    path = "a/1.html"
    one, place = trie.Leaf({path: Entry(digest_of(b""), 0)}), trie.place_of(path)
    assert trie.fault_in_shape(one, prefix=place[:3], count=1) is None
    other = "0" if place[0] != "0" else "1"
    assert trie.fault_in_shape(one, prefix=other, count=1)


GOOD = ["index.html", "en/index.html", "az-Latn/library/0a/az-hy/index.html", ".well-known/security.txt",
        "assets/serif.0a1b.woff2", "sitemap/questions-1.xml", "en/icon.html", "en/a.con",
        "console/a.html"]  # fmt: skip
BAD = ["", "/", "/index.html", "en/", "en//index.html", "../index.html", "en/../index.html", "en/..",
       "./index.html", "en/./a.html", ".", "..", "en\\index.html", "en/in dex.html", "en/\x00.html",
       "en/a\n.html", "en/é.html", "en/\u202ea.html", "en", "en.d/index.html", "en/.hidden", "en/a.",
       "en/a..html", "a.html.gz", "en/a.br", "en/" + "a" * 161 + ".html", "a/" * 300 + "a.html", "~/a.html",
       "c:/a.html", "con.html", "en/Aux.html", "NUL/a.html", "en/lpt1.a.html", "en/com0/a.html",
       "en/a.html?b", "%2e%2e/a.html", "-/..%2f/a.html"]  # fmt: skip


@pytest.mark.parametrize("path", GOOD)
def test_a_path_of_plain_folders_and_a_file_is_good(path: str) -> None:
    assert fault_in_path(path) is None


@pytest.mark.parametrize("path", BAD)
def test_a_path_that_leads_elsewhere_or_looks_otherwise_is_refused(path: str) -> None:
    assert fault_in_path(path)


def clashes(paths: list[str]) -> list[str]:
    spellings = Spellings()
    for path in paths:
        spellings.note(path)
    return [path for path in paths if spellings.other(path)]


@pytest.mark.parametrize(
    "paths",
    [
        ["en/a.html", "en/A.html"],
        ["en/A.html", "en/a.html"],
        ["En/a.html", "en/b.html"],
        ["en/b/c/d.html", "en/B/c/e.html"],
        ["sr-Cyrl/a.html", "sr-cyrl/b.html"],
        ["sr-Cyrl/a.html", "sr-CYRL/b.html"],
    ],
)
def test_paths_that_many_disks_take_for_one_are_found(
    paths: list[str], world: World, tmp_path: Path
) -> None:
    assert clashes(paths)
    pages = {path: Content(b"%d" % n) for n, path in enumerate(paths)}
    with pytest.raises(BadPathError, match="only capitals"):
        world.press(tmp_path / "public", [], pages=pages)
    assert not (tmp_path / "public/record/manifest.json").exists()
    for path, content in pages.items():
        world.press(tmp_path / "public", [], pages={path: content})
    report = verify(tmp_path / "public", charter_fingerprint=world.charter.digest, today=world.day)
    assert {problem.kind for problem in report.problems} == {ProblemKind.ONLY_CAPITALS}


def test_paths_with_capitals_that_no_disk_takes_for_one_are_right() -> None:
    paths = [
        "sr-Cyrl/a.html",
        "sr-Cyrl/b.html",
        "sr-Cyrl/A/b.html",
        "sr/a.html",
        "a/sr-cyrl/a.html",
    ]
    assert clashes(paths) == []
