"""From bytes to text: UTF-8 first, then by evidence, never by the machine's locale."""

from __future__ import annotations

import codecs

from cardbook.diagnostics import Log, Span

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 1 << 18
"""Bytes that are enough to tell an encoding."""
LIKELY = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1252", "cp1251", "koi8_r", "cp1253")
"""What notes are written in; the other ninety encodings that the library knows only resemble these."""
HINT = "save the file as UTF-8"


class Undecodable(Exception):
    """The bytes are no text; the message says why."""


def decode(data: bytes, name: str, log: Log) -> tuple[str, str]:
    """The text of a file without its byte order mark, and the encoding that it was in.

    Anything but sound UTF-8 or a byte order mark is reported. Raises `Undecodable` for what is no text.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _lenient(data[len(bom) :], encoding, name, log), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data, name, log)
    if text.count("\0") > 0.2 * len(text):
        return _wide(data, name, log)
    return text, "utf-8"


def _guess(data: bytes, name: str, log: Log) -> tuple[str, str]:
    if _is_damaged_utf8(data):
        return _lenient(data, "utf-8", name, log), "utf-8"
    if b"\0" in data[:SAMPLE]:
        return _wide(data, name, log)
    encoding = _detect(data)
    log.info("encoding-guessed", Span(name), f"not UTF-8; read as {encoding}", HINT)
    return _lenient(data, encoding, name, log), encoding


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is sound UTF-8, so that the rest is damage."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for character in text if character > "\x7f") - broken
    return sound > 4 * broken


def _wide(data: bytes, name: str, log: Log) -> tuple[str, str]:
    """UTF-16 without its mark: of the two byte orders, the one that gives mostly letters."""
    best, encoding = max((_readable(data[:SAMPLE], name), name) for name in ("utf-16-le", "utf-16-be"))
    if best < 0.9:
        raise Undecodable("a binary file, not text")
    log.info("encoding-guessed", Span(name), f"not UTF-8; read as {encoding}", HINT)
    return _lenient(data, encoding, name, log), encoding


def _readable(data: bytes, encoding: str) -> float:
    """The share of characters that a note would hold: ASCII text, CJK and its punctuation."""
    text = data[: len(data) // 2 * 2].decode(encoding, "replace")
    likely = sum(_likely(character) for character in text)
    return likely / max(len(text), 1)


def _likely(character: str) -> bool:
    return (
        " " <= character <= "~"
        or character in "\t\r\n"
        or "\u3000" <= character <= "\u303f"
        or "\u4e00" <= character <= "\u9fff"
        or "\uff00" <= character <= "\uffef"
    )


def _detect(data: bytes) -> str:
    """GB18030 where it fits without a gap and reads as Chinese, else what charset-normalizer finds."""
    sample = data[: SAMPLE & ~1]
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(sample)
        wide = [character for character in text if character > "\x7f"]
        if wide and sum(map(_likely, wide)) >= 0.9 * len(wide):
            return "gb18030"
    except UnicodeDecodeError:
        pass
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample, cp_isolation=list(LIKELY)).best()
    if best is None:
        raise Undecodable("neither UTF-8 nor any other encoding that reads as text")
    return str(best.encoding)


def _lenient(data: bytes, encoding: str, name: str, log: Log) -> str:
    """Decode, replacing what is broken and saying where the first of it is."""
    text = data.decode(encoding, "replace")
    at = text.find("\ufffd")
    typed = "\ufffd".encode(encoding, "ignore")  # the author may have written the mark itself
    if at >= 0 and (not typed or typed not in data):
        line = text.count("\n", 0, at) + 1
        column = at - text.rfind("\n", 0, at)
        message = f"{text.count(chr(0xFFFD))} places are no valid {encoding}; shown as \ufffd"
        log.warning("encoding-broken", Span(name, line, column), message, HINT)
    return text
