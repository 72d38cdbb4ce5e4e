"""What each worker of `visavis serve` loads: the site, in a process that leaves no image of its memory."""

from visavis.safety.hardening import keep_memory_to_oneself

from .serving import application

# A new program image can be dumped again, whatever the parent has said: each worker says it for itself.
keep_memory_to_oneself()

__all__ = ["application"]
