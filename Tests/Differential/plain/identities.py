"""Date and Message-ID."""

import re

from .mail import drop_unread, field_rule, rule

DATE = re.compile(
    rb"([a-z]{3,9}\s*,?\s*)?\d{1,2}[\s-]+[a-z]{3,9}[\s-]+\d{2,5}\s+\d{1,2}:\d\d(:\d\d)?(\s*([+-]\d{4}|[a-z]+))?", re.I)


def plain_date(value):
    return re.sub(rb"\s+", b" ", re.sub(rb"\([^()]*\)", b" ", value)).strip()


@rule("gmime", "email")
def date_that_is_none(mail):
    """Others guess a moment from what is no date of RFC 5322 (ISO 8601, `6:02 PM`, half a date); we say none."""
    drop_unread(mail, "date", rb"date", lambda value: not DATE.fullmatch(plain_date(value)) or impossible(plain_date(value)))


def impossible(date):
    return re.search(rb"\b31 Feb|\b0 Nov|\b24:|:6[1-9]\b|:60:| 12026|[+-]\d\d[6-9]\d\b|GMT\+", date)


@field_rule(rb"date", "email")
def comment_in_a_date(value):
    """email reads no date with a comment between its parts; RFC 5322 §4.3 allows them."""
    return re.sub(rb"\s*\([^()]*\)", b"", value)


@field_rule(rb"date", "gmime", "email")
def year_of_three_digits(value):
    """GMime reads no such date; RFC 5322 §4.3 adds 1900."""
    return re.sub(rb" (1\d\d) (?=\d\d:)", lambda m: b" %d " % (int(m[1]) + 1900), value)


@field_rule(rb"date", "gmime", "email")
def leap_second(value):
    """Others read no date with second 60, or another second; RFC 5322 §3.3 allows it, and it is the next minute."""
    return re.sub(rb":(\d\d):60", lambda m: b":%02d:00" % (int(m[1]) + 1), value)


@field_rule(rb"date", "gmime", "email")
def military_zone(value):
    """GMime reads `A` as an hour; RFC 5322 §4.3: one letter was used both ways and means nothing."""
    return re.sub(rb"(:\d\d) [A-IK-Y]\b", rb"\1 -0000", value)


@rule("gmime", "email")
def message_id_without_brackets(mail):
    """Others take a Message-ID without its brackets, or half of one; we take none, and nothing hangs on it."""
    drop_unread(mail, "messageID", rb"message-id", lambda value: not re.search(rb"<[^<>\0]+>", value))


@field_rule(rb"message-id", "gmime", "email")
def text_beside_a_message_id(value):
    """GMime takes text before the brackets for part of it; we take what is in the first pair (RFC 5322 §3.6.4)."""
    if re.fullmatch(rb"\s*<[^<>\s]+>\s*", value):
        return value
    return re.sub(rb"\A.*?(<[^<>]+>).*", lambda m: re.sub(rb"\s", b"", m[1]), value, count=1, flags=re.S)


@field_rule(rb"message-id", "gmime")
def second_at_sign_in_a_message_id(value):
    """GMime ends a Message-ID at a second at sign; an identity is compared octet by octet. (They are compared with `%` in
    its place.)"""
    return re.sub(rb"(<[^<>@]*@)([^<>]*>)", lambda m: m[1] + m[2].replace(b"@", b"%"), value)


@field_rule(rb"message-id", "gmime")
def words_and_dots_in_a_message_id(value):
    """GMime decodes encoded words in a Message-ID, and ends it at a doubled dot; RFC 2047 §5 forbids the first, and an
    identity is compared octet by octet. (They are compared with `%` in the place of `?` and the second dot.)"""
    return value.replace(b"=?", b"=%").replace(b"..", b".%")
