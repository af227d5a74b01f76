"""A staff sheet in: checked row by row, recorded as proposals, confirmed at once by the partner's administrator."""

import io
import re
import zipfile
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types of its own

from tests.support.community import Communities, Community

SERVICES = ("partnerships", "oversight")
V1 = "/partnerships/v1"
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = "position,title_en,title_fr,holder,matter,scope,alternate,instrument_kind,instrument,instrument_date"


def sheet(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join((headings, *rows)).encode()


async def sent(here: Community, content: bytes, *, by: str = "coordinator", kind: str = CSV, **query: str) -> Any:
    """What sending the sheet for nscc answers."""
    caller = here.coordinator if by == "coordinator" else here.as_(by)
    return await caller.file(f"{V1}/partners/{here.partners['nscc']}/staff-sheets", content, kind, **query)


async def opened(communities: Communities, *people: str) -> Community:
    here = await communities.open()
    await here.partner("nscc")
    for person in people:
        await here.invite(person)
    return here


def good(here: Community) -> bytes:
    dana, hana = here.persons["dana"], here.persons["hana"]
    return sheet(
        f"dean,Dean,Doyenne,{dana},academic-approval,,associate-dean,policy,HR-7,2026-01-05",
        f"dean,,,{dana},review,,associate-dean,policy,HR-7,2026-01-05",
        f"associate-dean,Associate dean,,{hana},,,,policy,HR-7,2026-01-05",
        "registrar,Registrar,,,registrar,sector:healthcare,,resolution,R-3,2026-02-01",
    )


async def who(here: Community, matter: str) -> Any:
    return await here.coordinator.get(f"{V1}/who-decides", matter=matter, partner="nscc")


async def test_a_sheet_is_tried_dry_then_recorded_then_confirmed_at_once(communities: Communities) -> None:
    here = await opened(communities, "dana", "hana")
    content = good(here)
    tried = (await sent(here, content)).json()
    assert (tried["dry_run"], tried["faults"], tried["rows"]) == (True, [], 4)
    assert (tried["positions"], tried["holders"], tried["responsibilities"]) == (3, 2, 3)
    assert (await here.coordinator.get(f"{V1}/positions"))["items"][1:] == []  # the administrator's, and no other

    recorded = await sent(here, content, dry_run="false")
    told = recorded.json()
    assert (recorded.status_code, told["confirmed"], told["index"]) == (201, False, recorded.headers["index"])
    assert "academic-approval" not in told["unowned"]
    assert "funding" in told["unowned"]
    assert (await who(here, "review"))["status"] == "unconfirmed"

    administrator = here.as_("nscc/authority-administrator")
    inbox = await administrator.get("/oversight/v1/inbox")
    asked = next(one for one in inbox["confirmations"] if one["what"] == "staff-sheet")
    await administrator.post(asked["do"]["path"])
    answer = await who(here, "review")
    assert (answer["status"], answer["position"]["key"]) == ("decided", "nscc/dean")
    assert answer["alternate"]["key"] == "nscc/associate-dean"
    assert answer["position"]["title"] == {"en": "Dean", "fr": "Doyenne"}
    assert (await administrator.get("/oversight/v1/inbox"))["confirmations"] == []


async def test_what_stands_already_is_silence_and_what_differs_is_named(communities: Communities) -> None:
    here = await opened(communities, "dana", "hana")
    await sent(here, good(here), dry_run="false", by="nscc/authority-administrator")
    assert (await who(here, "review"))["status"] == "decided"  # by the administrator's own hand: confirmed at once

    again = await sent(here, good(here), dry_run="false")
    assert (again.status_code, again.json()["unchanged"], again.headers.get("index")) == (200, 6, None)
    assert "nothing to record" in again.json()["next"]
    other = sheet(f"dean,Head of school,,{here.persons['dana']},review,,,policy,HR-7,2026-01-05")
    (difference,) = (await sent(here, other)).json()["differences"]
    assert (difference["row"], difference["column"]) == (2, "title")


async def test_every_wrong_row_is_named_with_what_to_mend_and_nothing_is_recorded(communities: Communities) -> None:
    here = await opened(communities, "dana")
    content = sheet(
        "dean,Dean,,,academic-aproval,,,policy,HR-7,2026-01-05",
        "Head Of School,,,,funding,,,policy,HR-7,2026-01-05",
        f"dean,,,{here.partners['nscc']},,,,policy,HR-7,2026-01-05",
        "dean,,,,funding,sector:,,policy,HR-7,2026-01-05",
        "dean,,,,funding,,nobody,policy,,5 January",
        "dean,,,,fees,,,policy,HR-7,2026-01-05",
        "bursar,,,,fees,,,policy,HR-7,2026-01-05",
    )
    tried = (await sent(here, content)).json()
    named = {(one["row"], one["column"]) for one in tried["faults"]}
    assert named == {
        (2, "matter"), (3, "position"), (4, "holder"), (5, ""), (6, "instrument"), (6, "instrument_date"),
        (8, "matter"),
    }  # fmt: skip
    refused = await sent(here, content, dry_run="false")
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/row-not-right"
    assert len(refused.json()["reasons"]) == len(tried["faults"])
    assert len((await here.coordinator.get(f"{V1}/positions"))["items"]) == 1


async def test_a_workbook_says_the_same_as_its_csv_also_in_french_with_semicolons(communities: Communities) -> None:
    here = await opened(communities, "dana")
    french = "Poste;Titre (fr);Titulaire;Autorisation;Portée;Instrument genre;Instrument numéro;Instrument date"
    cells = ["doyenne", "Doyenne", here.persons["dana"], "funding", "amount:5000", "policy", "HR-7", "2026-01-05"]
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, french.split(";"))
        page.write_row(1, 0, cells)
    csv = "\ufeff" + french + "\r\n" + ";".join(cells) + "\r\n"
    answers = [(await sent(here, packed.getvalue(), kind=XLSX)).json(), (await sent(here, csv.encode())).json()]
    assert answers[0] == answers[1]
    assert (answers[0]["faults"], answers[0]["positions"], answers[0]["responsibilities"]) == ([], 1, 1)


