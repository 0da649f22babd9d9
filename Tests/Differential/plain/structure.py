"""What decides which lines are fields and delimiters at all (RFC 2046 §5.1); everything else is said after it."""

import re

from .mail import boundary, rule, within


@rule("gmime", "email")
def byte_order_mark(mail):
    """Others see no field in a first line with a byte order mark before it, and take the whole header for text. Editors on
    Windows put the mark there; it counts for nothing, and we note it."""
    mail.change("header", lambda item, header: re.sub(rb"\A\xef\xbb\xbf", b"", header))


@rule("gmime", "email")
def boundary_of_two_multiparts(mail):
    """Where an inner multipart has the boundary of one around it, email gives every delimiter to the outer one, so that
    the inner has no part. RFC 2046 §5.1.2 forbids such mail; the innermost that is open takes it for us and for GMime."""
    for index, item in enumerate(mail.items):
        around = [other for other in mail.items[:index] if within(item["header"][0], other["body"])]
        if boundary(item) and any(boundary(other) == boundary(item) for other in around):
            mail.delimit(item, b"inner-%d" % index)


@rule("email")
def boundary_with_eight_bits(mail):
    """email finds no delimiter of a boundary that is not ASCII, and shows no part; GMime does, and so do we."""
    for index, item in enumerate(mail.items):
        if not boundary(item).isascii():
            mail.delimit(item, b"plain-%d" % index)


@rule("gmime")
def message_that_ends_before_a_body(mail):
    """Where a message ends in a header or a delimiter, GMime sees no part behind the delimiter and nothing in a
    message/rfc822; email and we see an empty one, so that people can tell where the message was cut."""
    text = b""
    for piece in mail.pieces:
        text = piece[2] or text
        if piece[0] == "header" and not text.endswith(b"\n"):
            piece[2] += b"\n"
            text = piece[2]
