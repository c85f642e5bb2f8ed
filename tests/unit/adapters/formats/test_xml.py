"""The XML codec: one record for each person, with what connections place there, and nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from adapters.formats.national import NationalRecord, Unreadable
from adapters.formats.xml import Form, XmlCodec
from adapters.formats.xml_source import CHUNK_BYTES, Limits
from contracts.errors import Code

FORM = Form(
    namespace="urn:x",
    root="Messages",
    message="Message",
    subject="Person",
    things=("Alert", "Person", "Document", "Place"),
    repeats=frozenset({"Document", "Person/Name"}),
    once=frozenset({"Alert"}),
    link="Link",
    ends=("from", "to"),
)
CODEC = XmlCodec(FORM)


def wrapped(*messages: str) -> bytes:
    inside = "".join(f"<Message>{one}</Message>" for one in messages)
    return f'<Messages xmlns="urn:x">{inside}</Messages>'.encode()


def read(data: bytes, codec: XmlCodec = CODEC) -> list[NationalRecord | Unreadable]:
    return list(codec.read(data))


def fields(data: bytes, codec: XmlCodec = CODEC) -> list[dict[str, str]]:
    return [dict(one.fields) for one in read(data, codec) if isinstance(one, NationalRecord)]


def faults(data: bytes, codec: XmlCodec = CODEC) -> list[tuple[int, Code, str]]:
    return [(one.line, one.finding.code, one.finding.rule) for one in read(data, codec) if isinstance(one, Unreadable)]


def limited(**limits: int) -> XmlCodec:
    return XmlCodec(replace(FORM, limits=Limits(**limits)))


def test_elements_and_attributes_are_named_by_path() -> None:
    """Numbers stand where the form numbers, or from the second of a name on; attributes stand behind an at sign."""
    person = '<Person><Name t="a">x</Name><Name>y</Name><Town>A</Town><Town>B</Town></Person>'
    assert fields(wrapped(person)) == [
        {
            "Person/Name[1]/@t": "a",
            "Person/Name[1]": "x",
            "Person/Name[2]": "y",
            "Person/Town": "A",
            "Person/Town[2]": "B",
        }
    ]


def test_empty_elements_keep_numbers_without_gap() -> None:
    """An element that says nothing is a field that is empty."""
    assert fields(wrapped("<Person><Name/><Name>y</Name></Person>")) == [{"Person/Name[1]": "", "Person/Name[2]": "y"}]


def test_text_beside_elements_is_a_field() -> None:
    """Stray text is kept at the path of the element around it, in a message as well."""
    (found,) = fields(wrapped("one<Person>two<Town>A</Town>three</Person>"))
    assert found == {"Message": "one", "Person/Town": "A", "Person": "two three"}


def test_comments_instructions_and_sections_are_no_text() -> None:
    """What XML does not count as content does not cut a name in two, and a CDATA section is text."""
    person = "<Person><Town>A<!-- x -->B<?y z?>C<![CDATA[<D>]]></Town></Person>"
    assert fields(wrapped(person)) == [{"Person/Town": "ABC<D>"}]


def test_other_namespaces_stand_in_braces() -> None:
    """An element of another namespace, or of none, is never taken for one of the format."""
    person = '<Person xmlns:o="urn:o"><o:Town o:a="1" xml:lang="de">A</o:Town><Town xmlns="">B</Town></Person>'
    assert fields(wrapped(person)) == [
        {
            "Person/{urn:o}Town/@{urn:o}a": "1",
            "Person/{urn:o}Town/@xml:lang": "de",
            "Person/{urn:o}Town": "A",
            "Person/{}Town": "B",
        }
    ]


def test_what_is_said_of_a_message_is_said_of_its_records() -> None:
    """Header, attributes of the message and of the root stand in each record."""
    inside = '<Header><By>Z</By></Header><Person id="a"/><Person id="b"/>'
    data = f'<Messages xmlns="urn:x" r="1"><Message m="2">{inside}</Message></Messages>'.encode()
    shared = {"Messages/@r": "1", "@m": "2", "Header/By": "Z", "Person": ""}
    assert fields(data) == [shared, shared]


def test_a_person_has_what_is_connected_with_it() -> None:
    """Each person is a record with its things, in either direction; what persons share stands with both."""
    things = '<Document id="d"><No>1</No></Document><Document id="e"><No>2</No></Document>'
    links = '<Link from="p" to="d"/><Link from="e" to="q"/><Link from="q" to="d"/>'
    found = fields(wrapped(f'<Person id="p"/><Person id="q"/>{things}{links}'))
    assert found == [
        {"Person": "", "Document[1]/No": "1"},
        {"Person": "", "Document[1]/No": "1", "Document[2]/No": "2"},
    ]


def test_things_follow_things_to_the_nearest_person() -> None:
    """A place of a document goes where the document goes; a chain does not lead through a person."""
    inside = (
        '<Person id="p"/><Person id="q"/><Document id="d"/><Place id="l"><T>x</T></Place>'
        '<Link from="p" to="d"/><Link from="d" to="l"/><Link from="p" to="q"/>'
    )
    first, second = fields(wrapped(inside))
    assert first["Place/T"] == "x"
    assert not any(name.startswith(("Place", "Document")) for name in second)


def test_what_a_connection_says_is_kept_with_the_thing() -> None:
    """Type and evaluation of a connection stand with its thing; where it leads, if the record does not show it."""
    inside = (
        '<Person id="p"/><Person id="q"/><Document id="d"/><Place id="l"/>'
        '<Link from="p" to="d"><Type>a</Type></Link><Link from="q" to="d"><Type>b</Type></Link>'
        '<Link from="d" to="l"><Type>c</Type></Link><Link from="p" to="q"><Type>e</Type></Link>'
    )
    first, second = ({name: text for name, text in one.items() if "/Link" in name} for one in fields(wrapped(inside)))
    chain = {"Place/Link/@from": "d", "Place/Link/@to": "l", "Place/Link/Type": "c"}
    persons = {"Person/Link/@from": "p", "Person/Link/@to": "q", "Person/Link/Type": "e"}
    assert first == {"Document[1]/Link/Type": "a", **chain, **persons}
    assert second == {"Document[1]/Link/Type": "b", **chain, **persons}


def test_what_nobody_is_connected_with() -> None:
    """It belongs to the only person; of several to none, and is kept in the first record under the message."""
    document = '<Document id="d"><No>1</No></Document>'
    assert fields(wrapped(f'<Person id="p"/>{document}')) == [{"Person": "", "Document[1]/No": "1"}]
    assert fields(wrapped(f'<Person id="p"/><Person id="q"/>{document}')) == [
        {"Person": "", "Message/Document[1]/No": "1"},
        {"Person": ""},
    ]


def test_a_hub_of_many_persons_belongs_to_none() -> None:
    """What more than fifty persons share is kept once, and where its connections lead as well."""
    persons = "".join(f'<Person id="p{n}"/><Link from="p{n}" to="d"/>' for n in range(51))
    first, *others = fields(wrapped(f'{persons}<Document id="d"><No>1</No></Document>'))
    assert first["Message/Document[1]/No"] == "1"
    assert first["Message/Document[1]/Link[51]/@from"] == "p50"
    assert all(other == {"Person": ""} for other in others)


def test_a_message_without_a_person_is_one_record() -> None:
    """Things alone make a record, as an alert about a company; nothing at all makes none."""
    assert fields(wrapped('<Document id="d"><No>1</No></Document><Place><T>x</T></Place>')) == [
        {"Document[1]/No": "1", "Place/T": "x"}
    ]
    assert [code for _, code, _ in faults(wrapped("", "<Header/>"))] == [Code.A02_FORMAT] * 2


def test_unknown_things_with_an_id_are_things() -> None:
    """A child of the message that connections can name goes to its person, whatever it is called."""
    inside = '<Person id="p"/><Person id="q"/><Weapon id="w"><K>x</K></Weapon><Link from="w" to="q"/>'
    assert fields(wrapped(inside)) == [{"Person": ""}, {"Person": "", "Weapon/K": "x"}]


@pytest.mark.parametrize(
    ("inside", "accepted"),
    [
        ('<Person id="a"/><Person id="a"/>', 0),
        ('<Person id="a"/><Person id="b"/><Link from="a" to="x"/>', 1),
        ('<Person id="a"/><Person id="b"/><Link from="y" to="x"/>', 0),
        ('<Person id="a"/><Person id="b"/><Link from="a"/>', 1),
        ('<Person id="a"/><Person id="b"/><Link from="a" to="a"/>', 1),
        ('<Person id="a"/><Alert id="x"/><Alert id="y"/>', 0),
        ('<Person id="a"/><Person id="b"/><Document id="d"/><Link from="d" to="x"/><Link from="a" to="d"/>', 1),
    ],
)
def test_ids_and_connections_must_hold(inside: str, accepted: int) -> None:
    """A double id spoils the message, a connection to nothing only the records that it touches."""
    found = read(wrapped(inside, '<Person id="good"/>'))
    assert sum(isinstance(one, NationalRecord) for one in found) == accepted + 1
    assert all(code is Code.A02_FORMAT for _, code, _ in faults(wrapped(inside)))


def test_a_broken_record_costs_itself_alone() -> None:
    """A control character, or a tree too deep, refuses its person; neighbours in the message and behind it stand."""
    deep = "<A>" * 30 + "</A>" * 30
    data = wrapped(
        "<Person id='a'>\n<Town>A\0</Town></Person><Person id='b'/>", f"<Person>{deep}</Person>", "<Person/>"
    )
    assert [(line, code) for line, code, _ in faults(data)] == [(2, Code.A02_FORMAT), (2, Code.A02_FORMAT)]
    assert fields(data) == [{"Person": ""}, {"Person": ""}]


def test_records_before_a_break_stand() -> None:
    """Where the file is no longer XML the rest is refused, with line and byte; what was complete before was read."""
    data = wrapped("<Person/>") + b"\n<x/>"
    assert fields(data) == [{"Person": ""}]
    ((line, code, rule),) = faults(data)
    assert (line, code) == (2, Code.A02_FORMAT)
    assert f"byte {data.index(b'<x/>')}" in rule


def test_bytes_of_another_encoding_end_the_file() -> None:
    """The place is exact, in bytes, and what stands before it was read."""
    data = wrapped("<Person/>", "<Person><Town>\u00e9\u00e9</Town></Person>").replace(b"\xc3\xa9</", b"\xe9</")
    ((line, code, rule),) = faults(data)
    assert (line, code) == (1, Code.A01_ENCODING)
    assert f"byte {data.index(bytes([0xE9, 0x3C]))}" in rule
    assert fields(data) == [{"Person": ""}]


def test_elements_and_text_beside_messages_are_refused() -> None:
    """What stands between messages is nobody's record, and is not passed over."""
    good = b"<Message><Person/></Message>"
    data = b'<Messages xmlns="urn:x">\n' + good + b"\n<Person/>\nx" + good + b"<y/></Messages>"
    assert [line for line, _, _ in faults(data)] == [3, 4, 4]
    assert len(fields(data)) == 2


