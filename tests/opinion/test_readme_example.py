"""The ten lines of the README do what the README says."""

import contextlib
import io
import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_the_ten_lines_of_the_readme_print_what_it_says() -> None:
    text = README.read_text()
    (block, printed) = re.findall(r"```python\n(.*?)```\n\nprints `([^`]+)`", text, re.DOTALL)[0]
    assert len([line for line in block.splitlines() if line]) <= 10
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(block, {})  # noqa: S102 - these lines are our own
    assert out.getvalue().strip() == printed
