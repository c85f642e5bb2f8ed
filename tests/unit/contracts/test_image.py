"""A facial image is a plain JPEG: whatever else a file may carry is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from contracts.sections.image import Image
from contracts.sections.jpeg import MAX_IMAGE_BYTES, jpeg_fault
from tests.support.contents import FRAME, JFIF, JPEG, SCAN, segment

START, END = b"\xff\xd8", b"\xff\xd9"


def test_a_plain_jpeg_passes() -> None:
    """Baseline with and without a JFIF header, and progressive with several scans."""
    progressive = START + segment(0xC2, FRAME[4:]) + SCAN + segment(0xC4, bytes(20)) + SCAN + END
    for data in (JPEG, START + FRAME + SCAN + END, progressive):
        assert jpeg_fault(data) is None
    assert Image.of(JPEG).media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", "does not begin", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "does not begin", id="PNG"),
        pytest.param(START, "cut off", id="start alone"),
        pytest.param(START + END, "exactly one picture", id="no picture"),
        pytest.param(START + FRAME + END, "exactly one picture", id="no scan"),
        pytest.param(START + SCAN + END, "exactly one picture", id="no frame"),
        pytest.param(START + FRAME + SCAN + FRAME + SCAN + END, "exactly one picture", id="two pictures"),
        pytest.param(START + FRAME + SCAN, "cut off", id="no end"),
        pytest.param(START + FRAME + SCAN[:4], "cut off", id="cut in a segment"),
        pytest.param(START + b"\xff\xda\x00\x01" + END, "cut off", id="length below two"),
        pytest.param(START + b"\x00\x00" + END, "cut off", id="no marker"),
        pytest.param(START + segment(0xE1, b"Exif\x00\x00") + FRAME + SCAN + END, "metadata", id="EXIF"),
        pytest.param(
            START + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00") + FRAME + SCAN + END, "metadata", id="XMP"
        ),
        pytest.param(START + segment(0xE2, b"ICC_PROFILE\x00") + FRAME + SCAN + END, "metadata", id="profile"),
        pytest.param(START + segment(0xED, b"Photoshop 3.0\x00") + FRAME + SCAN + END, "metadata", id="IPTC"),
        pytest.param(START + segment(0xEE, b"Adobe") + FRAME + SCAN + END, "metadata", id="Adobe"),
        pytest.param(START + segment(0xFE, b"owner") + FRAME + SCAN + END, "metadata", id="comment"),
        pytest.param(START + FRAME + SCAN + segment(0xFE, b"owner") + END, "metadata", id="comment behind the scan"),
        pytest.param(START + segment(0xE0, JFIF[4:-1] + b"\x01") + FRAME + SCAN + END, "thumbnail", id="thumbnail"),
        pytest.param(START + segment(0xE0, b"JFXX\x00" + bytes(9)) + FRAME + SCAN + END, "thumbnail", id="JFXX"),
        pytest.param(START + FRAME + JFIF + SCAN + END, "thumbnail", id="late header"),
        pytest.param(START + segment(0xC9, FRAME[4:]) + SCAN + END, "plain JPEG", id="arithmetic coding"),
        pytest.param(START + segment(0xC0, bytes(9)) + SCAN + END, "no size", id="no size"),
        pytest.param(JPEG + b"x", "behind its end", id="something behind"),
        pytest.param(JPEG + JPEG, "behind its end", id="a second file behind"),
        pytest.param(JPEG + bytes(MAX_IMAGE_BYTES), "128 KiB", id="too large"),
    ],
)
def test_everything_else_is_refused(data: bytes, fault: str) -> None:
    """Metadata, thumbnails, damage, other formats and hidden data each have their own refusal."""
    assert fault in (jpeg_fault(data) or "")


def test_the_largest_image_fits() -> None:
    """128 KiB exactly pass through the model, one byte more does not."""
    room = MAX_IMAGE_BYTES - len(START + FRAME + SCAN + END)
    for extra, fits in ((0, True), (1, False)):
        data = START + FRAME + SCAN + b"\x00" * (room + extra) + END
        assert (jpeg_fault(data) is None) is fits
        if fits:
            assert Image.of(data).content()["data"]


@pytest.mark.parametrize("text", ["", "=", "a+b/", "QQ==", "/9j/4AAQ"])
def test_image_data_has_one_spelling(text: str) -> None:
    """Only base64url without padding is read."""
    with pytest.raises(ValidationError):
        Image(media_type="image/jpeg", data=text)
