"""Measurements, as ratios in one run. How to read them: docs/performance.md.

The cast is that of the tests; Django is set up here, before any module that needs it is read.
"""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

if "DJANGO_SETTINGS_MODULE" in os.environ:
    import django

    django.setup()
