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
from edi.pipeline.loading import load
from edi.pipeline.settled import Marks
from edi.pipeline.writing import Writer
from edi.resources import Resources
from edi.store import settling, worklog
from edi.store.database import Database
from edi.store.reference import loading

BATCH = 2000  # claims and remittances worked on at a time

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
        habits_before = worklog.paying_habits(connection)
        entered = {file_id: _enter(connection, file_id) for file_id in worklog.new_files(connection)}
        habits = worklog.paying_habits(connection)
        settled = settling.resolve(connection)
        groups = _groups(connection, entered, _turned(habits_before, habits), settled)
        marks = Marks(settled)
        engine = Engine(resources, PayerHabits.of(habits), loading.rows(database))
        writer = Writer(database, engine.reference)
        total, done = sum(map(len, groups)), 0
        for batch in _batches(groups):
            for claims, remits in load(database, batch):
                marks.put(remits)
                writer.write(engine.analyse(claims, remits))
            writer.flush()
            done += sum(map(len, batch))
            if progress:
                progress(done, total)
        worklog.value_findings(connection)
        connection.execute("DELETE FROM stale_key")
    database.index()


def _fingerprint(resources: Resources) -> str:
    """What the answers rest on beside the records: our version and every data file in force."""
    digest = hashlib.sha256(__version__.encode())
    for folder, suffix in ((".", ".csv"), ("codes", ".csv"), ("rules", ".xml")):
        for path in resources.list(folder, suffix):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


Keyed = list[tuple[int, list[Hashable]]]


def _enter(connection: sqlite3.Connection, file_id: int) -> Keyed:
    """Note the keys of a file's claims and remittances; returns them."""
    first, last = worklog.span(file_id)
    keyed: Keyed = []
    for row_id, number, member, icn, *patient in connection.execute(
        "SELECT id, control_number, member_id, payer_control_number, COALESCE(patient_last, subscriber_last), "
        "COALESCE(patient_first, subscriber_first), CASE WHEN patient_last IS NULL THEN subscriber_birth_date "
        "ELSE patient_birth_date END FROM claim WHERE id BETWEEN ? AND ?",
        (first, last),
    ):
        family, given, birth = ((part or "").upper() for part in patient)
        keyed.append((row_id, grouping.claim_keys(number, member, icn, (family, given[:3], birth))))
    for row_id, number, patient_id, insured, corrected, icn, original in connection.execute(
        "SELECT id, control_number, patient_id, insured_id, corrected_id, payer_control_number, original_reference "
        "FROM remit_claim WHERE id BETWEEN ? AND ?",
        (first, last),
    ):
        keyed.append((row_id, grouping.remit_keys(number, (patient_id, insured, corrected), icn, original)))
    worklog.enter(connection, file_id, keyed)
    return keyed


def _groups(
    connection: sqlite3.Connection,
    entered: Mapping[int, Keyed],
    turned: Iterable[worklog.Habit],
    settled: Sequence[settling.Pair],
) -> list[list[int]]:
    """The groups of rows to look at. When little is new, only those that new or removed rows touch."""
    resettled = settling.note_keys(connection, settled)
    new = sum(map(len, entered.values()))
    known = connection.execute("SELECT (SELECT COUNT(*) FROM claim) + (SELECT COUNT(*) FROM remit_claim)").fetchone()[0]
    if new == known:
        everything = grouping.Groups()
        for keyed in entered.values():
            for row_id, keys in keyed:
                everything.add(row_id, keys)
        for pair in settled:
            everything.add(pair.remit_id, [pair.key])
            everything.add(pair.claim_id, [pair.key])
        return everything.groups()
    touched = worklog.Touched(connection, grouping.CROWD)
    seeds = [row_id for keyed in entered.values() for row_id, _ in keyed]
    seeds += touched.newly_crowded(key for keyed in entered.values() for _, keys in keyed for key in keys)
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


def _batches(groups: list[list[int]]) -> Iterator[list[list[int]]]:
    batch: list[list[int]] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += len(group)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
