"""SMPTE text, compared with an independent count of every frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from vidispine import ApiTypeError, ApiValueError, TimeCode

DROPPED = {"NTSC": 2, "2997:100": 2, "60000:1001": 4, "5994:100": 4}


@pytest.mark.parametrize(
    ("text", "base", "frame"),
    [
        ("00:00:49:09", "PAL", 1234),
        ("01:00:00:00", "PAL", 90000),
        ("10:00:00:24", 25, 900024),
        ("25:00:00:00", "PAL", 2250000),
        ("100:00:00:00", "PAL", 9000000),
        ("-00:00:01:00", "PAL", -25),
        ("01:00:00:00", "NTSC", 108000),
        ("01:00:00;00", "NTSC", 107892),
        ("00:00:59;29", "NTSC", 1799),
        ("00:01:00;02", "NTSC", 1800),
        ("00:10:00;00", "NTSC", 17982),
        ("00:09:59;29", "NTSC", 17981),
        ("-00:01:00;02", "NTSC", -1800),
        ("24:00:00;00", "NTSC", 2589408),
        ("01:00:00;00", "60000:1001", 215784),
        ("00:01:00;04", "60000:1001", 3600),
        ("01:00:00:00", "24000:1001", 86400),
        ("00:00:01:23", "2997:125", 47),
        ("00:00:00:119", 120, 119),
        ("00:00:02:00", 100, 200),
        ("00:00:10:00", 1, 10),
    ],
)
def test_text_and_frame(text: str, base: Any, frame: int) -> None:
    assert TimeCode.from_smpte(text, base) == TimeCode(frame, base)
    assert TimeCode(frame, base).smpte(drop_frame=";" in text) == text


def test_a_point_before_the_frames_is_drop_frame() -> None:
    assert TimeCode.from_smpte("01:00:00.00", "NTSC") == TimeCode("107892@NTSC")


def labels(nominal: int, dropped: int) -> Iterator[str]:
    """Yield what a clock shows at each frame, which skips labels at the start of every minute but the tenth."""
    for minute in range(61):
        for second in range(60):
            for frame in range(nominal):
                if not (minute % 10 and second == 0 and frame < dropped):
                    yield f"{minute // 60:02}:{minute % 60:02}:{second:02}{';' if dropped else ':'}{frame:02}"


@pytest.mark.parametrize("base", ["PAL", "NTSC", "24000:1001", "60000:1001", "2997:100", "5994:100", "NTSC30", 60, 50])
@pytest.mark.parametrize("drop_frame", [False, True])
def test_frames_are_shown_as_they_are_counted(base: Any, drop_frame: bool) -> None:
    if drop_frame and base not in DROPPED:
        with pytest.raises(ApiValueError, match=r"^drop-frame must have a base of 29\.97 or 59\.94 frames per second"):
            TimeCode(1, base).smpte(drop_frame=True)
        with pytest.raises(ApiValueError, match=r"^drop-frame must have"):
            TimeCode.from_smpte("00:00:00;01", base)
        return
    nominal = round(TimeCode(1, base).base.rate)
    for frame, label in enumerate(labels(nominal, DROPPED[base] if drop_frame else 0)):
        # Numbers are skipped at the start of a minute, which others are far from.
        if label[6:8] not in ("00", "59") and frame % 89:
            continue
        assert TimeCode(frame, base).smpte(drop_frame=drop_frame) == label
        assert TimeCode.from_smpte(label, base).samples == frame


@pytest.mark.parametrize("base", ["NTSC", "60000:1001"])
def test_labels_that_drop_frame_skips_do_not_exist(base: str) -> None:
    dropped = DROPPED[base]
    for minute in range(60):
        for frame in range(dropped):
            label = f"01:{minute:02}:00;{frame:02}"
            if minute % 10 == 0:
                assert TimeCode.from_smpte(label, base).smpte(drop_frame=True) == label
                continue
            with pytest.raises(ApiValueError) as caught:
                TimeCode.from_smpte(label, base)
            assert str(caught.value) == (
                f"'{label}' does not exist: drop-frame skips the first {dropped} frames of this minute"
            )


def test_a_time_in_another_base_is_shown_at_the_nearest_frame() -> None:
    assert TimeCode("96000@48000").smpte(base="PAL") == "00:00:02:00"
    assert TimeCode("959@48000").smpte("PAL") == "00:00:00:00"
    assert TimeCode("960@48000").smpte("PAL") == "00:00:00:01"
    assert TimeCode("3600").smpte("NTSC", drop_frame=True) == "01:00:00;00"
    assert TimeCode("-1@50").smpte("PAL") == "00:00:00:00"


@pytest.mark.parametrize("base", [48000, 121, "25:2", "1:2", "121000:1001", "2996:100", "12800"])
def test_the_base_is_a_frame_rate(base: Any) -> None:
    message = "SMPTE must have a base that is a frame rate of at most 120, such as 'PAL' or '24000:1001'"
    for use in (
        lambda: TimeCode(1, base).smpte(),
        lambda: TimeCode("1@PAL").smpte(base),
        lambda: TimeCode.from_smpte("00:00:00:01", base),
    ):
        with pytest.raises(ApiValueError) as caught:
            use()
        assert str(caught.value) == message


NO_SMPTE = (
    "", "10", "00:00:10", "0:00:10:00", "00:0:10:00", "00:00:10:0", "00:60:00:00", "00:00:60:00", "00:00:10:00 ",
    " 00:00:10:00", "00:00:10:00\n", "00;00;10;00", "00:00:10,00", "00:00:10.500", "00:00:10:009", "+00:00:10:00",
    "--00:00:10:00", "\u0660\u0660:00:10:00", "00:00:10:0\uff10", "1234@PAL",
    "9" * 21 + ":00:00:00", "0" * 100_000, "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_SMPTE, ids=lambda text: repr(text[:14]))
def test_what_is_not_smpte_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(
        ApiValueError, match=r"is not SMPTE: must be HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame$"
    ) as caught:
        TimeCode.from_smpte(text, "NTSC")
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("base", "frames"), [("PAL", "25"), ("NTSC", "30"), ("24000:1001", "24"), (120, "120")])
def test_frames_are_below_the_frame_rate(base: Any, frames: str) -> None:
    with pytest.raises(ApiValueError, match=f"does not exist: the frames must be below {frames} at this frame rate"):
        TimeCode.from_smpte(f"00:00:00:{frames}", base)


@pytest.mark.parametrize("text", [None, 1, b"00:00:00:01", TimeCode("1@PAL")])
def test_smpte_is_text(text: Any) -> None:
    with pytest.raises(ApiTypeError, match=f"^SMPTE must be text, not {type(text).__name__}$"):
        TimeCode.from_smpte(text, "PAL")


def test_more_hours_than_samples_can_count_are_refused() -> None:
    with pytest.raises(ApiValueError, match="less than"):
        TimeCode.from_smpte("9" * 20 + ":00:00:00", "PAL")
