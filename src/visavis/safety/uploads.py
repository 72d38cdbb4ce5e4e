"""Files that are handed in: hashed as they pass, and never written down.

Django's own way puts a large file into a temporary folder, for anyone who sends one, and before it is asked
who that is: a stranger could fill the disk, and what an editor handed in would lie there if the process
died. Here of each file its digest and its first bytes are kept, in memory, until the answer is given.
"""

import hashlib
import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST_KEPT = 4 * 1024 * 1024 + 1
"""As much as is read of any file: of the notes of closings, and one byte more than they may have."""
LARGEST_FILE = 512 * 1024 * 1024
"""A film is larger; a source of which a desk keeps a copy is not."""


class HandedIn(UploadedFile):  # type: ignore[type-arg]  # Django's own class takes none
    """A file of which the digest and the first `MOST_KEPT` bytes are known; ``size`` is that of the whole."""

    digest: str


class HashedInPassing(FileUploadHandler):
    """The one way in which this site takes files."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file of the form."""
        super().new_file(*args, **kwargs)
        self._begun, self._hash, self._n = io.BytesIO(), hashlib.sha256(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's own
        """Take up some bytes, and hand them to nobody else."""
        self._n += len(raw_data)
        if self._n > LARGEST_FILE:
            raise StopUpload(connection_reset=True)
        self._hash.update(raw_data)
        self._begun.write(raw_data[: MOST_KEPT - self._begun.tell()])

    def file_complete(self, file_size: int) -> HandedIn:
        """Return what is known of the file."""
        self._begun.seek(0)
        file = HandedIn(
            file=self._begun,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
        )
        file.digest = self._hash.hexdigest()
        return file
