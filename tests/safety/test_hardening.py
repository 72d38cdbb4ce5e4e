"""A process that holds passphrases writes no image of its memory, and nobody looks into it."""

import subprocess
import sys

LOOK = """
import resource, sys
from visavis.safety import hardening
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
print(hardening.keeps_memory_to_itself())
hardening.keep_memory_to_oneself()
print(hardening.keeps_memory_to_itself())
"""
WORKER = """
import os, sys
os.environ["VISAVIS_DATA"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "visavis.project.settings"
import django
django.setup()
import visavis.press.worker
from visavis.safety import hardening
print(hardening.keeps_memory_to_itself())
"""


def test_no_image_of_the_memory_is_written() -> None:
    said = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]


def test_each_worker_says_it_for_itself(tmp_path) -> None:
    """A new program image can be dumped again, whatever its parent has said."""
    said = subprocess.run(
        [sys.executable, "-c", WORKER, tmp_path], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["True"]
