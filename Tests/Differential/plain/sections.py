"""Parameters with charsets and in sections (RFC 2231)."""

import re

from .charsets import decoded, is_utf8, known
from .mail import PARAMETERS, QUOTED, add, field_rule, outside

EXTENDED = re.compile(rb"(\*(?:0\*)?=)(?:([^'\";\s]*)'[^'\";]*')?([^;\"\s]*)(?=\s*(?:;|\Z))")


class Extended:
    """A value of RFC 2231 in one section, as we read it."""

    def __init__(self, match):
        self.charset = (match[2] or b"").decode("latin-1").lower()
        self.octets = re.sub(rb"%([0-9A-Fa-f]{2})", lambda digits: bytes([int(digits[1], 16)]), match[3])
        self.text = decoded(self.octets, self.charset or "us-ascii")


def extended_rule(*readers):
    """A rule that says extended values in UTF-8; its function tells whether one is odd. Values in sections stay."""

    def keep(is_odd):

        def say(match):
            value = Extended(match)
            if not is_odd(value):
                return match[0]
            return match[1] + b"utf-8''" + b"".join(b"%%%02X" % octet for octet in value.text.encode())

        def change(value):
            return value if re.search(rb"\*1\*?\s*=", value) else EXTENDED.sub(say, value)

        add(is_odd, readers, lambda mail: mail.fields(PARAMETERS, change))
        return is_odd

    return keep


@extended_rule("gmime", "email")
def octets_that_mean_nothing_in_a_parameter(value):
    """Others raise an error or show surrogates where `%EB` is no UTF-8; we put U+FFFD."""
    return "\ufffd" in value.text


@extended_rule("gmime", "email")
def ascii_parameter_with_eight_bits(value):
    """`us-ascii''Zo%EB`: others show U+FFFD; the label is a default that nobody chose, so we guess."""
    return value.charset == "us-ascii" and not value.octets.isascii()


@extended_rule("gmime", "email")
def parameter_in_an_unknown_charset(value):
    """Others show U+FFFD, or raise an error, where text in a charset that nobody knows or names is no UTF-8; we guess
    windows-1252."""
    return not known(value.charset) and not is_utf8(value.octets)


@field_rule(PARAMETERS, "email", "gmime")
def sections_without_the_first(value):
    """email reads nothing of `filename*1=x` without a `filename*0`; we and mostly GMime take it for the name, which is better
    than none."""
    if re.search(rb"\*0\*?\s*=|name\*?\s*=", QUOTED.sub(b"", value)):
        return value
    return outside(rb"(name)\*[1-9]\d*(?=\s*=)", rb"\1", value)


@field_rule(PARAMETERS, "email", "gmime")
def blanks_in_an_extended_value(value):
    """Others end a value of RFC 2231 at a blank; we read to the semicolon, as with every value without quotes."""
    return re.sub(rb"(\*=[^\s\";]+)((?:\r?\n)?[ \t][^=\";]*[^\s=\";])(?=\s*(?:;|\Z))",
        lambda m: m[1] + re.sub(rb"[ \t]", lambda blank: b"%%%02X" % blank[0][0], re.sub(rb"\r?\n", b"", m[2])), value)


@field_rule(PARAMETERS, "email", "gmime")
def one_apostrophe_in_an_extended_value(value):
    """`utf-8'name`: others read nothing or leave the charset out; without two apostrophes the whole value is text."""
    return re.sub(rb"(\*=)(utf-8)'([^';]*)(?=\s*(?:;|\Z))", rb"\1\2''\2%27\3", value)


@field_rule(PARAMETERS, "gmime")
def gap_between_sections(value):
    """GMime joins sections of RFC 2231 over a gap; we stop there, as nobody knows what was lost."""
    return value if b"*1" in value.replace(b"*10", b"") else re.sub(rb";\s*(file)?name\*(2|10)=[^;]*", b"", value)


@field_rule(PARAMETERS, "gmime")
def letter_cut_by_a_section(value):
    """GMime gives out octets that are no text where a section of RFC 2231 ends within a letter, and the rest is missing or
    is no percent encoding; we put U+FFFD."""

    def say(match):
        octets = re.sub(rb"%([0-9A-Fa-f]{2})", lambda digits: bytes([int(digits[1], 16)]), match[2] + match[3])
        if is_utf8(octets):
            return match[0]
        return match[1] + b"*=utf-8''" + b"".join(b"%%%02X" % octet for octet in decoded(octets, "utf-8").encode())

    return re.sub(rb"(name)\*0\*=utf-8''([^;\s]*);\s*(?:file)?name\*1\*=([^;\s]*)", say, value)


@field_rule(PARAMETERS, "gmime")
def control_in_a_parameter(value):
    """GMime takes a bare CR for a blank and ends the field at a NUL; we keep both, and make them safe where a name is shown.
    (They are compared as the octet 0x1F.)"""
    return re.sub(rb"\r(?!\n)|\0", b"\x1f", value)


@field_rule(PARAMETERS, "email", "gmime")
def charset_in_a_later_section(value):
    """email drops a second charset in a later section of RFC 2231; only the first may have one, so it is text."""
    return re.sub(rb"(\*[1-9]\d*\*=)utf-8''", rb"\1utf-8%27%27", value)


@field_rule(rb"content-disposition", "email", "gmime")
def empty_file_name(value):
    """An empty `filename` hides the `name` of the Content-Type elsewhere; the name that there is is better than none."""
    value = outside(rb"(?i);\s*filename\s*=\s*(?=;|\Z)", b"", value)
    value = re.sub(rb'(?i);\s*filename\s*=\s*""', b"", value)
    return re.sub(rb"(?i);\s*filename(" + EXTENDED.pattern + rb")", empty_extended, value)


def empty_extended(match):
    """An extended file name of which no text is left, such as one that only switches between alphabets, is empty."""
    return match[0] if Extended(EXTENDED.match(match[1])).text else b""
