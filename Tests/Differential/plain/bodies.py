"""Bodies of leaves: transfer encodings, line ends, and messages that we do not look into."""

import base64
import re

from .mail import add, field_rule, rule


def body_rule(encoding, *readers):
    """A rule that changes the bodies of leaves in that transfer encoding; its function gives the plainer body."""

    def keep(function):

        def change(mail):
            mail.change("body", lambda item, body: function(body) if encoding_of(mail, item) == encoding else body)

        add(function, readers, change)
        return function

    return keep


def encoding_of(mail, item):
    """The transfer encoding that the first such field of the leaf names."""
    header = next(piece[2] for piece in mail.pieces if piece[0] == "header" and piece[1] is item)
    found = re.search(rb"(?im)^content-transfer-encoding[ \t]*:((?:[^\n]*\n[ \t])*[^\n]*)", header)
    return (re.sub(rb"\([^()]*\)", b"", found[1]).strip().lower() if found else b"")


@field_rule(rb"content-transfer-encoding", "gmime", "email")
def text_after_the_encoding(value):
    """Others do not know an encoding with a comment, semicolon or word behind it; RFC 2045 §6.1 allows comments, and mail
    with the rest exists."""
    return re.sub(rb"\A\s*([\w-]+)[\s;,].*", rb" \1", re.sub(rb"\([^()]*\)", b" ", value), flags=re.S)


@field_rule(rb"content-transfer-encoding", "gmime", "email")
def uuencode(value):
    """Others decode uuencode where the header names it; it never was a standard of mail, and we only name it."""
    return re.sub(rb"(?i)\A\s*((x-)?uu\w+)", rb" x-was-\1", value)


@body_rule(b"quoted-printable", "gmime", "email")
def broken_escape_in_quoted_printable(body):
    """Of an `=` that no two hex digits follow others drop something, or join what is behind it; it stays as it is."""
    return re.sub(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t\r]*\Z)", b"=3D", body)


@body_rule(b"quoted-printable", "gmime", "email")
def blanks_at_line_ends_of_quoted_printable(body):
    """Others keep blanks at the end of a line or of the body; RFC 2045 §6.7 rule 3: they were added on the way."""
    body = re.sub(rb"([ \t]*)=[ \t\r]*\Z", lambda match: b"".join(b"=%02X" % blank for blank in match[1]), body)
    return re.sub(rb"[ \t]+(?=\r?\n|\Z)", b"", body)


def canonical(body):
    """Base64 as we read it: foreign characters are skipped, padding ends a run, a lone character is dropped."""
    content = b""
    for run in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", body)):
        run = run[:-1] if len(run) % 4 == 1 else run
        content += base64.b64decode(run + b"=" * (-len(run) % 4))
    return base64.encodebytes(content)


@body_rule(b"base64", "gmime", "email")
def base64_behind_padding(body):
    """GMime stops at the padding; joined texts in one body are common enough that we go on with a new run."""
    return canonical(body) if re.search(rb"=\s*[A-Za-z0-9+/=]", body) else body


@body_rule(b"base64", "gmime", "email")
def foreign_characters_in_base64(body):
    """RFC 2045 §6.8: characters outside of the alphabet are skipped. email gives the whole body undecoded for some."""
    return canonical(body) if re.search(rb"[^A-Za-z0-9+/=\s]", body) else body


@body_rule(b"base64", "gmime", "email")
def base64_without_padding(body):
    """Others drop the last octets, or give up, where padding is missing; what is there can be read."""
    return body if len(re.sub(rb"\s", b"", body)) % 4 == 0 else canonical(body)


@rule("gmime")
def line_end_of_another_kind_before_a_delimiter(mail):
    """GMime takes as many octets off a part's end as the delimiter's own line end has; the line end before a delimiter
    belongs to it as it is (RFC 2046 §5.1.1)."""
    for piece in mail.pieces:
        if piece[0] == "between":
            piece[2] = re.sub(rb"\A\r?\n(--[^\n]*?)(\r?\n)", rb"\2\1\2", piece[2])
            piece[2] = re.sub(rb"\A(\r\n--[^\n]*)\Z", rb"\1\r\n", piece[2])


OPAQUE = b"application/x-message-"


def hide(mail, types):
    """Gives messages that we do not look into a type into which nobody looks."""
    for piece in mail.pieces:
        if piece[0] == "header" and piece[1]["kind"] == "leaf" and re.fullmatch(types, piece[1]["type"]):
            named = re.sub(rb"(?im)^(content-type[ \t]*:[^;]*?)message\s*/\s*", rb"\1" + OPAQUE, piece[2], count=1)
            has_type = re.search(rb"(?im)^content-type[ \t]*:", piece[2])
            piece[2] = named if has_type else b"Content-Type: " + OPAQUE + b"rfc822\n" + piece[2]


@rule("gmime", "email")
def message_that_is_encoded(mail):
    """Others look into a message/rfc822 with a transfer encoding, decoded or not; RFC 2046 §5.2.1 forbids that, and a
    signature inside would be over bytes that nobody sees."""
    hide(mail, "message/(rfc822|global)")


@rule("gmime", "email")
def message_of_another_type(mail):
    """GMime looks into message/news, email into every message type; only rfc822 and global are messages for us."""
    hide(mail, "message/(?!rfc822$|global$).*")
