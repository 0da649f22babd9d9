"""Media types, dispositions and their parameters (RFC 2045 §5.1, RFC 2183)."""

import re

from .charsets import guessed
from .mail import PARAMETERS, QUOTED, field_rule, outside

TYPE = re.compile(rb"\s*(?:\([^()]*\)\s*)*([\w.+-]+)\s*/\s*([\w.+-]+)", re.S)


@field_rule(rb"content-type", "gmime", "email")
def media_type_that_is_none(value):
    """GMime makes application/octet-stream of a Content-Type that it cannot read, or an empty word; RFC 2045 §5.2 and
    email say text/plain."""
    return value if TYPE.match(value) else b"text/plain"


@field_rule(PARAMETERS, "gmime", "email")
def comment_among_parameters(value):
    """GMime takes comments for part of the word beside them; RFC 2045 §5.1 allows them everywhere."""
    return outside(rb"(?<!\n)[ \t]*\([^()]*\)(?=\s*(?:;|\Z|[\w*]+\s*=|\w+/))", b" ", value)


@field_rule(PARAMETERS, "gmime", "email")
def stray_text_among_parameters(value):
    """GMime reads no parameter behind a stray word or an empty one; a boundary that counts for others would be lost."""
    value = re.sub(rb'("[^"]*")[^;"]+"(?=\s*;)', rb"\1", value)
    return outside(rb";[^=;]*(?=;|\Z)", b"", value)


@field_rule(PARAMETERS, "gmime", "email")
def forgotten_semicolon(value):
    """GMime reads no parameter that has no semicolon before it; other programs do, so the parts would be hidden here."""
    return outside(rb'(?<=[\w"\'])\s+(?=[\w*]+\s*=)', b"; ", value)


@field_rule(rb"content-type", "email")
def comment_or_blank_in_a_media_type(value):
    """email does not know a media type with blanks around its slash, a comment, or a second slash; RFC 2045 §5.1 allows the
    first two, and of the third the first two words are clear. text/plain would hide the parts."""
    return re.sub(TYPE.pattern + rb"[^;\"=]*(?:--=[^;\"=]*)?(?=;|\Z)", rb" \1/\2", value, count=1, flags=re.S)


@field_rule(rb"content-disposition", "gmime", "email")
def disposition_without_type(value):
    """GMime takes the first parameter for the type; a file name is still one, and a part without a type is shown."""
    return re.sub(rb"^\s*(?=[\w*]+=)", b" ; ", value)


@field_rule(rb"content-disposition", "gmime", "email")
def text_behind_a_disposition(value):
    """Others take stray text for part of the type; `attachment x` is an attachment."""
    return re.sub(rb"\A(\s*[\w-]+)\s+[^\s;=\"][^;=\"]*(?=;|\Z)", rb"\1", value)


@field_rule(rb"content-type", "gmime")
def boundary_that_ends_in_blanks(value):
    """GMime keeps blanks at a boundary's end; RFC 2046 §5.1.1 says that there are none, and blanks behind a delimiter are
    padding."""
    return re.sub(rb'(?i)(boundary\s*=\s*"[^"]*?)\s+"', rb'\1"', value)


@field_rule(PARAMETERS, "gmime", "email")
def quoted_value_that_does_not_end(value):
    """GMime keeps the opening quote as text; we read to the end of the field."""
    return value.rstrip() + b'"' if re.search(rb'"', QUOTED.sub(b"", value)) or open_quote(value) else value


def open_quote(value):
    last = [match[0] for match in QUOTED.finditer(value)][-1:]
    return bool(last) and (len(last[0]) == 1 or not re.fullmatch(rb'"(?:[^"\\]|\\.)*"', last[0], re.S))


@field_rule(PARAMETERS, "email")
def backslash_before_a_closing_quote(value):
    """email takes the quote of `"b\\\\"` for an escaped one when a semicolon follows, and loses the parameters up to the
    next quote; the backslash itself is escaped (RFC 5322 §3.2.4)."""
    return re.sub(rb'(;\s*[\w*-]+\s*=\s*"(?:[^"\\]|\\.)*\\\\")(\s*;.*)', rb"\2\1", value, flags=re.S)


@field_rule(PARAMETERS, "gmime", "email")
def octets_that_are_not_utf8_in_a_parameter(value):
    """email shows U+FFFD, GMime takes them for ISO-8859-1; we guess windows-1252, as in every field."""
    return re.sub(rb"[^;]*[\x80-\xff][^;]*", lambda match: guessed(match[0]).encode(), value)


@field_rule(PARAMETERS, "gmime", "email")
def repeated_parameter(value):
    """Of two parameters of one name the first counts for us, and the form of RFC 2231 before the plain one; GMime takes
    the one or the other."""
    for name in (b"boundary", b"charset", b"filename", b"name", b"protocol"):
        if re.search(rb"(?i)\b" + name + rb"\*=", value):
            value = outside(rb"(?i);\s*" + name + rb"\s*=[^;]*", b"", value)
        for _ in range(3):
            value = outside(rb"(?is)\A(.*;\s*(" + name + rb"\*?\d*\*?)\s*=[^;]*.*);\s*\2\s*=[^;]*", rb"\1", value)
    return value


@field_rule(PARAMETERS, "email", "gmime")
def apostrophes_for_quotes(value):
    """email takes apostrophes for the marks of RFC 2231; they are octets like others."""
    return re.sub(rb"=\s*('[^';\"]*')(?=\s|;|\Z)", rb'="\1"', value)


@field_rule(PARAMETERS, "email", "gmime")
def file_name_without_quotes(value):
    """email ends a value without quotes at a comma, `=` or `@`; we read to the blank or semicolon, as was meant."""
    return re.sub(
        rb"(?i)(name=)(=\?[^\s;\"]*\?=|[^\s\";*=]+(?:[,=@\]][^\s\";]*| [^\s\";=]+(?: [^\";=]+)*))(?=\s*(?:;|\Z))", rb'\1"\2"', value)


@field_rule(PARAMETERS, "email")
def blanks_in_a_value_without_quotes(value):
    """email ends a value without quotes at a blank; we and GMime read to the semicolon, because file names are often
    written so. No standard says what the rest is."""

    def quoted(match):
        return match[1] + b'"' + re.sub(rb"\r?\n", b"", match[2]) + b'"'

    return outside(rb'(?<![\w*-])([\w-]+(?:\*\d+)?=)([^\s";*=]+(?:\s+[^\s";=]+)+)(?=\s*(?:;|\Z))', quoted, value)
