"""Files and truth of the histories: claims by biller and day, remittances by payer and day, truth beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from generator import claims837, remit835, truth
from generator.envelope import Group, Interchange, Style, compose
from generator.model import BUCKETS, Claim, Clp, Remit, Row
from generator.perturb.payer import Desk
from generator.truth import NULL, Cells
from generator.world import GROUP

STYLES = (
    Style(), Style(newline=""), Style(newline="\r\n", two_decimals=True), Style(element="|", component=">"),
    Style(terminator="\n", newline=""),
)  # fmt: skip
LINKS = (
    "scenario", "file", "segment", "control_number", "claim_file", "claim_segment", "claim_control_number",
)  # fmt: skip


def write(desk: Desk) -> dict[str, bytes]:
    """Every file by its name: claims/, remits/, again/ (payments delivered a second time) and truth/."""
    out: dict[str, bytes] = {}
    number = 1000
    for (sender, day), claims in sorted(_by_day(desk).items()):
        number += 1
        biller = claims[0].biller
        receiver = claims837.receiver_of(claims)
        transaction = claims837.transaction(claims, f"B{number}", day, receiver)
        group = Group("HC", sender, receiver[1], claims837.GUIDES[biller.institutional], [transaction])
        name = f"claims/{sender.lower()}_{day:%Y%m%d}.837"
        out[name] = compose(name, [Interchange(sender, receiver[1], day, number, [group])], STYLES[number % 5])
    for (payer, day), remits in sorted(_paid(desk).items()):
        number += 1
        name = f"remits/{payer}_{day:%Y%m%d}.835"
        out[name] = _remittance(name, remits, day, number, STYLES[number % 5])
        if number % 9 == 0:  # the same payments once more, in another wrapper
            again = f"again/{payer}_{day:%Y%m%d}_copy.835"
            out[again] = _remittance(again, remits, day, number + 100000, STYLES[(number + 2) % 5], place=False)
    out["truth/lines.csv"] = truth.to_csv(truth.LINES, _lines(desk))
    out["truth/links.csv"] = truth.to_csv(LINKS, _links(desk))
    out["truth/payments.csv"] = truth.to_csv(truth.PAYMENTS, truth.payments(_remits(desk), ()))
    return out


def _by_day(desk: Desk) -> dict[tuple[str, date], list[Claim]]:
    days: dict[tuple[str, date], list[Claim]] = {}
    for claim in desk.claims:
        assert claim.filed is not None
        days.setdefault((claim.biller.sender, claim.filed), []).append(claim)
    return days


def _remits(desk: Desk) -> list[Remit]:
    """Payments that hold something, in time order."""
    held = [remit for remit in desk.payments.values() if remit.clps or remit.plbs]
    return sorted(held, key=lambda r: (r.date, r.payer.key, r.payee.sender))


def _paid(desk: Desk) -> dict[tuple[str, date], list[Remit]]:
    days: dict[tuple[str, date], list[Remit]] = {}
    for remit in _remits(desk):
        days.setdefault((remit.payer.key, remit.date), []).append(remit)
    return days


def _remittance(
    name: str, remits: Sequence[Remit], day: date, number: int, style: Style, *, place: bool = True
) -> bytes:
    sets = [remit835.transaction(remit) for remit in remits]
    group = Group("HP", remits[0].payer.id, GROUP.sender, remit835.GUIDE, sets)
    return compose(name, [Interchange(remits[0].payer.id, GROUP.sender, day, number, [group])], style, place=place)


# ---- truth


def _lines(desk: Desk) -> Iterator[Cells]:
    for claim in desk.claims:
        if claim.rows == "lines":
            for line in claim.lines:
                yield _finished(truth.line_cells(claim, line), line.row, claim.scenario)
        if claim.rows == "claim":
            yield _finished(truth.whole_cells(claim), claim.whole, claim.scenario)
        if claim.extra:
            yield _finished(truth.extra_cells(claim), claim.extra, claim.scenario)
    for clp, svc in desk.strays:
        assert svc.row is not None
        cells = truth.remit_cells(clp, 1 + _position(clp, svc), svc)
        if clp.claim is not None:  # the claim is known, its line is not
            for name in ("control_number", "place_of_service", "payer"):
                cells.pop(name)
        if clp.dates not in ("line", "both"):
            cells.pop("service_date")
        cells = _finished(cells, svc.row, clp.claim.scenario if clp.claim else "unlinked")
        if clp.claim is not None:
            cells.pop("links")  # a tie links to nothing, a line of nobody's to itself
        yield cells
    for clp in desk.stray_clps:
        assert clp.row is not None
        yield _finished(truth.stray_cells(clp), clp.row, "unlinked")


def _position(clp: Clp, svc: object) -> int:
    return next(n for n, one in enumerate(clp.svcs) if one is svc)


def _finished(cells: Cells, row: Row, scenario: str) -> Cells:
    """Without what this truth does not speak about, and with every situation that the row met."""
    situations = {scenario}
    for answer in row.answers:
        clp = answer if isinstance(answer, Clp) else answer.clp
        assert clp is not None
        situations.update(answer.situations, clp.situations)
    if cells.get("state") == "denied" and row.paid <= 0 and _payment_went_back(row):
        cells["state"] = "taken-back"  # paid once, now nothing, whatever the correction says
    for name in ("allowed", "cause", "verdict"):
        cells.pop(name, None)
    for name in row.unsaid:
        cells.pop(name, None)
    if "first_state" in cells:
        cells["first_state"] = {"": NULL, "?": ""}.get(row.first_state, row.first_state)
    cells["scenario"] = " ".join(sorted(situations))
    beside = cells["charge"] == "0.00" and cells["line_number"] == NULL  # its links show what was paid on the claim
    keys = ("trace_number", "payer_control_number", "claim_status", *(() if beside else ("paid",)))
    cells["links"] = truth.links_json(row, keys)
    assert row.unsaid or sum(getattr(row, name) for name in BUCKETS) == row.total()
    return cells


def _payment_went_back(row: Row) -> bool:
    """Whether a reversal took back what was paid for the row."""
    back: dict[int, int] = {}
    for answer in row.answers:
        clp = answer if isinstance(answer, Clp) else answer.clp
        assert clp is not None
        if clp.status == "22":
            back[id(clp)] = back.get(id(clp), 0) + answer.paid
    return any(cents < 0 for cents in back.values())


def _links(desk: Desk) -> Iterator[Cells]:
    """Each CLP and the claim that it answers; `null` where it must stay without one."""
    for remit in _remits(desk):
        for clp in remit.clps:
            assert clp.place is not None
            claim = clp.claim
            cells = {
                "scenario": " ".join(sorted({claim.scenario if claim else "unlinked", *clp.situations})),
                "file": clp.place[0],
                "segment": str(clp.place[1]),
                "control_number": clp.control or NULL,
                "claim_file": NULL,
                "claim_segment": NULL,
                "claim_control_number": NULL,
            }
            if claim:
                assert claim.place is not None
                cells["claim_file"], cells["claim_segment"] = claim.place[0], str(claim.place[1])
                cells["claim_control_number"] = claim.control
            yield cells
