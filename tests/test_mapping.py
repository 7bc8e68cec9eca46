"""Mapping files: what they may say, what they become, and how a broken one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi.records import mapping
from edi.resources import CHECKOUT, ResourceError, Resources

CONTRACT = {
    # columns that other floors rely on
    "transaction_set": "id file_id set_code guide sender_id interchange_control group_control transaction_control "
    "reference created_date first_segment last_segment imported duplicate_of",
    "claim": "id transaction_id kind control_number charge_cents place_of_service facility_qualifier frequency "
    "filing_code responsibility relationship payer_name payer_id member_id patient_last billing_npi "
    "billing_tax_id rendering_npi referring_npi facility_npi attending_npi authorization referral "
    "payer_control_number clearinghouse_id statement_from statement_through admission_type "
    "patient_paid_cents",
    "service_line": "id claim_id line_number assigned_number procedure modifier1 modifier4 charge_cents units "
    "place_of_service pointer1 pointer4 revenue_code service_date service_date_end line_control "
    "authorization ndc ndc_quantity ndc_unit",
    "diagnosis": "id position claim_id ordinal qualifier code present_on_admission",
    "claim_code": "id position claim_id qualifier code date date_end amount_cents",
    "note": "id claim_id service_line_id qualifier text",
    "attachment": "id claim_id service_line_id type transmission control_number",
    "other_payer": "id claim_id responsibility payer_name paid_cents adjudication_date",
    "other_adjudication": "id claim_id service_line_id payer_id paid_cents procedure units adjudication_date",
    "other_adjustment": "id position claim_id service_line_id other_payer_id other_adjudication_id group_code "
    "reason_code amount_cents quantity",
    "reference": "id owner owner_id qualifier value",
    "payment": "id transaction_id handling amount_cents method date trace_number trace_origin payer_name payer_id "
    "payee_npi",
    "provider_summary": "id payment_id provider_id charge_cents",
    "remit_claim": "id payment_id line_section control_number status charge_cents paid_cents patient_cents "
    "payer_control_number frequency patient_id insured_id corrected_id received_date",
    "remit_line": "id remit_claim_id payment_id line_number procedure modifier1 charge_cents paid_cents revenue_code "
    "units submitted_procedure submitted_units service_date line_control policy_id apc authorization "
    "allowed_cents",
    "adjustment": "id position payment_id remit_claim_id remit_line_id group_code reason_code amount_cents quantity "
    "id position payment_id remit_claim_id remit_line_id group_code reason_code amount_cents quantity",
    "remark": "id position payment_id remit_claim_id remit_line_id source qualifier code",
    "amount": "id payment_id remit_claim_id remit_line_id qualifier amount_cents",
    "quantity": "id payment_id remit_claim_id remit_line_id qualifier quantity",
    "provider_adjustment": "id position payment_id provider_id fiscal_date reason reference amount_cents",
}


@pytest.fixture(scope="module")
def shapes() -> mapping.Mappings:
    return mapping.load()


def test_tables_have_the_columns_that_others_rely_on(shapes: mapping.Mappings) -> None:
    assert shapes.tables.keys() == CONTRACT.keys()
    for name, columns in CONTRACT.items():
        assert not set(columns.split()) - shapes.tables[name].index.keys(), name


def test_every_column_is_documented(shapes: mapping.Mappings) -> None:
    for table in shapes.tables.values():
        for column in table.columns:
            assert column.label, f"{table.name}.{column.name}"
            assert column.type in ("text", "cents", "int", "number", "date")
            assert (column.type == "cents") == column.name.endswith("_cents"), f"{table.name}.{column.name}"
        assert len(table.index) == len(table.columns)
        assert table.columns[0].name == "id"


def test_private_columns_are_marked(shapes: mapping.Mappings) -> None:
    private = {
        f"{table.name}.{column.name}" for table in shapes.tables.values() for column in table.columns if column.phi
    }
    words = ("_last", "_first", "member_id", "patient_id", "insured_id", "corrected_id", "birth_date", "_sex")
    for table in shapes.tables.values():
        for column in table.columns:
            if column.name.endswith(words) and column.name not in ("rendering_last",):
                assert f"{table.name}.{column.name}" in private


def test_sources_name_loop_element_and_condition(shapes: mapping.Mappings) -> None:
    def source(table: str, column: str) -> str:
        shape = shapes.tables[table]
        return shape.columns[shape.index[column]].source

    assert source("claim", "member_id") == "2010BA NM109 (NM101=IL|IN)"
    assert source("claim", "charge_cents") == "2300 CLM02"
    assert source("remit_line", "service_date") == "2110 DTM02 (DTM01=150|472)"
    assert "2310B NM109" in source("claim", "rendering_npi")
    assert "[837I]" in source("claim", "rendering_npi")
    assert source("service_line", "claim_id") == "id of claim"


def overlaid(folder: Path, name: str, old: str, new: str) -> Resources:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return Resources(folder)


def test_an_office_adds_a_column_in_one_line(tmp_path: Path) -> None:
    line = '<column name="exception_code"'
    own = '<column name="contract_code" at="CN101" label="Contract type"/>\n        ' + line
    shapes = mapping.load(overlaid(tmp_path, "837P.xml", line, own))
    assert "contract_code" in shapes.tables["claim"].index
    assert "contract_code" not in mapping.load().tables["claim"].index


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<column ", "<colum ", "colum"),
        ('at="BPR01"', 'at="BPR1"', "BPR1"),
        ('at="BPR01"', "", "column"),
        ('of="transaction_set"', 'of="nothing"', "no such table: nothing"),
        ('missing="adjustment-without-reason"', 'missing="no-such-rule"', "no such diagnostic: no-such-rule"),
        ('gap="adjustment-gap"', 'gap="no-such-gap"', "no such diagnostic: no-such-gap"),
        ('at="CAS01"', 'at="REF01"', "REF01 is not in CAS"),
        ('table="payment">', ">", "is in no table"),
        ('name="amount_cents" at="BPR02" type="money"', 'name="amount_cents" at="BPR02" type="dollars"', "type"),
        ("</transaction>", "", "835.xml"),
        ('name="method" at', 'name="date" at', "payment.date has another type elsewhere"),
    ],
)
def test_a_broken_mapping_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ResourceError, match=r"835\.xml:\d+: ") as caught:
        mapping.load(overlaid(tmp_path, "835.xml", old, new))
    assert words in str(caught.value)


def test_an_announced_loop_needs_a_table(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="needs a table"):
        mapping.load(overlaid(tmp_path, "835.xml", 'opens="N1" where="1=PR"', 'opens="N1" where="1=PR" announced="N9"'))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE transaction [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE transaction SYSTEM "http://example.invalid/x.dtd">',
        '<!DOCTYPE transaction [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_entities_and_network_are_refused(tmp_path: Path, doctype: str) -> None:
    with pytest.raises(ResourceError, match="DOCTYPE"):
        mapping.load(overlaid(tmp_path, "835.xml", "<!-- 835:", f"{doctype}\n<!-- 835:"))


def test_guides_lead_to_known_sets(shapes: mapping.Mappings) -> None:
    assert shapes.guides["005010X221A1", "835"] == "835"
    assert shapes.guides["004010X098A1", "837"] == "837P"
    assert shapes.guides["005010X223A3", "837"] == "837I"
    assert all(name.startswith(st01) for (_, st01), name in shapes.guides.items())
    assert all(st01 == name for st01, name in shapes.sets.items())
