"""Copies made by somebody who wants the verifier to fall, to run for ever, or to say too little.

Nobody has signed any of these: a verifier meets them before it knows that. Each must be told wrong, in
words, at a cost no larger than what was handed in.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from signing_world import World

from visavis.press.store import Content
from visavis.signing import copies as copies_module
from visavis.signing import files as files_module
from visavis.signing import trie, verify_files
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.copies import brotlied, gzipped
from visavis.signing.document import Standing
from visavis.signing.files import load_node, read_root
from visavis.signing.keys import PrivateKey
from visavis.signing.manifest import Entry, SignedRoot, blob_name, node_name
from visavis.signing.problems import ProblemKind
from visavis.signing.trie import Child, Inner, Leaf, node_bytes
from visavis.signing.verify import Outcome, Report, verify
from visavis.signing.verify_files import Files

Look = Callable[[], Report]


@pytest.fixture
def look(world: World, tmp_path: Path) -> Look:
    """Verify what lies in ``public``, no matter who made it."""
    return lambda: verify(
        tmp_path / "public", charter_fingerprint=world.charter.digest, today=world.day
    )


def put_node(public: Path, node: trie.Node) -> Digest:
    data = node_bytes(node)
    digest = digest_of(data)
    place = public / "record" / node_name(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return digest


def put_root(public: Path, *, node: Digest, entries: int) -> None:
    """Another root in place of the one that is there, signed by a stranger."""
    old = read_root(public / "record").root
    root = replace(old, node=node, entries=entries)
    signed = SignedRoot.sign(root, key=PrivateKey.new())
    (public / "record/manifest.json").write_bytes(signed.data)


def test_a_day_at_the_end_of_all_days_is_a_false_document_and_no_fall(
    world: World, tmp_path: Path, look: Look
) -> None:
    late = world.document(standing=Standing(side="az", asked_on=date.max))
    world.press(tmp_path / "public", [(late, world.signed(late, "az"))])
    report = look()
    assert report.outcome is Outcome.WRONG
    assert {problem.kind for problem in report.problems} == {ProblemKind.NOT_OPEN}


@pytest.mark.parametrize("named", [[], {}, [[]], 5, True], ids=repr)
def test_a_release_note_that_names_no_digest_is_no_fall(
    world: World, tmp_path: Path, look: Look, named: object
) -> None:
    question = world.question()
    answers = {code: world.answer(question, code) for code in world.codes}
    note = world.note(question, answers)
    seats = {**note.body["seats"], "hy": {**note.body["seats"]["hy"], "digest": named}}
    note = replace(note, body={"seats": seats})
    world.press(
        tmp_path / "public",
        [
            (question, world.signed(question, *world.codes)),
            (note, world.signed(note, "release")),
            *((answer, world.signed(answer, code)) for code, answer in answers.items()),
        ],
    )
    report = look()
    assert report.outcome is Outcome.WRONG
    assert {problem.kind for problem in report.problems} == {ProblemKind.SEALED}


def test_one_node_in_a_thousand_places_is_walked_once(
    world: World, tmp_path: Path, look: Look
) -> None:
    """Fourteen small files that claim 16**13 lists: each would be read again, longer than anyone lives."""
    public = tmp_path / "public"
    world.press(public, [])
    paths = {f"x/{n}.html": Entry(digest_of(b""), 0) for n in range(64)}
    child, count = put_node(public, Leaf(paths)), 64
    for _ in range(11):
        child = put_node(public, Inner(dict.fromkeys("0123456789abcdef", Child(child, count))))
        count *= 16
    put_root(public, node=child, entries=count)
    with reads() as nodes:
        files = Files(public / "record", read_root(public / "record").root)
        files.read_trie()
    assert nodes.n < 20
    assert ProblemKind.BAD_NODE in {problem.kind for problem in files.problems}
    assert look().outcome is Outcome.WRONG


@dataclass
class Reads:
    """How many files were opened, and how many bytes of them were read or unpacked."""

    n: int = 0
    n_bytes: int = 0


@contextmanager
def reads() -> Iterator[Reads]:
    found = Reads()
    real_open, real_unpack = files_module.opened, copies_module.unpack

    @contextmanager
    def opened(folder: Path, name: str) -> Iterator[int]:
        with real_open(folder, name) as descriptor:
            found.n += 1
            found.n_bytes += os.fstat(descriptor).st_size
            yield descriptor

    def unpack(packed: bytes, *, copy: str, largest: int) -> bytes | None:
        unpacked = real_unpack(packed, copy=copy, largest=largest)
        found.n_bytes += len(unpacked or b"")
        return unpacked

    with pytest.MonkeyPatch.context() as patch:
        for module in (files_module, verify_files):
            patch.setattr(module, "opened", opened)
        for module in (copies_module, verify_files):
            patch.setattr(module, "unpack", unpack)
        yield found


HOLE = 64 * 1024 * 1024


def link_to(record: Path, name: str, file: Path) -> None:
    (record / name).parent.mkdir(parents=True, exist_ok=True)
    os.link(file, record / name)


def of_holes(public: Path, n: int) -> Digest:
    """Many paths whose blobs and copies are all the same three files, one of them a hole."""
    record = public / "record"
    hole, br, gz = (public / name for name in ("hole", "br", "gz"))
    with hole.open("wb") as file:
        file.truncate(HOLE)
    br.write_bytes(brotlied(bytes(HOLE)))
    gz.write_bytes(gzipped(bytes(HOLE)))
    entries = {
        f"x/{i}.html": Entry(digest_of(b"hole %d" % i), HOLE, ("br", "gz")) for i in range(n)
    }
    for entry in entries.values():
        for name, file in zip(entry.names, (hole, br, gz), strict=True):
            link_to(record, name, file)
    change = trie.changed(None, entries, load=lambda _: trie.EMPTY)
    for digest, data in change.nodes.items():
        (record / node_name(digest)).parent.mkdir(parents=True, exist_ok=True)
        (record / node_name(digest)).write_bytes(data)
    return change.top


@pytest.mark.parametrize("is_signed", [True, False], ids=["signed by a stranger", "not signed"])
def test_below_a_root_that_is_not_trusted_nothing_is_read(
    world: World, tmp_path: Path, look: Look, is_signed: bool
) -> None:
    """Three files under thousands of names: hours of reading, in an archive of a megabyte."""
    seen = []
    for n in (4, 200):
        public = tmp_path / "public"
        world.press(public, [])
        put_root(public, node=of_holes(public, n), entries=n)
        if not is_signed:
            place = public / "record/manifest.json"
            signed = SignedRoot.from_bytes(place.read_bytes())
            place.write_bytes(replace(signed, public_key=world.release_key.public).data)
        with reads() as found:
            report = look()
        assert report.outcome is Outcome.WRONG
        assert report.is_stopped
        assert "BAD" in {problem.kind.name[:3] for problem in report.problems}
        assert found.n_bytes < 1_000_000
        seen.append(found.n)
        shutil.rmtree(public)
    assert seen[1] <= seen[0] + 4  # a list of lists is a node more


def test_below_a_damaged_list_of_a_true_edition_one_file_is_read_once(
    world: World, tmp_path: Path, look: Look
) -> None:
    """The same beside a true root: whatever might belong to the list that cannot be read is looked at."""
    seen = []
    for n in (4, 300):
        public = tmp_path / f"{n}" / "public"
        public.parent.mkdir()
        pages = {f"en/{i}.html": Content(b"%d" % i, compressible=False) for i in range(300)}
        root = world.press(public, [], pages=pages)
        of_holes(public, n)
        top = load_node(public / "record", root.node)
        assert isinstance(top, Inner)
        asked = {trie.place_of(f"documents/{world.charter.digest}{end}")[0]
                 for end in (".json", ".keys.json")}  # fmt: skip
        other = next(child for digit, child in top.children.items() if digit not in asked)
        (public / "record" / node_name(other.digest)).write_bytes(b"{}")
        with reads() as found:
            report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
        assert report.outcome is Outcome.WRONG
        assert not report.is_stopped
        seen.append(found.n_bytes)
        shutil.rmtree(public)
    assert seen[1] < seen[0] + 1_000_000
    assert seen[0] < 8 * HOLE  # a file that is opened counts as read


def test_a_charter_of_many_names_is_not_read_for_each(
    world: World, tmp_path: Path, look: Look
) -> None:
    """Each charter of a chain is a file of its own: one of brackets, named a thousand times, is none."""
    public = tmp_path / "public"
    root = world.press(public, [])
    large = b"[" + b"[]," * 1_000_000 + b"[]]"
    charters = [world.charter.digest, *(digest_of(b"%d" % n) for n in range(1_000))]
    paths = {f"documents/{each}{end}": Entry(digest_of(large), len(large))
             for each in charters for end in (".json", ".keys.json")}  # fmt: skip
    change = trie.changed(None, paths, load=lambda _: trie.EMPTY)
    for digest, data in change.nodes.items():
        place = public / "record" / node_name(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    blob = public / "record" / blob_name(digest_of(large))
    blob.parent.mkdir(exist_ok=True)
    blob.write_bytes(large)
    for asked in ({"charters": tuple(charters)}, {"recoveries": tuple(charters[1:])}):
        forged = replace(root, node=change.top, entries=len(paths), **asked)
        signed = SignedRoot.sign(forged, key=PrivateKey.new())
        (public / "record/manifest.json").write_bytes(signed.data)
        with reads() as found:
            assert look().outcome is Outcome.WRONG
        assert found.n < 20
        assert found.n_bytes < len(large)


def test_lists_of_what_is_pending_are_read_up_to_the_first_that_is_none(
    world: World, tmp_path: Path, look: Look
) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    one = public / "one"
    one.write_bytes(b"[" + b"[]," * 1_000_000 + b"[]]")
    for n in range(1, 200):
        link_to(public / "record", f"pending/{n}.json", one)
    with reads() as found:
        report = look()
    assert [each.file for each in report.problems] == ["record/pending/1.json"]
    assert found.n_bytes < 2 * one.stat().st_size


def test_which_edition_the_lists_are_of_is_looked_for_in_few_files(
    world: World, tmp_path: Path, look: Look
) -> None:
    """Inner nodes by the thousand, each with sixteen below it, and none of them a top."""
    public = tmp_path / "public"
    root = world.press(public, [])
    below = Leaf({"x/y.html": Entry(digest_of(b""), 0)})
    digit = next(each for each in trie.DIGITS if each != trie.place_of("x/y.html")[0])
    child = put_node(public, below)
    for n in range(2_000):
        put_node(public, Inner({digit: Child(child, 65 + n)}))
    (public / "record" / node_name(root.node)).unlink()
    with reads() as found:
        report = look()
    assert report.outcome is Outcome.WRONG
    assert found.n < 2_100


def chain_of_nodes(public: Path) -> None:
    child = put_node(public, Leaf({"x/y.html": Entry(digest_of(b""), 0)}))
    for n in range(1_100):
        child = put_node(public, Inner({"0": Child(child, 65 + n)}))


def nodes_of_nothing(public: Path) -> None:
    put_node(public, Inner({"0": Child(put_node(public, Inner({})), 65)}))
    put_node(public, Inner({"0": Child(put_node(public, Leaf({})), 66)}))


@pytest.mark.parametrize("make", [chain_of_nodes, nodes_of_nothing], ids=lambda f: f.__name__)
def test_lists_of_no_edition_are_named_and_followed_nowhere(
    world: World, tmp_path: Path, look: Look, make: Callable[[Path], None]
) -> None:
    public = tmp_path / "public"
    root = world.press(public, [])
    make(public)
    (public / "record" / node_name(root.node)).unlink()
    report = look()
    assert report.outcome is Outcome.WRONG
    assert f"record/{node_name(root.node)}" in {problem.file for problem in report.problems}


def test_a_list_of_a_lower_place_is_not_called_another_editions(
    world: World, tmp_path: Path, look: Look
) -> None:
    """Only a list that could stand at the top says that the root and the lists are of two editions."""
    public = tmp_path / "public"
    root = world.press(public, [])
    (public / "record" / node_name(root.node)).unlink()
    below = [f"x/{n}.html" for n in range(4_000) if trie.place_of(f"x/{n}.html")[0] == "a"]
    parts = {
        digit: [path for path in below if trie.place_of(path)[1] == digit] for digit in trie.DIGITS
    }
    for digits, is_mixed in (("01234567", False), ("a", True)):
        children = {}
        for digit in digits:
            leaf = Leaf({path: Entry(digest_of(b""), 0) for path in parts[digit]})
            children[digit] = Child(put_node(public, leaf), len(parts[digit]))
        put_node(public, Inner(children))
        kinds = {problem.kind for problem in look().problems}
        assert (ProblemKind.MIXED in kinds) is is_mixed


def test_folders_deeper_than_any_name_may_be_long_are_named(
    world: World, tmp_path: Path, look: Look
) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    here = os.open(public / "site", os.O_RDONLY)
    for _ in range(40):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    report = look()
    assert report.outcome is Outcome.WRONG
    assert [problem.kind for problem in report.problems] == [ProblemKind.UNLISTED]


def test_a_file_of_nothing_but_a_hole_is_not_read_for_ever(
    world: World, tmp_path: Path, look: Look
) -> None:
    """A petabyte of zeros takes no room on a disk, and months to be hashed."""
    public, size = tmp_path / "public", 2**50
    world.press(public, [])
    node = put_node(public, Leaf({"x/y.html": Entry(digest_of(b"x"), size)}))
    put_root(public, node=node, entries=1)
    blob = public / "record" / blob_name(digest_of(b"x"))
    blob.parent.mkdir(exist_ok=True)
    with blob.open("wb") as file:
        try:
            file.truncate(2**43)
        except OSError:
            pytest.skip("this file system holds no such file")
    assert look().outcome is Outcome.WRONG


def test_two_sizes_of_one_file_are_named(world: World, tmp_path: Path, look: Look) -> None:
    public = tmp_path / "public"
    root = world.press(public, [])
    record = public / "record"
    leaf = trie.read_node((record / node_name(root.node)).read_bytes())
    assert isinstance(leaf, Leaf)
    one = leaf.entries["404.html"]
    for wrong in (one.size + 1, 0):
        for path in ("404.html", "en/404.html"):
            entries = {**leaf.entries, path: replace(one, size=wrong)}
            node = put_node(public, Leaf(entries))
            signed = SignedRoot.sign(replace(root, node=node), key=world.release_key)
            (record / "manifest.json").write_bytes(signed.data)
            (record / node_name(root.node)).unlink(missing_ok=True)
            report = look()
            assert report.outcome is Outcome.WRONG, path
            assert f"record/{blob_name(one.blob)}" in {each.file for each in report.problems}
            (record / node_name(node)).unlink()


def test_a_spoilt_copy_does_not_hide_a_file_that_was_added(
    world: World, tmp_path: Path, look: Look
) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    copy = public / "site/index.html.br"
    copy.unlink()
    copy.write_bytes(b"x" * 100_000)
    (public / "site/added.html").write_bytes(b"nobody released this")
    assert {"site/index.html.br", "site/added.html"} <= {each.file for each in look().problems}


def test_a_note_with_many_seats_does_not_have_a_document_read_for_each(
    world: World, tmp_path: Path, look: Look
) -> None:
    """A note of a megabyte could name one document of four megabytes several thousand times."""
    question = world.question()
    large = world.document(body={"versions": {}, "words": "x" * 3_000_000})
    seat = {"id": large.id, "digest": large.digest, "public_key": "", "signature": ""}
    note = replace(world.note(question, {}), body={"seats": {f"s{n}": seat for n in range(5_000)}})
    world.press(
        tmp_path / "public",
        [
            (question, world.signed(question, *world.codes)),
            (large, world.signed(large, *world.codes)),
            (note, world.signed(note, "release")),
        ],
    )
    began = time.process_time()
    assert look().outcome is Outcome.WRONG
    assert time.process_time() - began < 10
