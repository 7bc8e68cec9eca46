"""edi show and edi codes: readable, masked, and never stopped by a damaged file."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from edi.cli.show import show
from edi.conformance import Privacy, check_file
from edi.conformance.source import Pieces
from edi.resources import Resources
from edi.show.claimform import ClaimForm
from edi.show.find import RemitClaim, claims
from edi.show.labels import Labels
from edi.show.listing import Listing
from edi.show.places import Placer
from edi.show.remittance import Remittance
from tests.conformancefiles import CLAIM, REMITTANCE, corpus_files, edit

RESOURCES = Resources()
SECRETS = ("SECRETNAME", "MEMBER777", "19580704", "1 FICTION ST", "75001~")


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(show, [str(argument) for argument in arguments], input=stdin)


def listing(text: str, reveal: bool = False) -> list[str]:
    places = Placer(io.BytesIO(text.encode()), RESOURCES)
    return list(Listing(Labels(RESOURCES), Privacy(RESOURCES, reveal)).lines(places))


def paper(text: str, number: str, reveal: bool = False) -> str:
    labels, privacy = Labels(RESOURCES), Privacy(RESOURCES, reveal)
    lines = []
    for found in claims(Pieces(io.BytesIO(text.encode())), number):
        view = Remittance(labels, privacy) if isinstance(found, RemitClaim) else ClaimForm(labels, privacy)
        lines += [*view.lines(found)]  # type: ignore[arg-type]
    return "\n".join(lines)


@pytest.fixture
def remit(tmp_path: Path) -> Path:
    path = tmp_path / "remit.835"
    path.write_text(REMITTANCE)
    return path


def test_every_segment_is_there_with_its_loop_and_names() -> None:
    lines = listing(CLAIM)
    numbers = [int(line[:6]) for line in lines if line[:6].strip()]
    assert numbers == list(range(1, 31))
    headings = [line.strip() for line in lines if re.match(r" +(1000|2\d\d\d)[A-Z]* ", line)]
    assert headings[:4] == ["1000A Submitter Name", "1000B Receiver Name", "2000A Billing Provider Hierarchical Level",
                            "2010AA Billing Provider Name"]  # fmt: skip
    text = "\n".join(lines)
    assert re.search(r"01-2 +Procedure Code +78452 +SPECT perfusion, several studies", text)
    assert re.search(r"05-1 +Place of Service Code +11 +Office", text)
    assert re.search(r"03 +Service Date +20260305 +2026-03-05", text)
    assert re.search(r"01-2 +Diagnosis Code +R0789 +Other chest pain", text)


def test_loops_are_indented_below_each_other() -> None:
    lines = listing(CLAIM)
    depth = {
        line.split()[0]: len(line) - len(line.lstrip())
        for line in lines
        if line.startswith("       ") and line.split()[0] in ("2000A", "2000B", "2300", "2400")
    }
    assert depth["2000A"] < depth["2000B"] < depth["2300"] < depth["2400"]


def test_a_second_line_opens_its_loop_again() -> None:
    text = edit("SE*26*0001~", "LX*2~\nSV1*HC:A9500*240*UN*2***1~\nDTP*472*D8*20260305~\nSE*29*0001~")
    assert sum(line.strip() == "2400 Service Line Number" for line in listing(text)) == 2


@pytest.mark.parametrize("text", [CLAIM, REMITTANCE])
def test_patients_are_masked(text: str) -> None:
    masked = "\n".join(listing(text)) + paper(text, "ACCOUNT1")
    for secret in SECRETS:
        assert secret not in masked
    assert "EXAMPLE HEALTH PLAN" in masked
    assert "ACCOUNT1" in masked
    assert "hidden" in masked
    open_text = "\n".join(listing(text, reveal=True)) + paper(text, "ACCOUNT1", reveal=True)
    assert "SECRETNAME" in open_text
    assert "hidden" not in open_text


def test_raw_is_the_file_again(remit: Path) -> None:
    assert run(remit, "--raw", "--phi").output == REMITTANCE
    assert "SECRETNAME" not in run(remit, "--raw").output


def test_one_segment_with_context(remit: Path) -> None:
    lines = run(remit, "--segment", "16", "--context", "1").output.splitlines()
    assert lines[0].startswith("2000 ")
    assert lines[2].startswith("2110 ")
    assert lines[3].split()[0] == "15"
    assert lines[4].split()[:2] == ["16", "SVC"]
    assert lines[-1].split()[0] == "17"


def test_a_remittance_on_paper() -> None:
    text = paper(REMITTANCE, "account1")
    assert re.search(r"1 +2026-03-05 +93015 +1 +210\.00 +115\.00 +23\.00 +95\.00 +92\.00", text)
    assert re.search(r"CO-45 +95\.00 +Charge above allowed fee", text)
    assert re.search(r"PR-2 +23\.00 +Coinsurance", text)
    assert "Trace number           TRACE1" in text
    assert "Place of service       11 Office" in text
    assert "do not add up" not in text
    assert paper(REMITTANCE, "PAYERCLAIM1") == text


def test_section_that_begins_inside_a_claim_leaves_it_its_lines() -> None:
    inside = REMITTANCE.replace("NM1*QC*", "LX*2~\nNM1*QC*")
    assert inside != REMITTANCE
    assert paper(inside, "account1") == paper(REMITTANCE, "account1")


def test_what_does_not_add_up_is_said() -> None:
    assert "do not add up: 10.00" in paper(edit("CAS*CO*45*95~", "CAS*CO*45*85~", REMITTANCE), "ACCOUNT1")
    assert "add up to 1,440.00" in paper(edit("SV1*HC:78452*1450", "SV1*HC:78452*1440"), "ACCOUNT1")


def test_provider_adjustments_name_the_claim() -> None:
    text = paper(
        edit("SE*19*0001~", "PLB*1234567893*20261231*L6:PAYERCLAIM1*-13*WO:PAYERCLAIM12*5~\nSE*20*0001~", REMITTANCE),
        "ACCOUNT1",
    )
    assert re.search(r"L6 +-13\.00 +PAYERCLAIM1 .*<- this claim", text)
    assert re.search(r"WO +5\.00 +PAYERCLAIM12 +Overpayment recovery[^<]*$", text, re.MULTILINE)


def test_a_claim_form() -> None:
    text = paper(CLAIM, "ACCOUNT1")
    assert "Professional claim ACCOUNT1" in text
    assert re.search(r"1 +2026-03-05 +11 +78452 +1 +1 +1,450\.00", text)
    assert re.search(r"First diagnosis +R0789  Other chest pain", text)
    assert re.search(r"Billed as +Primary payer, CI Commercial insurance", text)


def test_two_claims_of_one_number_and_none(remit: Path) -> None:
    twice = REMITTANCE + REMITTANCE.replace("000000011", "000000012")
    assert paper(twice, "ACCOUNT1").count("Trace number") == 2
    result = run(remit, "--claim", "OTHER")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "There is no claim OTHER" in result.stderr
    assert run(remit, "--segment", "999").exit_code == 1


def test_gz_zip_entries_and_stdin(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.gz", "wt") as file:
        file.write(CLAIM)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.837", CLAIM)
        archive.writestr("b.835", REMITTANCE)
    assert run(tmp_path / "a.gz", "--raw", "--phi").output == CLAIM
    assert run(f"{tmp_path}/two.zip!b.835", "--raw", "--phi").output == REMITTANCE
    assert run("-", "--raw", "--phi", stdin=CLAIM.encode()).output == CLAIM
    refused = run(tmp_path / "two.zip")
    assert refused.exit_code == 2
    assert "two.zip!a.837" in refused.output
    assert run(tmp_path / "two.zip", "--claim", "ACCOUNT1").output.count("ACCOUNT1") >= 2


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF-1.7"), ("a.835", b""), ("a.zip", b"PK\3\4no")])
def test_what_is_no_x12_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name)
    assert result.exit_code == 2
    assert "Error: " in result.output
    assert run(tmp_path / "missing.835").exit_code == 2


def test_damage_falls_back_to_plain_segments() -> None:
    lines = listing(edit("NM1*IL*1*", "NM1*QQ*1*") + "JUNK*1~")
    assert any("(not expected here)" in line for line in lines)
    assert lines[-1].split() == ["01", "9", "hidden"]
    unknown = listing(CLAIM.replace("005010X222A1", "005010X224A2"))
    assert any("(no names for guide 005010X224A2)" in line for line in unknown)
    assert sum("78452" in line for line in unknown) == 1


def test_a_piece_of_anything_is_masked() -> None:
    """A stray terminator inside a name makes a segment of what follows it."""
    text = edit("SECRETNAME*JAN*", "SECRET~NAME JAN*SECRETNAME*JAN*")
    shown = "\n".join(listing(text))
    assert "SECRETNAME" not in shown
    assert "NAME JAN" not in shown
    assert "(not expected here)" in shown


def test_an_answer_as_a_whole(remit: Path) -> None:
    lines = REMITTANCE.splitlines(keepends=True)
    remit.write_text("".join([*lines[:15], "CAS*CO*45*118~\n", *lines[20:]]).replace("SE*19", "SE*15"))
    text = run(remit, "--claim", "ACCOUNT1").output
    assert "answered as a whole" in text
    assert re.search(r"claim CO-45 +118\.00", text)


def test_head_is_quiet(remit: Path) -> None:
    """A reader that goes away ends the command without a word."""
    remit.write_text(REMITTANCE * 400)
    command = [sys.executable, "-c", "from edi.cli.show import show; show(prog_name='show')", str(remit)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_the_corpus_can_be_shown(shared: Path) -> None:
    """Every file of others, segment by segment; every one of its claims on paper; nothing raises."""
    labels, privacy = Labels(RESOURCES), Privacy(RESOURCES)
    for path in corpus_files(shared):
        if path.stat().st_size > 200_000:
            continue
        data = path.read_bytes()
        places = list(Placer(io.BytesIO(data), RESOURCES))
        assert sum(1 for _ in Pieces(io.BytesIO(data))) == len(places)
        assert not any("could not place" in place.note for place in places), path.name
        assert list(Listing(labels, privacy).lines(places))
        numbers = {
            place.piece.elements[1]
            for place in places
            if place.piece.elements[0] in ("CLM", "CLP") and len(place.piece.elements) > 1
        }
        for number in sorted(numbers)[:20]:
            found = list(claims(Pieces(io.BytesIO(data)), number))
            assert found, path.name
            for one in found:
                view = Remittance(labels, privacy) if isinstance(one, RemitClaim) else ClaimForm(labels, privacy)
                assert list(view.lines(one))  # type: ignore[arg-type]


def test_help_ends_with_an_example() -> None:
    assert "Example:\n    edi show" in run("--help").output


def test_random_damage_stops_nothing() -> None:
    """Bytes changed, cut, doubled and shuffled: checked, listed and put on paper all the same."""
    random = Random(20261121)
    labels = Labels(RESOURCES)
    for _ in range(150):
        data = bytearray((CLAIM if random.random() < 0.5 else REMITTANCE).encode())
        for _ in range(random.randint(1, 8)):
            at = random.randrange(len(data))
            kind = random.randrange(5)
            if kind == 0:
                data[at] = random.choice(b"~*:^ \n\0A1|ISAGSTECLP\xff")
            elif kind == 1:
                del data[at : at + random.randint(1, 40)]
            elif kind == 2:
                data[at:at] = data[random.randrange(len(data)) :][: random.randint(1, 60)]
            elif kind == 3:
                data[at:at] = b"*" * random.randint(1, 30)
            else:
                segments = bytes(data).split(b"~")
                random.shuffle(segments)
                data = bytearray(b"~".join(segments))
            data = data or bytearray(b"ISA")
        report = check_file("x", io.BytesIO(data), RESOURCES)
        places = list(Placer(io.BytesIO(data), RESOURCES))
        assert len(places) == report.segments
        listing = Listing(labels, Privacy(RESOURCES))
        assert len(list(listing.lines(places))) >= len(list(listing.raw(places)))
        for number in ("ACCOUNT1", ""):
            for found in claims(Pieces(io.BytesIO(data)), number):
                view = Remittance if isinstance(found, RemitClaim) else ClaimForm
                assert list(view(labels, Privacy(RESOURCES)).lines(found))  # type: ignore[arg-type]