@pytest.mark.parametrize(
    ("content", "kind", "because"),
    [
        (b"", CSV, "empty"),
        (b"position,salary\ndean,1", CSV, "salary"),
        (b"position\ndean", CSV, "no column"),
        (HEADINGS.encode() + b"\n\xff", CSV, "UTF-8"),
        (HEADINGS.encode() + b'\n"dean', CSV, "cannot be read"),
        (HEADINGS.encode() + b"\ndean\x00", CSV, "NUL"),
        (HEADINGS.encode() + b"\n" + b"dean\n" * 301, CSV, "300"),
        (b"PK\x03\x04 no workbook", XLSX, "cannot be read"),
        (b"{}", "application/json", "Content-Type"),
    ],
)
async def test_what_is_no_staff_sheet_is_refused_with_what_to_send(
    communities: Communities, content: bytes, kind: str, because: str
) -> None:
    here = await opened(communities)
    answer = await sent(here, content, kind=kind, dry_run="false")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/sheet-not-readable")
    assert because in answer.json()["detail"]


def claiming(cells: str) -> bytes:
    """A workbook of a few kilobytes whose first sheet holds these cells."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as workbook:
        workbook.add_worksheet().write_row(0, 0, HEADINGS.split(","))
    again = io.BytesIO()
    with zipfile.ZipFile(packed) as read, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            content = read.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{cells}</sheetData>".encode(), content)
            written.writestr(name, content)
    return again.getvalue()


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        '<row r="1">' + "<c><v>1</v></c>" * 300_000 + '</row><row r="5000"><c r="A5000"><v>1</v></c></row>',
    ],
    ids=["far away", "far away and oddly spaced", "wide without saying so"],
)
async def test_a_workbook_that_would_fill_the_memory_is_refused_and_ends_nothing_else(
    communities: Communities, cells: str
) -> None:
    here = await opened(communities)
    answer = await sent(here, claiming(cells), kind=XLSX)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/sheet-not-readable")
    assert (await sent(here, sheet("dean,,,,,,,policy,HR-7,2026-01-05"))).status_code == 200


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "0206-09-01", "9999-12-31"])
async def test_a_year_nobody_means_is_named_as_a_wrong_cell(communities: Communities, since: str) -> None:
    here = await opened(communities)
    row = f"dean,{since},policy,HR-7,2026-01-05"
    content = sheet(row, headings="position,since,instrument_kind,instrument,instrument_date")
    assert [one["column"] for one in (await sent(here, content)).json()["faults"]] == ["since"]
    assert (await sent(here, content, dry_run="false")).status_code == 422


async def test_another_partner_s_administrator_records_and_confirms_no_sheet_here(
    communities: Communities,
) -> None:
    here = await opened(communities, "dana", "hana")
    await here.partner("health")
    other = "health/authority-administrator"
    assert (await sent(here, good(here), by=other, dry_run="false")).status_code == 403
    assert (await sent(here, good(here), by=other)).status_code == 403
    recorded = (await sent(here, good(here), dry_run="false")).json()
    path = f"{V1}/partners/{{}}/staff-sheets/{recorded['sheet']}/confirm"
    assert (await here.as_(other).refused(403, path.format(here.partners["nscc"])))["type"]
    problem = await here.as_(other).refused(404, path.format(here.partners["health"]))
    assert problem["type"] == "/problems/no-such-sheet"
