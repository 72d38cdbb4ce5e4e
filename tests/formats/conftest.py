"""Every test here is asked of every folder: what each version wrote, this one must read."""

import pytest
from corpus import Folder, folders


@pytest.fixture(params=folders(), ids=lambda folder: folder.name, scope="module")
def folder(request: pytest.FixtureRequest) -> Folder:
    """What one version wrote."""
    found: Folder = request.param
    return found
