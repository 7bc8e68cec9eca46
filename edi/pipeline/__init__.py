"""Records in, answers out: link, outcomes and causes over everything that a database holds.

Reads the records group by group (see analysis.grouping), lets the engine work each one out, and writes outcome, link,
finding and evidence anew, in one transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from edi import __version__
from edi.analysis import grouping
from edi.analysis.engine import Engine
from edi.analysis.subject import PayerHabits
from edi.garbage import uncollected
from edi.pipeline.loading import Batch, Records, assemble, read
from edi.pipeline.settled import Marks
from edi.pipeline.spreading import spread
from edi.pipeline.writing import Rows, Tables, Writer
from edi.resources import Resources
from edi.store import settling, worklog
from edi.store.ahead import processors
from edi.store.database import Database
from edi.store.reference import loading
from edi.x12.diagnostic import Rule

BATCH = 2000  # claims and remittances worked on at a time
WORTH_PROCESSES = 5 * BATCH
MOST_PROCESSES = 4  # more than that wait for the one that reads and writes

Progress = Callable[[int, int], None]


def analyze(database: Database, resources: Resources, progress: Progress | None = None) -> None:
    """Link and explain what is in `database`: everything the first time, later what new and removed files touch."""
    connection = database.connection
    with database.transaction():
        fingerprint = _fingerprint(resources)
        row = connection.execute("SELECT value FROM analysis WHERE name = 'rules'").fetchone()
        if row is None or row[0] != fingerprint:
            database.clear_analysis()
            connection.execute("INSERT OR REPLACE INTO analysis (name, value) VALUES ('rules', ?)", (fingerprint,))
        habits_before = worklog.known_habits(connection)
        everything = worklog.untouched(connection)
        entered = worklog.new_files(connection)
        for file_id in entered:
            worklog.enter(connection, file_id, _keys(connection, file_id))
        habits = worklog.paying_habits(connection)
        settled = settling.resolve(connection)
        resettled = settling.note_keys(connection, settled)
        if everything:
            groups = _all_groups(connection)
        else:
            groups = _touched_groups(connection, entered, _turned(habits_before, habits), resettled)
        engine = Engine(resources, PayerHabits.of(habits), loading.rows(database))
        work = Work(engine, Marks(settled), database.mappings.rules)
        writer = Writer(database)
        known = writer.last["outcome"]
        batches = list(_batches(groups))
        total, done = sum(map(len, groups)), 0
        jobs = ((batch, read(database, batch)) for batch in batches)
        for batch, made in zip(batches, spread(work, jobs, _processes(total)), strict=True):
            writer.write(made)
            done += sum(map(len, batch))
            if progress:
                progress(done, total)
        worklog.value_findings(connection, known)
        worklog.know_habits(connection)
        connection.execute("DELETE FROM stale_key")
    database.index()


def _fingerprint(resources: Resources) -> str:
    """What the answers rest on beside the records: our version and every data file in force."""
    digest = hashlib.sha256(__version__.encode())
    for folder, suffix in ((".", ".csv"), ("codes", ".csv"), ("rules", ".xml")):
        for path in resources.list(folder, suffix):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Work:
    """One batch: its records in, rows of the database out. May run in a process of its own."""

    def __init__(self, engine: Engine, marks: Marks, rules: Mapping[str, Rule]) -> None:
        self.engine = engine
        self.marks = marks
        self.rules = rules

    def __call__(self, job: tuple[Batch, Records]) -> Tables:
        rows = Rows(self.rules, self.engine.reference)
        with uncollected():
            groups = list(assemble(*job))
            for _, remits in groups:
                self.marks.put(remits)
            for result in self.engine.analyse_all(groups):
                rows.add(result)
        return rows.rows


def _processes(records: int) -> int:
    """How many processes to work in: one, where starting others costs more than it brings."""
    return min(processors(), MOST_PROCESSES) if records >= WORTH_PROCESSES else 1


def _keys(connection: sqlite3.Connection, file_id: int) -> Iterator[tuple[int, list[Hashable]]]:
    """The grouping keys of a file's claims and remittances."""
    first, last = worklog.span(file_id)
    for row_id, number, member, icn, *patient in connection.execute(
        "SELECT id, control_number, member_id, payer_control_number, COALESCE(patient_last, subscriber_last), "
        "COALESCE(patient_first, subscriber_first), CASE WHEN patient_last IS NULL THEN subscriber_birth_date "
        "ELSE patient_birth_date END FROM claim WHERE id BETWEEN ? AND ?",
        (first, last),
    ):
        family, given, birth = ((part or "").upper() for part in patient)
        yield row_id, grouping.claim_keys(number, member, icn, (family, given[:3], birth))
    for row_id, number, patient_id, insured, corrected, icn, original in connection.execute(
        "SELECT id, control_number, patient_id, insured_id, corrected_id, payer_control_number, original_reference "
        "FROM remit_claim WHERE id BETWEEN ? AND ?",
        (first, last),
    ):
        yield row_id, grouping.remit_keys(number, (patient_id, insured, corrected), icn, original)


def _all_groups(connection: sqlite3.Connection) -> Batch:
    """The groups of everything."""
    groups = grouping.Groups()
    for (row_id,) in connection.execute("SELECT id FROM claim UNION ALL SELECT id FROM remit_claim"):
        groups.add(row_id, ())
    for rows in worklog.tied_rows(connection):
        groups.tie(rows)
    return groups.groups()


def _touched_groups(
    connection: sqlite3.Connection, entered: Sequence[int], turned: Iterable[worklog.Habit], resettled: Iterable[int]
) -> Batch:
    """The groups that new or removed rows touch; what was derived from them goes."""
    touched = worklog.Touched(connection, grouping.CROWD)
    seeds = [row_id for file_id in entered for row_id in worklog.rows_of_file(connection, file_id)]
    seeds += touched.newly_crowded(seeds)
    seeds += touched.by_habits(turned)
    seeds += sorted(resettled)
    groups = list(touched.closure(seeds, worklog.stale_keys(connection)))
    for batch in _batches(groups):
        worklog.drop_rows(connection, (row_id for group in batch for row_id in group))
    return groups


def _turned(before: worklog.Habits, now: worklog.Habits) -> list[worklog.Habit]:
    """The payers and codes of which the analysis would say something else than before."""
    old, new = PayerHabits.of(before), PayerHabits.of(now)
    return [
        key for key in {*before, *now} if (key in old.pays, key in old.never) != (key in new.pays, key in new.never)
    ]


def _batches(groups: Batch) -> Iterator[Batch]:
    batch: Batch = []
    size = 0
    for group in groups:
        batch.append(group)
        size += len(group)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