def test_one_message_may_be_the_whole_file() -> None:
    """A message as the root is a file of its own, and a message inside it is only an element."""
    data = b'<Message xmlns="urn:x"><Person><Message><a/></Message></Person></Message>'
    assert fields(data) == [{"Person/Message/a": ""}]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"attributes": 1}, Code.A02_FORMAT),
        ({"text_characters": 3}, Code.A02_FORMAT),
        ({"depth": 2}, Code.A02_FORMAT),
        ({"record_fields": 2}, Code.A01_SIZE),
        ({"subjects": 0}, Code.A01_SIZE),
        ({"message_bytes": 50}, Code.A01_SIZE),
        ({"message_marks": 5}, Code.A01_SIZE),
        ({"message_fields": 2}, Code.A01_SIZE),
        ({"file_bytes": 50}, Code.A01_SIZE),
    ],
)
def test_limits_refuse(limits: dict[str, int], code: Code) -> None:
    """Each limit refuses what is beyond it, and real records are far below all of them."""
    person = f'<Person a="1" b="2"><Name><T>text</T></Name><Name>2</Name>{" " * CHUNK_BYTES}</Person>'
    data = wrapped(person)
    assert [one for _, one, _ in faults(data, limited(**limits))] == [code]
    assert len(fields(data)) == 1


