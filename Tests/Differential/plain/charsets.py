"""Octets as text, in the way that we decode them."""

import re

SAME = {"iso-8859-1": "windows-1252", "gb2312": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}


def known(charset):
    try:
        return b"a".decode(SAME.get(charset, charset)) == "a"
    except LookupError:
        return False


def guessed(octets):
    return octets.decode() if is_utf8(octets) else octets.decode("windows-1252", "replace")


def decoded(octets, charset):
    if not octets:
        return ""
    if charset == "us-ascii" or not known(charset):
        return guessed(octets)
    return octets.decode(SAME.get(charset, charset), "replace")


def is_utf8(octets):
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def clean(text):
    """Text as people are shown it: no control characters."""
    text = re.sub(r"[\t\r\n]", " ", text)
    return re.sub(r"[\x00-\x1f\x7f]", "\ufffd", text)
