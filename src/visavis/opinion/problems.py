"""What an input that cannot be used is answered with: where it is wrong, what is wrong, what to do."""

from pathlib import Path


class UnusableInputError(ValueError):
    """An input was refused, whole: nothing was computed from a part of it.

    ``file`` and ``line`` (the first line is 1) say where, each None where there is no such place;
    ``advice`` says what to do. The message has all of it, in this order.
    """

    def __init__(
        self, problem: str, *, advice: str, file: Path | None = None, line: int | None = None
    ) -> None:
        self.problem, self.advice, self.file, self.line = problem, advice, file, line
        place = f"{file}, line {line}: " if line is not None else f"{file}: " if file else ""
        super().__init__(f"{place}{problem} {advice}")
