"""A course leads where the plain hearing of its rules leads, whatever came that way before."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.hearing import Conclusion, Course, Courses, Hearing
from edi.analysis.causes.rules import Example, Rule
from edi.analysis.subject import Subject
from tests.casefile import read
from tests.shipped import engine, mappings

FILES = sorted((Path(__file__).parent / "cases").glob("[abcd]/*.txt"))


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    """Every row that asks for a cause in the labelled cases."""
    cases = [case for path in FILES for case in read(path)]
    found = [rulecheck.analyse(Example(case.name, "", 1, case.parts), engine(), mappings()) for case in cases]
    return [finding.subject for one in found for finding in one.findings]


def test_a_course_concludes_what_the_plain_hearing_does(subjects: list[Subject]) -> None:
    courses = Courses(engine().rules)
    assert len(subjects) > 1000
    for subject in [*subjects, *reversed(subjects)]:
        course = courses[subject.calling]
        plain = Hearing(subject)
        expected = plain.conclude(course.rules)
        conclusion, said = course.hear(subject)
        assert conclusion == expected
        assert said == list(plain.values())


def test_rows_that_call_the_same_rules_share_their_course(subjects: list[Subject]) -> None:
    courses = Courses(engine().rules)
    found = {id(courses[subject.calling]) for subject in subjects}
    assert len(found) < len(courses)


def test_a_way_that_somebody_took_costs_no_plain_hearing(
    subjects: list[Subject], monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Course(engine().rules)
    first = course.hear(subjects[0])
    monkeypatch.setattr(Hearing, "conclude", lambda *_: pytest.fail("the way is known"))
    assert course.hear(subjects[0]) == first


def test_a_course_that_forgets_starts_anew(subjects: list[Subject], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.analysis.causes.hearing.REMEMBERED", 0)
    courses = Courses(engine().rules)
    for subject in subjects[:200]:
        course = courses[subject.calling]
        assert course.hear(subject)[0] == Hearing(subject).conclude(course.rules)
        assert len(courses) == 1
    rules: tuple[Rule, ...] = ()
    assert Course(rules).hear(subjects[0]) == (Conclusion(None, "stated", (), (), ()), [])
