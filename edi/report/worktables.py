"""The page's sortable tables: worklist, causes, payments, the 78452 family, faults in files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edi.report.data import ReportData, cause_title, cents, codes, command, money, payer, place, text
from edi.report.data import Row as Data
from edi.report.family import FamilyRow
from edi.report.figures import Cause, Fault, by_attention
from edi.report.survey import Answers, Survey, line_key
from edi.report.tables import Cell, Column, Entry, Row, Table
from edi.report.work import Work

MOST_PAYMENTS = 3000  # rows in the page, so that it stays a small one
OPEN_DENIALS = "open AND denial = 'yes'"
WEIGHTS = (("for", "Speaks for it"), ("against", "Speaks against it"), ("context", "Context"))
NOT_CHECKED = "Not checked"
VERDICTS = ("confirmed", "likely", "stated", "contradicted")


def worklist_table(data: ReportData, seen: Survey) -> Table:
    """Open denials, each with its evidence, the next step, its answers and the lines that follow from it."""
    columns = [
        Column("Claim, line", "code"),
        Column("Service date", "date"),
        Column("Code", "code"),
        Column("Payer", choice="All payers"),
        Column("Cause and next step", choice="All causes"),
        Column("Verdict", "badge", choice="All verdicts"),
        Column("Appeal by", "date"),
        Column("Denied", "money", floor=True),
        Column("Recoverable", "money"),
    ]
    rows = [_work_row(entry, data, seen.answers) for entry in seen.shown]
    cut = len(seen.work) - len(rows)
    everything = command(data.database, "findings", "--where", OPEN_DENIALS, "--csv")
    return Table("worklist", "denials", columns, rows, 25, cut, "most recoverable first", everything, cards=True)


def _work_row(entry: Work, data: ReportData, answers: Answers) -> Row:
    row, count = data.findings[entry.finding.place], len(entry.following)
    follow = f"with {count} following line{'s' if count > 1 else ''}" if count else ""
    due = entry.due
    cells = [
        Cell(text(row["control_number"]), line_name(row)),
        Cell(row["service_date"]),
        Cell(text(row["procedure"]), codes(row)),
        Cell(payer(row)),
        Cell(cause_title(row), sentence(text(row["action"]))),
        Cell(row["verdict"]),
        Cell(due.day if due else None, days_left(due.days_left if due else None)),
        Cell(entry.denied, follow),
        Cell(entry.recoverable),
    ]
    following = [data.findings[other.place] for other in entry.following]
    story = [("Answers in order of time", _answers(answers.get(line_key(row), ())))]
    told = [("The claim's whole story", [Entry(command(data.database, "claim", text(row["control_number"])), "")])]
    details = [*evidence(row), *_following(following), *story, *told]
    return Row(cells, [(heading, entries) for heading, entries in details if entries])


def days_left(days: int | None) -> str:
    """What is left of the time to appeal, in words."""
    if days is None:
        return ""
    if days < 0:
        return f"passed {-days} day{'s' if days < -1 else ''} ago"
    return f"{days} day{'s' if days != 1 else ''} left" if days else "today"


def _answers(links: Sequence[Data]) -> list[Entry]:
    return [
        Entry(
            f"{text(link['trace_number']) or 'no trace number'}, status {text(link['claim_status']) or 'not given'}",
            f"paid {money(cents(link['paid']))}",
            text(link["file"]),
            link["segment"],
        )
        for link in links
    ]


def sentence(words: str) -> str:
    """Words that begin with a capital letter."""
    return words[:1].upper() + words[1:]


def line_name(row: Data) -> str:
    return f"line {row['line_number']}" if row["line_number"] is not None else "whole claim"


def evidence(row: Data) -> list[tuple[str, list[Entry]]]:
    """The finding's evidence by what it says: for, against, context, not checked."""
    headed = dict(WEIGHTS)
    groups: dict[str, list[Entry]] = {heading: [] for _, heading in WEIGHTS}
    groups[NOT_CHECKED] = []
    for item in row["evidence"] or []:
        heading = headed.get(item.get("weight", "context"), NOT_CHECKED)
        what = text(item["what"]).removeprefix(f"{heading.lower()}: ")  # the heading says it already
        groups[heading].append(Entry(what, text(item["value"]), text(item["file"]), item["segment"]))
    if row["trace_number"]:
        groups["Context"].append(Entry("remittance trace number", text(row["trace_number"])))
    why = text(row.get("why"))
    first = [("Why", [Entry(why, "")])] if why else []
    return first + [(heading, entries) for heading, entries in groups.items() if entries]


def _following(rows: Sequence[Data]) -> list[tuple[str, list[Entry]]]:
    entries = [
        Entry(f"{line_name(row)} · {text(row['procedure'])}", f"{money(cents(row['denied']))} {codes(row)}")
        for row in rows
    ]
    return [("Lines that follow from it", entries)] if entries else []


