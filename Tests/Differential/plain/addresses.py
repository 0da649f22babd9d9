"""From and To (RFC 5322 §3.4)."""

import re

from .mail import ADDRESSES, QUOTED, field_rule, outside
from .words import TOKEN, Word, as_word, say_words, text_of


@field_rule(ADDRESSES, "gmime")
def comment_in_a_name(value):
    """GMime takes a comment between name and address for part of the name; RFC 5322 §3.4 says that it is none."""
    return re.sub(rb"\([^()\"]*\)\s*(?=[^,\"]*<)", b"", value)


@field_rule(ADDRESSES, "gmime", "email")
def dots_in_a_local_part(value):
    """Others read no address where dots are doubled or at an end; Japanese providers gave such addresses out."""
    return re.sub(rb"(?<![\w\"@.])([\w.]*(?:\.\.|\.(?=@)|(?<!\w)\.)[\w.]*)@", rb'"\1"@', value)


@field_rule(ADDRESSES, "gmime", "email")
def special_in_a_phrase(value):
    """Others read no address, or half the name, where brackets or colons stand in a name without quotes; the angle
    brackets alone say what the address is."""
    return re.sub(rb"(\w+ \[\w+\])(?=\s*<)", rb'"\1"', value)


@field_rule(ADDRESSES, "gmime", "email")
def two_comments(value):
    """The last comment after an address is its name for us, the first one for GMime, none for email."""
    return re.sub(rb"(?<=@example.org) \(\w+\) (?=\(\w+\))", b" ", value)


@field_rule(ADDRESSES, "email")
def encoded_word_in_an_address(value):
    """email decodes encoded words in an addr-spec; RFC 2047 §5 forbids them there, and an address must not change."""
    return re.sub(rb"=\?utf-8\?q\?alice\?=(?=@)", b'"=\\\\?utf-8?q?alice?="', value)


@field_rule(ADDRESSES, "gmime", "email")
def comment_in_an_address_as_a_name(value):
    """Others put a blank in the place of a comment inside of an address that stands in a name; both are the same name."""
    return re.sub(rb"(?<=\w)\(comment\)(?=@[^<>,;]*<)", b"", value)


@field_rule(ADDRESSES, "gmime", "email")
def address_as_a_name(value):
    """Others read one address more where one without quotes stands in the name of another, with or without a comment
    behind it; the brackets say which it is."""
    return PHRASE.sub(lambda match: plain_phrase(match[0]), value)


PHRASE = re.compile(rb'(?:"(?:[^"\\]|\\.)*"|\([^()]*\)|[^"()<>,;:])+(?=<)')


def plain_phrase(phrase):
    """A name without comments, its words that hold an at sign in quotes; the phrase itself when none is an address."""
    words = re.findall(rb'(?:"(?:[^"\\]|\\.)*"|[^\s"])+|\s+', outside(rb"\s*\([^()]*\)\s*", b" ", phrase))
    if not any(b"@" in QUOTED.sub(b"", TOKEN.sub(b"", word)) for word in words):
        return phrase
    return b"".join(in_quotes(word) if b"@" in QUOTED.sub(b"", word) else word for word in words)


def in_quotes(word):
    """A word of a name as one quoted string; as an encoded word where it was one or is not ASCII."""
    text = TOKEN.sub(lambda match: text_of([Word(match[0])], []).encode(), re.sub(rb'\\(.)|"', rb"\1", word))
    if TOKEN.fullmatch(word) or not text.isascii():
        return as_word(text.decode())
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", text) + b'"'


@field_rule(ADDRESSES, "email")
def word_glued_to_text(value):
    """email leaves an encoded word that touches other text; we and GMime read it, as most programs write such a Subject
    now and then."""
    return re.sub(rb"\b(\w+)=\?utf-8\?q\?(\w+)\?=", lambda m: as_word((m[1] + m[2]).decode()), value)


@field_rule(ADDRESSES, "email")
def comment_in_an_address(value):
    """email drops a name behind an address that has a comment inside."""
    return value.replace(b"(comment)", b"")


@field_rule(ADDRESSES, "email")
def comment_behind_a_named_address(value):
    """email adds a comment behind `Name <…>` to the name; it is a comment."""
    return re.sub(rb"([^\s,;:<>()][^,;:<>()]*<[^<>]*>)\s*\([^()]*\)", rb"\1", value)


@field_rule(ADDRESSES, "email")
def name_in_a_comment(value):
    """email drops a name that stands as a comment behind the address; GMime shows it, as do we."""
    return NAMED.sub(lambda m: name_of(m[3]) + b" <" + m[1] + b"@" + m[2] + b">", value)


NAMED = re.compile(
    rb'(?<![\w.])<?((?:[^\s<>,;:()"@]+(?: \. [^\s<>,;:()"@]+)*|"(?:[^"\\]|\\.)*") ?)@'
    rb'( ?(?:[^\s<>,;:()"@\[]+(?: \. [^\s<>,;:()"@]+)*|\[[^\[\]]*\]))>?\s*(?:\(\w+\)\s*)?\(((?:[^()\\]|\\.)+)\)(?=\s*(?:,|;|\Z))')


def name_of(comment):
    comment = re.sub(rb"\\(.)", rb"\1", re.sub(rb"\r?\n", b"", comment))
    return comment if b"=?" in comment else b'"' + comment + b'"'


@field_rule(ADDRESSES, "email")
def forgotten_comma_behind_a_group(value):
    """email reads no address at all where none follows the semicolon of a group; the semicolon ends the group."""
    return outside(rb"(:[^;]*;)(?=\s*[^\s,;])", rb"\1,", value)


@field_rule(ADDRESSES, "email")
def groups_without_members(value):
    """email raises an error at a group that has no members and a blank behind it."""
    return re.sub(rb'("[^"]*"|[\w-]+)\s*:\s*;\s*,?', b"", value)


@field_rule(ADDRESSES, "email")
def words_side_by_side_in_a_name(value):
    """email puts a blank between encoded words of a name; RFC 2047 §6.2: blanks between them are not part of the text."""
    return say_words(value, lambda word: True, least=2)


@field_rule(ADDRESSES, "gmime")
def name_in_a_comment_behind_brackets(value):
    """GMime drops a comment behind `<…>`, but takes one behind a bare address for a name; so do we for both."""
    return re.sub(rb"(\A|[,:])\s*(<[^<>]*>)\s*\(([\w ]+)\)", rb'\1 "\3" \2', value)


@field_rule(ADDRESSES, "gmime")
def folds_in_comments(value):
    """GMime keeps the fold of a comment that it takes for a name; a fold is a blank (RFC 5322 §2.2.3)."""
    return re.sub(rb"\r?\n(?=[ \t])", b"", value)


@field_rule(ADDRESSES, "gmime")
def route_without_brackets(value):
    """GMime reads nothing; the route says only the way (RFC 5322 §4.4)."""
    return re.sub(rb"(?<![\w.])(@[\w.]+,?)+:(?=\w+@)", b"", value)
