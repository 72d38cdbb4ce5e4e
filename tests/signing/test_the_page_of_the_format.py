"""The page about the format says the limits and patterns that the program holds."""

from pathlib import Path

import pytest

from visavis.signing import canonical, characters, charter, document, manifest, signatures, trie

PAGE = (Path(__file__).parents[2] / "docs/record-format.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


@pytest.mark.parametrize(
    "words",
    [
        f"Canonical JSON, at most {manifest.LARGEST_ROOT >> 20} MiB, with exactly these members",
        f"JSON, at most {trie.LARGEST_NODE >> 10} KiB, under the digest of its bytes",
        f"a leaf: at most {trie.FULLEST_LEAF} paths",
        f"at most {manifest.LARGEST_BLOB >> 20} MiB; COPIES",
        f"canonical JSON, at most {manifest.LARGEST_PENDING >> 20} MiB:",
        f"canonical JSON of at most {document.LARGEST_DOCUMENT >> 20} MiB with exactly",
        f"({signatures.LARGEST_KEYS_FILE:,} bytes)",
        f"file of at most {signatures.LARGEST_SIGNATURE_FILE >> 10} KiB",
        f"at most {manifest.LONGEST_PATH} ASCII characters",
        f"none longer than {manifest.LONGEST_SEGMENT}",
        f"more than {canonical.DEEPEST} lists and objects",
        f"Unicode {characters.UNICODE} leaves unassigned",
        f"from 0 to {charter.LONGEST_WAIT:,}",
        f"`{document.SIDE_CODE.pattern}`",
        f"`{document.LANGUAGE_CODE.pattern}`",
        f"`{document.KIND.pattern}`",
        f"`{document.SHAPE.pattern}`",
        *(f'"{name}"' for name in (document.FORMAT, manifest.FORMAT, manifest.PENDING_FORMAT)),
        *(f"`{name}`" for name in sorted(manifest.WINDOWS_KEEPS) if name.isalpha()),
        *(f"`{opens}`" for opens in charter.Opens),
        *(f"`{kind}`" for kind in charter.LEAST),
    ],
)
def test_a_limit_is_the_same_on_the_page_and_in_the_program(words: str) -> None:
    assert words in TEXT