def cause_table(found: Sequence[Cause], measured: Iterable[Data] = ()) -> Table:
    """Root causes in figures: the same numbers as the bars, to the cent. `measured`: the metrics by cause."""
    expected = expected_by(measured, "cause")
    columns = [
        Column("Root cause"),
        Column("Denials", "number"),
        Column("Lines that follow", "number"),
        Column("Denied", "money"),
        Column("Expected allowed", "money"),
        Column("Recoverable", "money"),
        Column("Confirmed", "number"),
        Column("Likely", "number"),
        Column("Stated", "number"),
        Column("Contradicted", "number"),
    ]
    rows = [
        Row(
            [
                Cell(cause.title),
                Cell(cause.count),
                Cell(cause.following_count),
                Cell(cause.total),
                Cell(expected.get((cause.cause,))),
                Cell(cause.recoverable),
                *(Cell(cause.verdicts.get(verdict, 0)) for verdict in VERDICTS),
            ]
        )
        for cause in found
    ]
    return Table("causes", "causes", columns, rows, 60)


def expected_by(measured: Iterable[Data], *keys: str) -> dict[tuple[object, ...], int]:
    """What payers would have allowed for what is denied, from the metrics, summed by some of their groups; cents."""
    found: dict[tuple[object, ...], int] = {}
    for row in measured:
        if row["figure"] == "expected-allowed":
            key = tuple(row[one] for one in keys)
            found[key] = found.get(key, 0) + cents(row["value"])
    return found


def payment_table(data: ReportData, most: int = MOST_PAYMENTS) -> Table:
    """Each 835: what it paid against its claims and provider adjustments, which open below it."""
    told: dict[object, list[Data]] = {}
    payments = by_attention(data.payments)
    for row in data.adjustments:
        told.setdefault((row["trace_number"], row["payer"], row["file"]), []).append(row)
    columns = [
        Column("Date", "date"),
        Column("Trace number", "code"),
        Column("Payer", choice="All payers"),
        Column("Method"),
        Column("Claims", "number"),
        Column("Claim paid", "money"),
        Column("Provider adjustments", "money"),
        Column("Paid out", "money"),
        Column("Difference", "money"),
        Column("Status", "badge", choice="Any status"),
    ]
    rows = [
        _payment_row(payment, told.get((payment["trace_number"], payment["payer"], payment["file"]), ()))
        for payment in payments[:most]
    ]
    cut, everything = len(payments) - len(rows), command(data.database, "payments", "--csv")
    order = "those that do not balance first, then the newest"
    return Table("payments", "payments", columns, rows, 25, cut, order, everything, cards=True)


def _payment_row(row: Data, adjustments: Sequence[Data]) -> Row:
    repeat = row["duplicate_of"]
    status = "repeat" if repeat else "balances" if row["balanced"] else "off"
    cells = [
        Cell(row["date"]),
        Cell(text(row["trace_number"])),
        Cell(payer(row), place(row)),
        Cell(text(row["method"])),
        Cell(row["claims"]),
        Cell(cents(row["claim_paid"])),
        Cell(cents(row["provider_adjustments"])),
        Cell(cents(row["amount"])),
        Cell(cents(row["difference"])),
        Cell(status, f"of {text(repeat)}" if repeat else ""),
    ]
    entries = [
        Entry(
            f"{text(one['reason'])} {text(one['meaning'])}: {money(-cents(one['amount']))}",
            text(one["leads_to"]),
            text(one["file"]),
            one["segment"],
        )
        for one in adjustments
    ]
    return Row(cells, [("Provider adjustments (PLB)", entries)] if entries and not repeat else [])


def family_rows(rows: Sequence[FamilyRow], database: str = "DB") -> Table:
    """Payer by code of the 78452 family, each with the command that lists its lines."""
    columns = [
        Column("Payer", choice="All payers"),
        Column("Code", "code", choice="All codes"),
        Column("Role", choice="All roles"),
        Column("Lines", "number"),
        Column("Lines paid", "number"),
        Column("Units", "number"),
        Column("Billed", "money"),
        Column("Paid", "money"),
        Column("Packaged", "money"),
        Column("Bundled by contract", "money"),
        Column("Denied otherwise", "money"),
        Column("Paid per unit", "money"),
    ]
    table = [
        Row(
            [
                Cell(row.payer),
                Cell(row.code),
                Cell(row.role),
                Cell(row.lines),
                Cell(row.paid_lines),
                Cell(int(row.units) if row.units == int(row.units) else str(row.units)),
                *(Cell(v) for v in (row.billed, row.paid, row.packaged, row.bundled, row.denied)),
                Cell(row.paid_per_unit),
            ],
            [("Its lines", [Entry(command(database, "lines", "--where", row.condition), "")])],
        )
        for row in rows
    ]
    return Table("family", "rows", columns, table, 60)


def fault_table(found: Sequence[Fault]) -> Table:
    """What was wrong with the files, by rule."""
    columns = [
        Column("Level", "badge", choice="All levels"),
        Column("What was found, and what to do"),
        Column("Times", "number"),
        Column("Files", "number"),
        Column("First places", "place"),
    ]
    rows = [
        Row(
            [
                Cell(fault.level),
                Cell(text(fault.first["message"]) or fault.rule, text(fault.first["action"])),
                Cell(fault.count),
                Cell(len(fault.files)),
                Cell(place(fault.places[0]), _places(fault)),
            ],
        )
        for fault in found
    ]
    return Table("faults", "kinds of fault", columns, rows, 60, cards=True)


def _places(fault: Fault) -> str:
    return ", ".join(found for row in fault.places[1:] if (found := place(row)))
