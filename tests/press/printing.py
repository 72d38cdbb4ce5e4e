"""A site with its charter in force and its release key on disk, and a press to release editions with."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import cast
from visavis.base import data
from visavis.press.actions import release_edition
from visavis.press.store import Store
from visavis.sides.keyfiles import key_file
from visavis.signing.document import Document
from visavis.signing.manifest import Root

NOON = time(12, tzinfo=UTC)


@dataclass
class Press:
    """The site under test: what was opened goes out when an edition is released."""

    site: cast.SiteKeys
    day: date = cast.DAY
    hours: int = 0
    opened: list[Document] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, NOON) + timedelta(hours=self.hours)

    def open(self, document: Document) -> Document:
        self.opened.append(cast.open_(document, self.site, today=self.day))
        return document

    def release(self, *, full: bool = False) -> Root | None:
        return release_edition(self.at, full=full)

    @property
    def store(self) -> Store:
        return Store(data.public_directory())

    def page(self, path: str) -> str:
        content = self.store.content(path)
        assert content is not None, f"nothing stands at {path}"
        return content.decode()

    def tree(self) -> dict[str, str]:
        """Every path with the digest of what it shows."""
        return {path: entry.blob for path, entry in self.store.entries()}


def set_up(site: cast.SiteKeys) -> Press:
    data.write_private(data.release_key_file(), key_file(site.release).encode())
    cast.found(site)
    return Press(site)
