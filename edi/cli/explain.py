"""edi explain: a rule, a cause, a code, a finding, a claim's links, in plain words."""

from __future__ import annotations

import json
from pathlib import Path

import click

from edi.cli import Refusal
from edi.cli.common import mappings_option, open_database
from edi.explain import Answer, Explainer, add_counts, claim, finding, link
from edi.resources import Resources
from edi.store.database import Database
from edi.store.reference import loading


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[DB] WHAT")
@click.option("--db", "database", metavar="DB", help="The database that WHAT is in, when it is not the first word.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@mappings_option
def explain(words: tuple[str, ...], database: str | None, as_json: bool, mappings: str | None) -> None:
    """Explain a rule, a cause, a code, a finding, a claim or a link.

    WHAT is a rule (R101), a cause (authorization-not-sent), a reason, remark or procedure code (CO-197, N115, 78452);
    with a database also a finding's id, a control number, or "link" and a link's id or control number.

    \b
    Examples:
      edi explain authorization-not-sent
      edi explain CO-97
      edi explain billing.db NUC-A-1001
      edi explain billing.db F0123456789ab
      edi explain billing.db link NUC-A-1001
    """
    rest = list(words)
    if database is None and len(rest) > 1 and Path(rest[0]).is_file():
        database = rest.pop(0)
    resources = Resources(mappings)
    answers: list[Answer] = []
    if database is not None:
        with open_database(database, mappings) as opened:
            answers = _from_database(opened, resources, rest)
    elif rest[0].lower() != "link":
        found = Explainer(resources).word(" ".join(rest))
        answers = [found] if found else []
    if not answers:
        hint = "" if database else " (a finding, claim or link is explained from its database: edi explain DB WHAT)"
        raise Refusal(f"nothing here is called {' '.join(rest)!r}{hint}")
    if as_json:
        click.echo(json.dumps([answer.data for answer in answers], indent=2))
    else:
        click.echo("\n".join(answer.text() for answer in answers), nl=False)


def _from_database(database: Database, resources: Resources, words: list[str]) -> list[Answer]:
    if words[0].lower() == "link" and len(words) > 1:
        linked = link(database, resources, words[1])
        return [linked] if linked else []
    word = " ".join(words)
    explainer = Explainer(resources, loading.rows(database, [word.upper()]))
    found = finding(database, explainer, word)
    if found is not None:
        return [found]
    answers = claim(database, explainer, word)
    if answers:
        return answers
    known = explainer.word(word)
    return [add_counts(known, database)] if known else []
