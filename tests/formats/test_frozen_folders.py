"""What a release has written is never written again: a folder with a number keeps its digest."""

import re

from corpus import DIGESTS, NEXT, folders, frozen


def test_every_folder_but_the_next_is_as_its_release_left_it() -> None:
    there = {folder.name: folder.digest for folder in folders() if folder.name != NEXT}
    assert there == frozen(), "a line of DIGESTS is: the digest, two spaces, the name of the folder"


def test_folders_bear_the_numbers_of_releases() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", name) for name in frozen())
    assert NEXT not in DIGESTS.read_text()
