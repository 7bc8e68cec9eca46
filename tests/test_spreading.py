"""The same work in several processes: the same answers in the same order, and nobody left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from edi.pipeline.spreading import spread
from edi.store.ahead import processors

pytestmark = pytest.mark.skipif(processors() < 2, reason="no second process here")


def double(job: int) -> tuple[int, int]:
    if job < 0:
        raise ValueError("a negative job")
    if job == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * job, os.getpid()


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("jobs", [0, 1, 2, 7])
def test_answers_come_in_the_order_of_the_jobs(processes: int, jobs: int) -> None:
    answers = list(spread(double, range(jobs), processes))
    assert [made for made, _ in answers] == [2 * job for job in range(jobs)]
    workers = {worker for _, worker in answers}
    assert len(workers) == min(processes, jobs)
    assert (os.getpid() in workers) == (processes == 1 and jobs > 0)


def test_jobs_are_drawn_as_they_are_worked_on() -> None:
    drawn = []

    def jobs() -> Iterator[int]:
        for job in range(10):
            drawn.append(job)
            yield job

    answers = spread(double, jobs(), 2)
    next(answers)
    assert drawn == [0, 1, 2]
    answers.close()  # type: ignore[attr-defined]  # a generator, which callers need not know
    assert not multiprocessing.active_children()


def test_a_failure_ends_the_work() -> None:
    with pytest.raises(ValueError, match="a negative job"):
        list(spread(double, [1, -1, 2, 3, 4], 2))
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_noticed() -> None:
    with pytest.raises(RuntimeError, match="a working process was killed"):
        list(spread(double, [1, 13, 2, 3], 2))
    assert not multiprocessing.active_children()


def test_large_jobs_and_answers_do_not_block_each_other() -> None:
    jobs = [bytes(300_000)] * 8
    assert [len(made) for made in spread(lambda job: job * 2, jobs, 2)] == [600_000] * 8
