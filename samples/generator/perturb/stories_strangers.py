"""Numbers that mislead: used again years later, used by two systems, cut alike; and answers that must stay unlinked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from generator.model import Claim, Clp, Row
from generator.perturb import decide
from generator.perturb.dress import tag
from generator.perturb.office import FIRST_PAYERS
from generator.perturb.payer import Desk, by_line
from generator.world import GROUP, OAKHOLLOW

OFFICE = ("office", "office", "office", "components")


def _plain(o: Desk, claim: Claim, *, lost: bool = False, mangle: bool = True) -> Clp:
    """A simple answer to the claim: nothing bent but what the payer does to numbers."""
    assert claim.filed
    day = o.later(claim.filed)
    return o.post(claim, decide.lines(o, claim), day, tame=True, money=False, lost=lost, mangle=mangle)


def disown(o: Desk, clps: Sequence[Clp]) -> None:
    """These answers (all of one claim) must find no claim: each line is a row known from the remittance only, and a
    claim of ours that they are about stays unanswered."""
    seen: dict[int, Row] = {}
    about = clps[0].claim
    for clp in clps:
        claim = clp.claim
        assert claim is not None
        for line, group in by_line(clp.svcs).values():
            row = seen.setdefault(line.number, line.row)
            if len(row.answers) and group[0] is row.answers[0]:
                group[0].row = row
                o.strays.append((clp, group[0]))
            for svc in group:
                svc.line = None
        if clp.charge_as_whole is not None:
            clp.row = claim.whole
            o.stray_clps.append(clp)
        clp.claim = None
        tag(clp, o.scenario)
    for line in about.lines if about else ():
        line.row = Row()


def _shadow(o: Desk, **given: object) -> Claim:
    """A claim that no 837 of ours holds."""
    claim = o.claim(**given)  # type: ignore[arg-type]
    o.claims.remove(claim)
    return claim


def recycled_years_later(o: Desk) -> None:
    """One control number, two claims of ours, years apart; often the same patient."""
    old_day = date(2022, 1, 10) + timedelta(o.number(0, 300))
    first = o.claim(kinds=OFFICE, day=old_day)
    again = o.claim(
        kinds=OFFICE, control=first.control, biller=first.biller, payer=first.payer,
        patient=first.patient if o.chance(0.4) else o.other_person(first.patient),
    )  # fmt: skip
    for claim in (first, again):
        clp = _plain(o, claim)
        if clp.dates == "none" and claim is again:  # an old payment cannot be for a new claim
            clp.dates = "line"
        if o.chance(0.25):
            assert clp.remit is not None
            back = o.reverse(clp, o.later(clp.remit.date), known=True, lost=False)
            if back.dates == "none":
                back.dates = "line"
            o.take_back([clp])


def two_systems_one_number(o: Desk) -> None:
    """Two systems of ours give one number on one day to different patients."""
    first = o.claim(kinds=OFFICE, style=o.choice(("plain", "zeros", "lower", "mixed")), biller=GROUP)
    who = o.other_person(first.patient)
    related = o.number(1, 10)
    if related <= 3:
        who.last = first.patient.last
    elif related <= 5:  # under one member id
        who.last, who.dependent_of = first.patient.last, first.patient
    twin = o.choice((first.control, first.control, first.control.lstrip("0"), first.control.upper()))
    same = o.chance(0.3)
    second = o.claim(
        first.shape if same else "", kinds=OFFICE, like=first if same else None, control=twin, payer=first.payer,
        day=first.first_day, patient=who, biller=o.choice((GROUP, OAKHOLLOW)),
    )  # fmt: skip
    for claim in (first, second):
        if o.chance(0.85):
            clp = _plain(o, claim)
            clp.shown_id, clp.corrected_id = "", None
            clp.situations = tuple(s for s in clp.situations if not s.startswith("member-"))


def hospital_and_office_one_number(o: Desk) -> None:
    """The hospital's claim and the physician's, of one patient and day, under one number."""
    site = o.claim("outpatient", style=o.choice(("plain", "zeros", "lower")))
    office = o.claim(
        kinds=OFFICE, control=site.control, payer=site.payer, day=site.first_day, patient=site.patient, biller=GROUP
    )
    for claim in (site, office):
        if o.chance(0.9):
            _plain(o, claim)


def every_week(o: Desk) -> None:
    """The same service at the same charge on several days; an answer without our number is told by its date."""
    first = o.claim(kinds=OFFICE)
    visits, series = [first], o.chance(0.3)
    for week in range(1, o.choice((2, 3, 4))):
        visits.append(
            o.claim(
                like=first,
                control=first.control if series else None,
                biller=first.biller,
                payer=first.payer,
                patient=first.patient,
                day=first.first_day + timedelta(7 * week),
            )
        )
    for claim in visits:
        assert claim.filed
        if o.chance(0.85):
            clp = _plain(o, claim, lost=o.chance(0.5))
            if series:
                tag(clp, "one-number-for-a-series")
                clp.dates = "line" if clp.dates == "none" else clp.dates


# ---- must stay unlinked


def of_another_system(o: Desk) -> None:
    """Remittances for claims that are not in our files: answers, corrections, a whole answer."""
    claim = _shadow(o, kinds=(*OFFICE, "outpatient"))
    assert claim.filed
    if o.chance(0.15):
        clps = [o.answer_whole(claim, "paid", o.later(claim.filed))]
    else:
        clps = [_plain(o, claim)]
        if o.chance(0.25):
            assert clps[0].remit is not None
            day = o.later(clps[0].remit.date)
            for clp in (o.reverse(clps[0], day, known=True, lost=False), _again(o, claim, clps[0], day)):
                clp.control, clp.situations = clps[0].control, ()
                clp.shown_id, clp.corrected_id = clps[0].shown_id, clps[0].corrected_id
                clp.dates = clps[0].dates
                clps.append(clp)
    disown(o, clps)


def _again(o: Desk, claim: Claim, first: Clp, day: date) -> Clp:
    svcs = decide.lines(o, claim)
    return o.post(claim, svcs, day, number=f"{first.number}B", tame=True, money=False, mangle=False)


def old_answer_under_our_number(o: Desk) -> None:
    """A number of years ago that we use again; only the new claim is in our files."""
    ours = o.claim(kinds=OFFICE)
    who = ours.patient if o.chance(0.3) else o.other_person(ours.patient)
    old = _shadow(
        o, kinds=OFFICE, control=ours.control, biller=ours.biller, payer=ours.payer, patient=who,
        day=date(2022, 3, 1) + timedelta(o.number(0, 500)),
    )  # fmt: skip
    disown(o, [_plain(o, old)])
    if o.chance(0.7):
        _plain(o, ours, lost=True)


def somebody_else_under_our_number(o: Desk) -> None:
    """Another system's claim of the same number and day: another patient by name and member id."""
    ours = o.claim(kinds=OFFICE, biller=GROUP)
    other = _shadow(
        o, kinds=OFFICE, control=ours.control, biller=GROUP, payer=ours.payer, patient=o.other_person(ours.patient),
        day=ours.first_day, like=ours if o.chance(0.3) else None,
    )  # fmt: skip
    clp = _plain(o, other)
    clp.shown_id, clp.corrected_id, clp.control = "", None, ours.control
    if clp.dates == "none":
        clp.dates = "line"
    clp.situations = ()
    disown(o, [clp])
    if o.chance(0.7):
        _plain(o, ours)


