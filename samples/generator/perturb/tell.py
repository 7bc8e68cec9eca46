"""Tells as many histories as make the claims that were asked for, each story as often as its weight says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from generator.model import Plb
from generator.perturb import stories_again, stories_payers, stories_strangers, stories_time
from generator.perturb.payer import Desk

Story = Callable[[Desk], None]
WEIGHTS: tuple[tuple[int, Story], ...] = (
    (30, stories_time.answered),
    (3, stories_time.unanswered),
    (2, stories_time.pending_only),
    (5, stories_time.pending_then_decided),
    (7, stories_time.decided_again),
    (8, stories_time.corrected),
    (5, stories_time.taken_back),
    (2, stories_time.withheld_by_payment),
    (6, stories_time.in_several_answers),
    (2, stories_time.line_in_two_answers),
    (5, stories_time.as_a_whole),
    (2, stories_time.called_duplicate),
    (3, stories_time.copay_at_claim),
    (2, stories_time.reversal_alone),
    (2, stories_again.sent_again_unanswered),
    (3, stories_again.sent_again_until_decided),
    (3, stories_again.sent_again_as_duplicate),
    (7, stories_again.replaced),
    (2, stories_again.replaced_twice),
    (2, stories_again.replaced_without_a_reference),
    (2, stories_again.replaced_as_a_whole),
    (2, stories_again.replaced_then_voided),
    (2, stories_again.voided_and_billed_again),
    (2, stories_again.late_charges),
    (2, stories_again.replaced_before_an_answer),
    (4, stories_again.voided),
    (1, stories_again.voided_unanswered),
    (5, stories_payers.crossover),
    (5, stories_payers.billed_to_second),
    (2, stories_payers.refused_then_paid_by_second),
    (2, stories_payers.second_corrects),
    (3, stories_payers.corrected_then_forwarded),
    (1, stories_payers.second_answers_as_a_whole),
    (3, stories_strangers.recycled_years_later),
    (3, stories_strangers.two_systems_one_number),
    (2, stories_strangers.hospital_and_office_one_number),
    (2, stories_strangers.every_week),
    (3, stories_strangers.of_another_system),
    (2, stories_strangers.old_answer_under_our_number),
    (2, stories_strangers.somebody_else_under_our_number),
    (2, stories_strangers.lost_number_fits_two),
    (1, stories_strangers.sibling_without_number),
    (2, stories_strangers.cut_number_fits_two),
    (2, stories_strangers.without_number_and_more),
)


def tell(seed: int, claims: int) -> Desk:
    """At least `claims` claims with everything that became of them. Every story is told at least once."""
    desk = Desk(seed)
    untold = [story for _, story in WEIGHTS]
    bag = [story for weight, story in WEIGHTS for _ in range(weight)]
    while untold or len(desk.claims) < claims:
        story = untold[0] if untold and len(desk.claims) * 2 >= claims else desk.choice(bag)
        if story in untold:
            untold.remove(story)
        desk.scenario = story.__name__.replace("_", "-")
        story(desk)
    for claim in desk.claims:
        desk.no_answer(claim)
    _carry_forward(desk)
    return desk


def _carry_forward(desk: Desk) -> None:
    """A payment that would turn negative is zero; PLB FB carries the rest to the payer's next one."""
    days: dict[tuple[str, str], list[date]] = {}
    for payer, payee, day in desk.payments:
        days.setdefault((payer, payee), []).append(day)
    for (payer, payee), known in days.items():
        owed = 0
        for day in sorted(known):
            remit = desk.payments[payer, payee, day]
            if owed:
                remit.plbs.append(Plb("FB", "CARRIED", owed))
            owed = max(-remit.amount, 0)
            if owed:
                remit.plbs.append(Plb("FB", remit.trace, -owed))
