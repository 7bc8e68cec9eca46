"""Run an iterator in a process of its own, so that its work and ours overlap.

In: a function that makes an iterator of values that can be pickled. Out: the same values in the same order, and the
exception that ended them, if one did. The process is a fork, so that the function may close over anything; it stays
about one value ahead, so that memory stays flat, and ends with whoever reads from it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TypeVar

Item = TypeVar("Item")


def possible() -> bool:
    """Whether a second process helps here."""
    return processors() > 1


def processors() -> int:
    """How many processes of ours may run at once."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ahead(make: Callable[[], Iterator[Item]]) -> Iterator[Item]:
    """The items of `make()`, made in another process."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(make, ours, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            kind, value = ours.recv()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    except EOFError:
        raise RuntimeError("the reading process was killed") from None
    finally:
        ours.close()
        process.kill()
        process.join()


def _send(make: Callable[[], Iterator[Item]], ours: Connection, theirs: Connection) -> None:
    """The other process: send every item, then how it ended."""
    ours.close()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            for item in make():
                theirs.send(("item", item))
            theirs.send(("end", None))
        except Exception as error:
            theirs.send(("error", error))