def lost_number_fits_two(o: Desk) -> None:
    """No number; member, day, charge and NPI are those of two claims."""
    first = o.claim(kinds=OFFICE)
    o.claim(like=first, biller=first.biller, payer=first.payer, patient=first.patient, day=first.first_day)
    clp = _nameless(o, first)
    disown(o, [clp])


def _nameless(o: Desk, claim: Claim) -> Clp:
    clp = _plain(o, claim)
    clp.control = o.choice(("0", ""))
    clp.shown_id, clp.corrected_id, clp.situations = "", None, ()
    if clp.dates == "none":
        clp.dates = "line"
    return clp


def sibling_without_number(o: Desk) -> None:
    """No number; member id, day, charge and NPI are those of a claim of ours, the patient is a sister or brother."""
    ours = o.claim(kinds=OFFICE)
    sibling = o.other_person(ours.patient)
    sibling.last, sibling.dependent_of = ours.patient.last, ours.patient.subscriber
    other = _shadow(o, like=ours, biller=ours.biller, payer=ours.payer, patient=sibling, day=ours.first_day)
    disown(o, [_nameless(o, other)])


def cut_number_fits_two(o: Desk) -> None:
    """Two long numbers that begin alike, cut at 17: the same patient's are a tie, different patients' are not."""
    first = o.claim(kinds=OFFICE, style="long")
    same = o.chance(0.5)
    second = o.claim(
        like=first, control=f"{first.control[:20]}xy", biller=first.biller, payer=first.payer, day=first.first_day,
        patient=first.patient if same else o.other_person(first.patient),
    )  # fmt: skip
    clps = [_plain(o, claim, mangle=False) for claim in ((first,) if same else (first, second))]
    for clp in clps:
        clp.control = clp.control[: o.choice((17, 20))]
        clp.shown_id, clp.corrected_id, clp.situations = "", None, ("cut-alike",)
    if same:
        disown(o, clps)


def without_number_and_more(o: Desk) -> None:
    """No number, and the rest is not enough: member unknown, a part of the claim, another biller, no date."""
    claim = o.claim(kinds=OFFICE, biller=GROUP, patient=o.person())
    lack = o.choice(("member", "part", "biller", "date"))
    if lack == "part":
        svcs = decide.lines(o, claim)[1:]
        if not svcs:
            return
        assert claim.filed
        clp = o.post(claim, svcs, o.later(claim.filed), tame=True, money=False)
        clp.control, clp.shown_id, clp.corrected_id, clp.situations = "0", "", None, ()
        clp.dates = "line"
    elif lack == "biller":
        claim.payer = o.choice([payer for payer in FIRST_PAYERS if not payer.payee_by_tax])
        other = _shadow(o, like=claim, biller=OAKHOLLOW, payer=claim.payer, patient=claim.patient, day=claim.first_day)
        clp = _nameless(o, other)
    else:
        clp = _nameless(o, claim)
        if lack == "member":
            clp.shown_id = f"NEW{o.number(10**7, 10**8 - 1)}"
        else:
            clp.dates = "none"
    tag(clp, f"without-{lack}")
    disown(o, [clp])
