"""Address fields that we refuse to read."""

import re

from .mail import Rule, RULES, drop_unread

REFUSED = """ Others guess; we read no address out of such a field, so that nobody is left out or made up in silence: the
verdict then knows no sender."""


def refused(name, construct, sentence):
    """A rule that drops an address field which we refuse because of a construct in it."""
    pattern = re.compile(construct, re.S)

    def drop(mail):
        for field in ("from", "to"):
            drop_unread(mail, field, field.encode(), lambda value: pattern.search(bare(value)))

    RULES.append(Rule(name.replace("_", " "), " ".join((sentence + REFUSED).split()), ("gmime", "email"), drop))


def bare(value):
    """An address field without folds, its quoted strings as `Q` and its comments as a blank."""
    value = re.sub(rb"\r?\n(?=[ \t])", b"", value).strip()
    value = re.sub(rb'"(?:[^"\\]|\\.)*"', b"Q", value)
    for _ in range(3):
        value = re.sub(rb"\((?:[^()\\]|\\.)*\)", b" ", value)
    return value


refused("quote_or_comment_that_does_not_end", rb'["(]|\[[^\]]*(,|\Z)', "A quoted string or a comment without its end.")
refused("bracket_that_does_not_end", rb"<[^>]*(,|\Z)|\A[^<]*>|<[^>]*<", "Angle brackets that are not a pair.")
refused("address_without_domain", rb"<[^@<>]*>|(\A|[,:])[^@<>,]*[^@<>,\s;:][^@<>,]*(\Z|[,;])|@\s*(>|,|;|\Z)",
        "An address without domain, or none at all.")
refused("address_without_local_part", rb"(<|\A|,|:)\s*@[^:]*(>|,|\Z)|(<|\A|[,:])\s*Q@", "An empty local part.")
refused("domain_that_is_none", rb"@[^,>]*(\.\.|\.\s*(>|,|\Z| )|@|\[\])|@[\w.-]+ +[\w.]+", "A domain with an empty label or a second at sign.")
refused("text_after_the_address", rb">[^,;]*[^\s,;]|@[\w.-]+\s+[\w<]", "Text behind an address, which could be another one.")
refused("semicolon_outside_of_a_group", rb"\A[^:]*;|;[^:]*;|:[^;]*:", "Semicolons between addresses, or groups in groups.")
refused("control_character", rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\r(?!\Z)", "A NUL, bare CR or another control character.")
refused("quotes_in_a_local_part", rb"\wQ@", "A local part that is half quoted.")
refused("group_without_name", rb"(\A|,)\s*:", "A group without a name.")
refused("colon_in_brackets", rb"<[^>@]*:[^>]*>", "`mailto:` and the like before an address.")
refused("word_before_an_address", rb"\S\s+[^\s<>]+@[^<>,]*(,|;|\Z)", "A name before an address without brackets.")
refused("address_before_a_group", rb"@[^,;]*:", "An address before the name of a group, its comma forgotten.")
refused("special_in_a_name", rb"[\\\[\]][^@]*<|\\", "A backslash or bracket outside of quotes.")
