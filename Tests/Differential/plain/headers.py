"""Header blocks and the text of fields (RFC 5322 §2, §4)."""

import re

from .charsets import guessed, is_utf8
from .mail import WORDED, field_rule, rule, whole_field
from .words import as_word, word_rule


@field_rule(WORDED, "gmime", "email")
def octets_that_are_not_utf8(value):
    """GMime shows octets above 127 that are no UTF-8 as ISO-8859-1, email as U+FFFD; we guess windows-1252."""
    return re.sub(
        rb"[A-Za-z0-9]*[\x80-\xff][A-Za-z0-9(\x80-\xff]*", lambda m: m[0] if is_utf8(m[0]) else as_word(guessed(m[0])), value)


@word_rule("gmime", "email")
def windows_characters_in_latin_1(word):
    """Octets 128 to 159 of a word labelled iso-8859-1: others show control characters; windows-1252 was meant (WHATWG)."""
    return word.charset == "iso-8859-1" and word.octets and re.search(rb"[\x80-\x9f]", word.octets)


@field_rule(WORDED, "email")
def utf8_in_a_field(value):
    """email knows headers of RFC 6532 only from text, and shows surrogates; UTF-8 is what every mail program reads."""
    return re.sub(rb"[A-Za-z0-9]*[\x80-\xff][A-Za-z0-9\x80-\xff]*", lambda m: as_word(guessed(m[0])), value)


@rule("email")
def quoted_mbox_line(mail):
    """email ends the header at `>From `, which delivery agents left there; GMime skips it, and so do we."""
    mail.change("header", lambda item, header: re.sub(rb"(?m)^>From [^\n]*(?:\n|\Z)", b"", header))


@rule("email")
def bare_cr(mail):
    """email ends a line at a bare CR, so that text behind it is a field or a delimiter of its own; servers and GMime do
    not. What only some see is an attack, so a CR ends nothing for us. (It is compared as the octet 0x1F.)"""
    mail.fields(rb"subject", lambda value: re.sub(rb"\r(?!\n)", b"", value))
    mail.change("header", lambda item, header: re.sub(rb"\r+\n", b"\r\n", header))
    mail.change("between", lambda item, text: re.sub(rb"(?m)^(--[^\r\n]*?)[ \t]*\r[ \t\r]*(?=\r?\n)", rb"\1", text))
    for piece in mail.pieces:
        piece[2] = re.sub(rb"\r(?!\r*\n|\Z)", b"\x1f", piece[2])


@rule("email")
def last_line_end_without_closing_delimiter(mail):
    """email takes a line end off the last part of a multipart that is not closed; it belongs to no delimiter."""
    if mail.has_parts and mail.pieces[-1][2] == b"" and mail.pieces[-2][0] == "body":
        mail.pieces[-2][2] += b"\n"


@field_rule(WORDED, "email")
def blanks_at_the_end_of_a_field(value):
    """email keeps blanks at the end of a value, and a fold at its start; nobody sees them."""
    return re.sub(rb"\A\s+", b" ", re.sub(rb"\s+\Z", b"", value))


@rule("email")
def blank_before_the_colon(mail):
    """email ends the header at a field name with a blank behind it; mail servers and GMime read the field, as RFC 5322 §4.5
    demands. A From that others see and we did not would be an attack."""
    mail.change("header", lambda item, header: re.sub(rb"(?m)^([!-9;-~]+)[ \t]+:", rb"\1:", header))


@rule("gmime")
def repeated_fields(mail):
    """GMime takes the last of several fields that may stand once, email the first; so do we, and note the repetition."""
    seen = set()

    def once(item, header):
        seen.clear()
        return ONCE.sub(lambda m: b"" if m[1].lower() in seen or seen.add(m[1].lower()) else m[0], header)

    mail.change("header", once)


ONCE = whole_field(
    rb"from|to|subject|date|message-id|content-type|content-transfer-encoding|content-disposition")


@rule("gmime", "email")
def line_that_is_no_field(mail):
    """GMime skips a line without colon and goes on with the header, email skips a leading blank line's continuation and
    `From ` lines. Else email ends the header there, as mail servers do, and so do we: what follows is text, not fields
    that servers did not see."""
    for piece, below in zip(mail.pieces, mail.pieces[1:]):
        if piece[0] == "header" and piece[1]["header"][1] == piece[1]["body"][0]:
            piece[2] += b"\n"


@field_rule(WORDED, "gmime", "email")
def controls_in_fields(value):
    """GMime keeps tabs and other control characters of a field, and ends it at a NUL; we show tabs as blanks and the
    others as U+FFFD."""
    return without_controls(value)


def without_controls(value):
    value = re.sub(rb"\t|\r(?=[^\n])", b" ", value)
    return re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd".encode(), value)
