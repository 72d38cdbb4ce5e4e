"""Keys files, roots and names that nobody would write are none, one fault at a time."""

from dataclasses import replace

import pytest
from signing_world import DAY, World

from visavis.signing.canonical import canonical_bytes, digest_of
from visavis.signing.keys import PrivateKey
from visavis.signing.manifest import BadManifestError, Pending, Root, SignedRoot, is_name
from visavis.signing.signatures import BadKeysFileError, keys_file, read_keys


@pytest.mark.parametrize("member", ["public_key", "side", "signature"])
@pytest.mark.parametrize("value", [1, None, True, ["az"], {}], ids=repr)
def test_a_keys_file_with_anything_but_text_in_a_place_is_refused(
    world: World, member: str, value: object
) -> None:
    keys = world.signed(world.document(), "az")
    assert read_keys(keys_file(keys)) == keys
    row = {**keys[0].as_json(), member: value}
    with pytest.raises(BadKeysFileError):
        read_keys(canonical_bytes({"keys": [row]}))


@pytest.mark.parametrize("member", ["charters", "node", "site"])
@pytest.mark.parametrize("bad", ["../x", "", "A" * 64, "0" * 63, "0" * 65, 5, None])
def test_a_signed_root_that_names_no_digest_is_no_root(
    world: World, member: str, bad: object
) -> None:
    root = Root(
        site=world.charter.site,
        edition=1,
        day=DAY,
        valid_until=DAY,
        charters=(world.charter.digest,),
        node=digest_of(b""),
        entries=1,
    )
    key = PrivateKey.new()
    assert SignedRoot.from_bytes(SignedRoot.sign(root, key=key).data).root == root
    for value in [(bad,), (world.charter.digest, bad)] if member == "charters" else [bad]:
        signed = SignedRoot.sign(replace(root, **{member: value}), key=key)
        with pytest.raises(BadManifestError):
            SignedRoot.from_bytes(signed.data)


def test_a_file_in_the_folder_of_another_digest_has_no_name_of_a_record() -> None:
    digest = "ab" * 32
    for right in (f"blobs/ab/{digest}", f"blobs/ab/{digest}.br", f"manifest/ab/{digest}.json"):
        assert is_name(right)
        assert not is_name(right.replace("/ab/", "/00/"))


def test_what_is_pending_is_counted_from_one() -> None:
    def part(number: int) -> Pending:
        key = PrivateKey.new()
        return Pending.sign(site="0" * 32, edition=1, part=number, adds=(), removes=(), keys=[key])

    assert Pending.from_bytes(part(1).data).part == 1
    for number in (0, -1):
        with pytest.raises(BadManifestError):
            Pending.from_bytes(part(number).data)
