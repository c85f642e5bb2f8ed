"""XML is judged before a parser sees it: encoding, document type, and what the file is at all."""

from __future__ import annotations

import codecs

import pytest

from adapters.formats.xml_source import Fault, Limits, Source
from contracts.errors import Code

BODY = b"<R><M>\xe4</M></R>"


def source(data: bytes) -> Source:
    return Source(data=data, root="R", message="M", encodings=("utf-8", "iso-8859-1", "windows-1252"), limits=Limits())


def texts(data: bytes) -> list[str | None]:
    return [None if isinstance(one, Fault) else one.text for one in source(data).messages()]


def fault(data: bytes) -> Fault:
    (found,) = source(data).messages()
    assert isinstance(found, Fault)
    return found


@pytest.mark.parametrize(
    "declaration",
    [
        b'<?xml version="1.0" encoding="ISO-8859-1"?>',
        b"<?xml version='1.0'  encoding = 'windows-1252' standalone='yes' ?>\n<!-- \xe4 --><?pi \xe4?>\n",
    ],
)
def test_text_is_read_in_the_encoding_that_is_declared(declaration: bytes) -> None:
    """The same byte is a letter in one encoding and a fault in another; nothing is guessed."""
    assert texts(declaration + BODY) == ["\u00e4"]
    assert fault(BODY).code is Code.A01_ENCODING


def test_a_mark_of_utf8_may_stand_before_utf8() -> None:
    """XML allows it, and Windows writes it; before another encoding it is a contradiction."""
    assert texts(codecs.BOM_UTF8 + b"<R><M>\xc3\xa4</M></R>") == ["\u00e4"]
    assert fault(codecs.BOM_UTF8 + b'<?xml version="1.0" encoding="ISO-8859-1"?>' + BODY).code is Code.A01_ENCODING


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", Code.A02_FORMAT, 1),
        (b"   \n\n", Code.A02_FORMAT, 3),
        (b"no markup", Code.A02_FORMAT, 1),
        (b'<?xml version="1.1"?><R/>', Code.A02_FORMAT, 1),
        (b'<?xml encoding="UTF-8"?><R/>', Code.A02_FORMAT, 1),
        (b"<!-- open <R/>", Code.A02_FORMAT, 1),
        (b"</R>", Code.A02_FORMAT, 1),
        (b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><R/>', Code.A01_ENCODING, 1),
        (codecs.BOM_UTF16_LE + "<R/>".encode("utf-16-le"), Code.A01_ENCODING, 1),
        ("<R/>".encode("utf-32-be"), Code.A01_ENCODING, 1),
    ],
)
def test_what_is_no_such_xml_is_refused_at_once(data: bytes, code: Code, line: int) -> None:
    """The first bytes tell, and the finding names the line."""
    found = fault(data)
    assert (found.code, found.line, found.whole_file) == (code, line, True)


@pytest.mark.parametrize(
    "prolog",
    [
        b"<!DOCTYPE R>",
        b"\n<!doctype R>",
        b'<?xml version="1.0"?><!-- a --><?b c?><!DOCTYPE R [<!ENTITY x "y">]>',
        b'<!DOCTYPE R SYSTEM "http://example.invalid/r.dtd">',
    ],
)
def test_a_document_type_never_reaches_the_parser(prolog: bytes) -> None:
    """Whatever it would declare or fetch, the file is refused for having one."""
    assert fault(prolog + b"<R><M>&x;</M></R>").rule == "the file declares a document type"


def test_entities_are_those_of_xml_alone() -> None:
    """The five predefined ones and references to characters are text; others end the file."""
    assert texts(b"<R><M>&lt;&amp;&#228;&#xe4;</M></R>") == ["<&\u00e4\u00e4"]
    assert texts(b"<R><M>1</M><M>&nbsp;</M><M>2</M></R>") == ["1", None]


def test_a_root_of_another_kind_is_refused() -> None:
    """Messages in another root, or in none of this namespace, are not read."""
    assert fault(b"<X><M>1</M></X>").rule == "the root element is not that of this format"
    assert fault(b"<X/>").rule == "the root element is not that of this format"
