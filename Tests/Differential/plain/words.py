"""Encoded words (RFC 2047)."""

import base64
import re

from .charsets import clean, decoded, guessed, known
from .mail import ADDRESSES, WORDED, add, field_rule, outside

TOKEN = re.compile(rb"=\?[^?\r\n]*\?[^?\s]*\?[^?\r\n]*\?=")
RUN = re.compile(TOKEN.pattern + rb"(?:\s*" + TOKEN.pattern + rb")*")


class Word:
    """One encoded word as we read it; its octets are None when it is none and stays as it stands."""

    def __init__(self, source):
        self.source = source
        label, encoding, self.text = source[2:-2].split(b"?")
        label = label.decode("latin-1").lower()
        self.charset = label.split("*")[0]
        self.is_base64 = encoding in (b"b", b"B")
        self.octets = None
        if not re.fullmatch(r"[a-z0-9_.:+*-]+", label):
            return
        if encoding in (b"q", b"Q") and not re.search(rb"=(?![0-9A-Fa-f]{2})", self.text):
            self.octets = re.sub(rb"=(..)", lambda m: bytes([int(m[1], 16)]), self.text.replace(b"_", b" "))
        elif self.is_base64 and re.fullmatch(rb"[A-Za-z0-9+/]*=*", self.text):
            whole = self.text.rstrip(b"=")
            if len(whole) % 4 != 1:
                self.octets = base64.b64decode(whole + b"=" * (-len(whole) % 4))


def text_of(words, blanks):
    """The text of words that stand side by side."""
    text, octets, charset = "", b"", None
    for index, word in enumerate(words):
        joins = word.octets is not None and index > 0 and words[index - 1].octets is not None
        if not joins or word.charset != charset:
            text += decoded(octets, charset)
            octets = b""
            charset = word.charset
        if index > 0 and not joins:
            text += guessed(re.sub(rb"[\r\n]", b"", blanks[index - 1]))
        if word.octets is None:
            text += word.source.decode("latin-1")
        else:
            octets += word.octets
    return clean(text + decoded(octets, charset))


def say_words(value, is_odd, least=1):
    """Turns runs of at least so many words, of which one is odd, into one plain word with the same text."""

    def say(run):
        words = [Word(found) for found in TOKEN.findall(run[0])]
        if len(words) < least or not any(is_odd(word) for word in words):
            return run[0]
        return as_word(text_of(words, re.split(TOKEN.pattern, run[0])[1:-1]))

    return RUN.sub(say, value)


def as_word(text):
    return b"=?utf-8?q?" + b"".join(b"=%02X" % octet for octet in text.encode()) + b"?="


def word_rule(*readers, least=1):
    """A rule that says runs of words plainer; its function tells whether a word is odd."""

    def keep(is_odd):
        add(is_odd, readers, lambda mail: mail.fields(WORDED, lambda value: say_words(value, is_odd, least)))
        return is_odd

    return keep


@field_rule(ADDRESSES, "gmime", "email")
def blanks_in_a_name(value):
    """Some keep folds and runs of blanks in a name; they are one blank for us (RFC 5322 §3.2.2)."""
    return outside(rb"(?:\r?\n[ \t]|[ \t])+", b" ", value)


@word_rule("gmime", least=2)
def base64_words_side_by_side(word):
    """GMime joins the base64 of adjacent words before it decodes, so that padding ends the text. Each word is complete
    in itself (RFC 2047 §2); email reads so, too."""
    return word.is_base64


@word_rule("gmime")
def base64_word_without_padding(word):
    """GMime drops the last octets of a word whose padding is missing; email and we read them."""
    return word.is_base64 and len(word.text) % 4 > 0


@word_rule("gmime", "email")
def words_of_unknown_charsets(word):
    """Text in a charset that nobody knows is a guess: ours is UTF-8, else windows-1252, theirs is ASCII and `?`."""
    return word.octets is not None and not known(word.charset)


@word_rule("gmime", "email")
def octets_that_mean_nothing(word):
    """Others put `?`, or the octets themselves, where the charset has no character; we put U+FFFD, as WHATWG Encoding."""
    return word.octets and "\ufffd" in text_of([word], [])


@word_rule("gmime", "email")
def ascii_words_with_eight_bits(word):
    """Octets above 127 in a word labelled us-ascii: the label is a default that nobody chose, so we guess."""
    return word.charset == "us-ascii" and word.octets and max(word.octets) > 127


@word_rule("gmime", "email")
def controls_in_words(word):
    """Others let line ends and NULs out of an encoded word; a Subject could write over the screen. We never do."""
    return word.octets and re.search(rb"[\x00-\x1a\x1c-\x1f]", word.octets)


@field_rule(rb"subject", "gmime")
def bare_cr_in_a_subject(value):
    """GMime takes a bare CR for a blank; it is left out of what people are shown."""
    return re.sub(rb"\r(?!\n)", b"", value)


@word_rule("gmime", "email")
def broken_words(word):
    """Others decode what they can of a word that breaks the grammar (a blank in the charset, `=ZZ`, foreign base64); we
    leave it as it stands, so that nobody is shown half a text (RFC 2047 §6.3)."""
    return word.octets is None


@field_rule(WORDED, "email")
def blank_between_a_word_and_eight_bits(value):
    """email drops the blank between an encoded word and text of RFC 6532; only the one between two words is no text (RFC
    2047 §6.2)."""
    return re.sub(rb"(\?=)([ \t]+[^\s=<>\"]*[\x80-\xff][^\s=<>\"]*)", lambda m: m[1] + b" " + as_word(guessed(m[2])), value)


@field_rule(WORDED, "email")
def word_without_its_end(value):
    """email takes the `?=` of `?Q?=41` for the end of a word, then reads to the end of the field as that word; a word
    whose end is missing is none (RFC 2047 §2), and stays as it stands."""

    def say(match):
        text = match[2].decode("latin-1")
        return as_word(text) if match[1] is None else b"?= " + as_word(" " + text)

    return re.sub(rb"(\?=\s+)?(=\?[^?\s]+\?[qQ]\?=[0-9A-Fa-f]{2}[^?]*)\Z", say, value)
