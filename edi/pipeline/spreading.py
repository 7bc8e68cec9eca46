"""The same work on many jobs, in several processes.

In: a function, jobs that can be pickled, and how many processes to use. Out: what the function makes of each job, in
the order of the jobs. Jobs are drawn one at a time and each process holds one, so that memory stays flat. The processes
are forks: the function may close over anything, but must not touch an open database.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

Job = TypeVar("Job")
Made = TypeVar("Made")


def spread(work: Callable[[Job], Made], jobs: Iterable[Job], processes: int) -> Iterator[Made]:
    """work(job) for each job; here when `processes` is 1. An exception of the work is raised here."""
    if processes < 2:
        yield from map(work, jobs)
        return
    workers: list[_Worker[Job, Made]] = []
    busy: deque[_Worker[Job, Made]] = deque()  # who has been busy longest comes first
    try:
        for job in jobs:
            if len(workers) < processes:
                workers.append(_Worker(work))
                workers[-1].begin(job)
                busy.append(workers[-1])
            else:
                free = busy.popleft()
                made = free.end()
                free.begin(job)
                busy.append(free)
                yield made
        while busy:
            yield busy.popleft().end()
    finally:
        for worker in workers:
            worker.stop()


class _Worker(Generic[Job, Made]):
    """A process that works on one job at a time."""

    def __init__(self, work: Callable[[Job], Made]) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(work, self._pipe, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, job: Job) -> None:
        self._pipe.send(job)

    def end(self) -> Made:
        try:
            error, made = self._pipe.recv()
        except EOFError:
            raise RuntimeError("a working process was killed") from None
        if error is not None:
            raise error
        return made  # type: ignore[no-any-return]

    def stop(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _serve(work: Callable[[Job], Made], ours: Connection, theirs: Connection) -> None:
    """The other process: answer each job with (None, what was made of it) or (the exception, None)."""
    ours.close()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        while True:
            job = theirs.recv()
            try:
                answer = (None, work(job))
            except Exception as error:
                answer = (error, None)  # type: ignore[assignment]
            theirs.send(answer)
