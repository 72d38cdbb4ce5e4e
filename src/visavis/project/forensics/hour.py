"""What `visavis serve` does at each full hour, now: run as a program, so that nobody waits for the hour."""

import os
from datetime import UTC, datetime

import django

if __name__ == "__main__":
    os.umask(0o077)
    django.setup()
    from visavis.people import arrivals
    from visavis.press.releases import ReleaseLoop
    from visavis.sides.schedule import Schedule

    arrivals.at_the_hour()
    ReleaseLoop(Schedule.HOURLY).release_of_the_hour(datetime.now(UTC))
