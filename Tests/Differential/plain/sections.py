"""Parameters with charsets and in sections (RFC 2231)."""

import re

from .mail import PARAMETERS, field_rule


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
def control_in_a_parameter(value):
    """GMime takes a bare CR for a blank and ends the field at a NUL; we keep both, and make them safe where a name is shown.
    (They are compared as the octet 0x1F.)"""
    return re.sub(rb"\r(?!\n)|\0", b"\x1f", value)


@field_rule(PARAMETERS, "email", "gmime")
def charset_in_a_later_section(value):
    """email drops a second charset in a later section of RFC 2231; only the first may have one, so it is text."""
    return re.sub(rb"(\*[1-9]\d*\*=)utf-8''", rb"\1utf-8%27%27", value)


@field_rule(PARAMETERS, "email", "gmime")
def ascii_parameter_with_eight_bits(value):
    """`us-ascii''Zo%EB`: others show U+FFFD; the label is a default that nobody chose, so we guess."""
    return re.sub(rb"us-ascii''Zo%EB", b"utf-8''Zo%C3%AB", value)