def test_messages_are_read_across_chunks() -> None:
    """Where the reader cuts its chunks does not show, even within a letter or at the end of a message."""
    for pad in range(CHUNK_BYTES - 60, CHUNK_BYTES - 40):
        data = b'<Messages xmlns="urn:x"><Message><Person>' + b" " * pad + "<Town>\u00e9\u20ac</Town></Person>".encode()
        data += b"</Message><Message><Person/></Message></Messages>"
        assert fields(data) == [{"Person/Town": "\u00e9\u20ac"}, {"Person": ""}]


def test_lines_are_those_of_the_file() -> None:
    """A record says where its person begins and where its last thing does; far into a file about where."""
    (near,) = read(wrapped('\n<Person id="p">\n<Town/></Person>\n<Place id="l"/>'))
    assert isinstance(near, NationalRecord)
    assert (near.line, near.last_line) == (2, 4)
    blank = "\n" * 70_000
    data = wrapped(f'{blank}<Person id="p">\n<Town/></Person>\n<Place id="l"/>')
    (record,) = read(data)
    assert isinstance(record, NationalRecord)
    assert 70_001 <= record.line <= record.last_line <= 70_003


def written(record: Mapping[str, str]) -> str:
    return CODEC.write([record], fields=()).decode()


def test_writing_puts_things_in_order_with_ids_and_connections() -> None:
    """Each record is a message; its things stand in the order of the form, connected with the person."""
    text = written({"Document[1]/No": "1", "Person/Name[1]/@t": "a", "Person/Name[1]": "x", "Alert/No": "7"})
    assert [text.index(part) for part in ("<Alert", "<Person", "<Document", "<Link")] == sorted(
        text.index(part) for part in ("<Alert", "<Person", "<Document", "<Link")
    )
    assert '<Name t="a">x</Name>' in text
    assert text.count("<Link") == 2
    assert fields(text.encode()) == [
        {"Alert/No": "7", "Person/Name[1]/@t": "a", "Person/Name[1]": "x", "Document[1]/No": "1"}
    ]


def test_writing_without_a_person_connects_nothing() -> None:
    """Things alone need no connection to be one record."""
    assert "<Link" not in written({"Document[1]/No": "1", "Place/T": "x"})


def test_what_xml_cannot_hold_cannot_be_written() -> None:
    """Control characters and halves of characters have no place in XML; all others have."""
    assert CODEC.can_write("\u0141\u00f3d\u017a <&> \U0001f600\n")
    assert not any(CODEC.can_write(text) for text in ("\0", "\x1b", "\ud800", "\uffff", "\ufdd0"))
