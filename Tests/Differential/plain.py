"""The known disagreements: each rule says one construct of a message plainer, in the way that postseal reads it.

A rule's sentence tells what the other readers do, and why our reading is kept.
"""

import base64
import re


class Mail:
    """A message in pieces: header blocks, bodies of leaves, and what lies between."""

    def __init__(self, message, items):
        self.has_parts = any(item["kind"] == "multipart" for item in items)
        spans = [("header", index, item["header"]) for index, item in enumerate(items)]
        spans += [("body", index, item["body"]) for index, item in enumerate(items) if item["kind"] == "leaf"]
        spans = sorted((start, end, kind, index) for kind, index, (start, end) in spans)
        self.pieces, place = [], 0
        for start, end, kind, index in spans:
            self.pieces += [["between", None, message[place:start]], [kind, items[index], message[start:end]]]
            place = end
        self.pieces.append(["between", None, message[place:]])

    def message(self):
        return b"".join(piece[2] for piece in self.pieces)

    def change(self, kind, action):
        for piece in self.pieces:
            if piece[0] == kind:
                piece[2] = action(piece[1], piece[2])

    def fields(self, names, action):
        """Replaces the values of the fields of these names; `names` is a pattern, the line end is not part of it."""
        field = re.compile(rb"(?im)^(" + names + rb")([ \t]*:)((?:[^\n]*\n[ \t])*[^\n]*?)(\r?\n|\Z)")
        self.change("header", lambda item, header: field.sub(lambda m: replaced(m, action), header))


def replaced(match, action):
    value = action(match[3])
    return b"" if value is None else match[1] + match[2] + value + match[4]


ADDRESSES = rb"from|to"
PARAMETERS = rb"content-type|content-disposition"
RULES = []


def rule(*readers):
    """A rule for these readers, named after its function and with its sentence."""

    def keep(function):
        function.readers = readers
        function.name = function.__name__.replace("_", " ")
        RULES.append(function)
        return function

    return keep


def said(message, items, rules):
    """The message, said plainer by these rules."""
    mail = Mail(message, items)
    for rule in rules:
        rule(mail)
    return mail.message()


def found_in(message, items, reader):
    """The rules for a reader that change the message, one after the other."""
    mail, found = Mail(message, items), []
    for rule in RULES:
        before = mail.message()
        if reader in rule.readers:
            rule(mail)
            if mail.message() != before:
                found.append(rule)
    return found


def print_table():
    print("| construct | reader | what it does, and why we don't |\n|---|---|---|")
    for entry in RULES:
        print(f"| {entry.name} | {', '.join(entry.readers)} | {' '.join(entry.__doc__.split())} |")


# --- encoded words --------------------------------------------------------------------------------------------------

TOKEN = re.compile(rb"=\?[^?\r\n]*\?[^?\s]*\?[^?\r\n]*\?=")
RUN = re.compile(TOKEN.pattern + rb"(?:\s+" + TOKEN.pattern + rb")*")
SAME = {"iso-8859-1": "windows-1252", "gb2312": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949"}


class Word:
    """One encoded word as we read it; its octets are None when it is none and stays as it stands."""

    def __init__(self, source):
        self.source = source
        label, self.encoding, text = source[2:-2].split(b"?")
        self.label = label.decode("latin-1").lower()
        self.charset = self.label.split("*")[0]
        self.octets = None
        if not re.fullmatch(r"[a-z0-9_.:+*-]+", self.label):
            return
        if self.encoding in (b"q", b"Q") and not re.search(rb"=(?![0-9A-Fa-f]{2})", text):
            self.octets = re.sub(rb"=(..)", lambda m: bytes([int(m[1], 16)]), text.replace(b"_", b" "))
        elif self.encoding in (b"b", b"B") and re.fullmatch(rb"[A-Za-z0-9+/]*=*", text):
            whole = text.rstrip(b"=")
            if len(whole) % 4 != 1:
                self.octets = base64.b64decode(whole + b"=" * (-len(whole) % 4))


def known(charset):
    try:
        return b"a".decode(SAME.get(charset, charset)) == "a"
    except LookupError:
        return False


def guessed(octets):
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("windows-1252", "replace")


def clean(text):
    """Text as people are shown it: no control characters."""
    text = re.sub(r"[\t\r\n]", " ", text)
    return re.sub(r"[\x00-\x1f\x7f]", "\ufffd", text)


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


def decoded(octets, charset):
    if not octets:
        return ""
    return guessed(octets) if charset == "us-ascii" or not known(charset) else octets.decode(SAME.get(charset, charset), "replace")


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


WORDED = rb"subject|from|to"


@rule("gmime", "email")
def blanks_in_a_name(mail):
    """Some keep folds and runs of blanks in a name; they are one blank for us (RFC 5322 §3.2.2)."""
    mail.fields(ADDRESSES, outside(rb"(?:\r?\n[ \t]|[ \t])+", b" "))


@rule("gmime")
def base64_words_side_by_side(mail):
    """GMime joins the base64 of adjacent words before it decodes, so that padding ends the text. Each word is complete
    in itself (RFC 2047 §2); email reads so, too."""
    mail.fields(WORDED, lambda value: say_words(value, lambda word: word.encoding in (b"b", b"B"), least=2))


@rule("gmime")
def base64_word_without_padding(mail):
    """GMime drops the last octets of a word whose padding is missing; email and we read them."""
    mail.fields(WORDED, lambda value: say_words(
        value, lambda word: word.encoding in (b"b", b"B") and len(word.source.split(b"?")[3]) % 4 > 0))


@rule("gmime", "email")
def words_of_unknown_charsets(mail):
    """Text in a charset that nobody knows is a guess: ours is UTF-8, else windows-1252, theirs is ASCII and `?`."""
    mail.fields(WORDED, lambda value: say_words(value, lambda word: word.octets is not None and not known(word.charset)))


@rule("gmime", "email")
def octets_that_mean_nothing(mail):
    """Others put `?`, or the octets themselves, where the charset has no character; we put U+FFFD, as WHATWG Encoding."""
    mail.fields(WORDED, lambda value: say_words(value, lambda word: word.octets and "\ufffd" in text_of([word], [])))


@rule("gmime", "email")
def ascii_words_with_eight_bits(mail):
    """Octets above 127 in a word labelled us-ascii: the label is a default that nobody chose, so we guess."""
    mail.fields(WORDED, lambda value: say_words(
        value, lambda word: word.charset == "us-ascii" and word.octets and max(word.octets) > 127))


@rule("gmime", "email")
def controls_in_words(mail):
    """Others let line ends and NULs out of an encoded word; a Subject could write over the screen. We never do."""
    mail.fields(WORDED, lambda value: say_words(value, lambda word: word.octets and re.search(rb"[\x00-\x1a\x1c-\x1f]", word.octets)))


@rule("gmime", "email")
def broken_words(mail):
    """Others decode what they can of a word that breaks the grammar (a blank in the charset, `=ZZ`, foreign base64); we
    leave it as it stands, so that nobody is shown half a text (RFC 2047 §6.3)."""
    mail.fields(WORDED, lambda value: say_words(value, lambda word: word.octets is None))


# --- what we refuse to read ------------------------------------------------------------------------------------------


def refused(name, construct, sentence):
    """A rule that drops an address field which we refuse because of a construct in it."""
    pattern = re.compile(construct, re.S)

    def drop(mail):
        for piece in mail.pieces:
            if piece[0] == "header" and piece[1].get("fields") is not None:
                for field in (b"from", b"to"):
                    whole = re.compile(rb"(?im)^" + field + rb"[ \t]*:((?:[^\n]*\n[ \t])*[^\n]*(?:\n|\Z))")
                    first = whole.search(piece[2])
                    if piece[1]["fields"].get(field.decode()) is None and first and pattern.search(bare(first[1])):
                        piece[2] = whole.sub(b"", piece[2])

    drop.__name__ = name
    drop.__doc__ = sentence + REFUSED
    rule("gmime", "email")(drop)


REFUSED = """ Others guess; we read no address out of such a field, so that nobody is left out or made up in silence: the
verdict then knows no sender."""


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


# --- headers --------------------------------------------------------------------------------------------------------


@rule("gmime", "email")
def octets_that_are_not_utf8(mail):
    """GMime shows octets above 127 that are no UTF-8 as ISO-8859-1, email as U+FFFD; we guess windows-1252."""
    mail.fields(WORDED, lambda value: re.sub(
        rb"[A-Za-z0-9]*[\x80-\xff][A-Za-z0-9(\x80-\xff]*", lambda m: m[0] if is_utf8(m[0]) else as_word(guessed(m[0])), value))


def is_utf8(octets):
    try:
        return bool(octets.decode())
    except UnicodeDecodeError:
        return False


@rule("gmime", "email")
def windows_characters_in_latin_1(mail):
    """Octets 128 to 159 of a word labelled iso-8859-1: others show control characters; windows-1252 was meant (WHATWG)."""
    mail.fields(WORDED, lambda value: say_words(
        value, lambda word: word.charset == "iso-8859-1" and word.octets and re.search(rb"[\x80-\x9f]", word.octets)))


@rule("email")
def utf8_in_a_field(mail):
    """email knows headers of RFC 6532 only from text, and shows surrogates; UTF-8 is what every mail program reads."""
    mail.fields(WORDED, lambda value: re.sub(
        rb"[A-Za-z0-9]*[\x80-\xff][A-Za-z0-9\x80-\xff]*", lambda m: as_word(guessed(m[0])), value))


@rule("email")
def quoted_mbox_line(mail):
    """email ends the header at `>From `, which delivery agents left there; GMime skips it, and so do we."""
    mail.change("header", lambda item, header: re.sub(rb"(?m)^>From [^\n]*\n", b"", header))


@rule("email")
def bare_cr(mail):
    """email ends a line at a bare CR, so that text behind it is a field or a delimiter of its own; servers and GMime do
    not. What only some see is an attack, so a CR ends nothing for us. (It is compared as the octet 0x1F.)"""
    mail.fields(rb"subject", lambda value: re.sub(rb"\r(?!\n)", b"", value))
    mail.change("header", lambda item, header: re.sub(rb"\r+\n", b"\r\n", header))
    for piece in mail.pieces:
        piece[2] = re.sub(rb"\r(?!\r*\n|\Z)", b"\x1f", piece[2])


@rule("email")
def boundary_with_eight_bits(mail):
    """email finds no delimiter of a boundary that is not ASCII, and shows no part; GMime does, and so do we."""
    if re.search(rb'(?i)boundary\s*=\s*"?b\xc3\xa9', mail.message()):
        for kind in ("header", "between"):
            mail.change(kind, lambda item, text: text.replace(b"b\xc3\xa9", b"be"))


@rule("email")
def last_line_end_without_closing_delimiter(mail):
    """email takes a line end off the last part of a multipart that is not closed; it belongs to no delimiter."""
    if mail.has_parts and mail.pieces[-1][2] == b"" and mail.pieces[-2][0] == "body":
        mail.pieces[-2][2] += b"\n"


@rule("email")
def blanks_at_the_end_of_a_field(mail):
    """email keeps blanks at the end of a value, and a fold at its start; nobody sees them."""
    mail.fields(WORDED, lambda value: re.sub(rb"\A\s+", b" ", re.sub(rb"\s+\Z", b"", value)))


@rule("email")
def blank_before_the_colon(mail):
    """email ends the header at a field name with a blank behind it; mail servers and GMime read the field, as RFC 5322 §4.5
    demands. A From that others see and we did not would be an attack."""
    mail.change("header", lambda item, header: re.sub(rb"(?m)^([!-9;-~]+)[ \t]+:", rb"\1:", header))


@rule("gmime")
def repeated_fields(mail):
    """GMime takes the last of several fields that may stand once, email the first; so do we, and note the repetition."""
    seen = set()

    def once(item, header):
        seen.clear()
        return ONCE.sub(lambda m: b"" if m[1].lower() in seen or seen.add(m[1].lower()) else m[0], header)

    mail.change("header", once)


ONCE = re.compile(
    rb"(?im)^(from|to|subject|date|message-id|content-type|content-transfer-encoding|content-disposition)[ \t]*:"
    rb"(?:[^\n]*\n[ \t])*[^\n]*(?:\n|\Z)")


@rule("gmime", "email")
def line_that_is_no_field(mail):
    """GMime skips a line without colon and goes on with the header, email skips a leading blank line's continuation and
    `From ` lines. Else email ends the header there, as mail servers do, and so do we: what follows is text, not fields
    that servers did not see."""
    for piece, below in zip(mail.pieces, mail.pieces[1:]):
        if piece[0] == "header" and piece[1]["header"][1] == piece[1]["body"][0]:
            piece[2] += b"\n"


@rule("gmime", "email")
def controls_in_fields(mail):
    """GMime keeps tabs and other control characters of a field, and ends it at a NUL; we show tabs as blanks and the
    others as U+FFFD."""
    mail.fields(WORDED, lambda value: without_controls(value))


def without_controls(value):
    value = re.sub(rb"(?<!\n)\t|\r(?=[^\n])", b" ", value)
    return re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd".encode(), value)


# --- addresses ------------------------------------------------------------------------------------------------------


@rule("gmime")
def comment_in_a_name(mail):
    """GMime takes a comment between name and address for part of the name; RFC 5322 §3.4 says that it is none."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"\([^()\"]*\)\s*(?=[^,\"]*<)", b"", value))


@rule("gmime", "email")
def dots_in_a_local_part(mail):
    """Others read no address where dots are doubled or at an end; Japanese providers gave such addresses out."""
    mail.fields(ADDRESSES, lambda value: re.sub(
        rb"(?<![\w\"@.])([\w.]*(?:\.\.|\.(?=@)|(?<!\w)\.)[\w.]*)@", rb'"\1"@', value))


@rule("gmime", "email")
def special_in_a_phrase(mail):
    """Others read no address, or half the name, where brackets or colons stand in a name without quotes; the angle
    brackets alone say what the address is."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"(\w+ \[\w+\])(?=\s*<)", rb'"\1"', value))


@rule("gmime", "email")
def two_comments(mail):
    """The last comment after an address is its name for us, the first one for GMime, none for email."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"(?<=@example.org) \(\w+\) (?=\(\w+\))", b" ", value))


@rule("email")
def encoded_word_in_an_address(mail):
    """email decodes encoded words in an addr-spec; RFC 2047 §5 forbids them there, and an address must not change."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"=\?utf-8\?q\?alice\?=(?=@)", b'"=\\\\?utf-8?q?alice?="', value))


@rule("gmime", "email")
def address_as_a_name(mail):
    """Others read two addresses where one without quotes stands as the name of another; the brackets say which it is."""
    mail.fields(ADDRESSES, lambda value: re.sub(
        rb'(\A|,)(\s*)([\w.+=-]+|"[^"]*")@([\w.-]+)(?=[^,@]*<)',
        lambda m: m[1] + m[2] + b'"' + m[3].strip(b'"') + b"@" + m[4] + b'"', value))


@rule("email")
def word_glued_to_text(mail):
    """email leaves an encoded word that touches other text; we and GMime read it, as most programs write such a Subject
    now and then."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"\b(\w+)=\?utf-8\?q\?(\w+)\?=", lambda m: as_word((m[1] + m[2]).decode()), value))


@rule("email")
def comment_in_an_address(mail):
    """email drops a name behind an address that has a comment inside."""
    mail.fields(ADDRESSES, lambda value: value.replace(b"(comment)", b""))


@rule("email")
def name_in_a_comment(mail):
    """email drops a name that stands as a comment behind the address; GMime shows it, as do we."""
    mail.fields(ADDRESSES, lambda value: NAMED.sub(
        lambda m: name_of(m[3]) + b" <" + m[1] + b"@" + m[2] + b">", value))


NAMED = re.compile(
    rb'(?<![\w.])<?((?:[^\s<>,;:()"@]+(?: \. [^\s<>,;:()"@]+)*|"[^"]*") ?)@'
    rb'( ?(?:[^\s<>,;:()"@\[]+(?: \. [^\s<>,;:()"@]+)*|\[[^\[\]]*\]))>?\s*(?:\(\w+\)\s*)?\(((?:[^()\\]|\\.)+)\)(?=\s*(?:,|;|\Z))')


def name_of(comment):
    comment = re.sub(rb"\\(.)", rb"\1", re.sub(rb"\r?\n", b"", comment))
    return comment if b"=?" in comment else b'"' + comment + b'"'


@rule("email")
def groups_without_members(mail):
    """email raises an error at a group that has no members and a blank behind it."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb'("[^"]*"|[\w-]+)\s*:\s*;\s*,?', b"", value))


@rule("email")
def words_side_by_side_in_a_name(mail):
    """email puts a blank between encoded words of a name; RFC 2047 §6.2: blanks between them are not part of the text."""
    mail.fields(ADDRESSES, lambda value: say_words(value, lambda word: True, least=2))


@rule("email")
def comment_behind_a_named_address(mail):
    """email adds a comment behind `Name <…>` to the name; it is a comment."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"(\w[\w\" ]* *<[^<>]*>)\s*\([^()]*\)", rb"\1", value))


@rule("gmime")
def name_in_a_comment_behind_brackets(mail):
    """GMime drops a comment behind `<…>`, but takes one behind a bare address for a name; so do we for both."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"(\A|,)\s*(<[^<>]*>)\s*\(([\w ]+)\)", rb'\1 "\3" \2', value))


@rule("gmime")
def folds_in_comments(mail):
    """GMime keeps the fold of a comment that it takes for a name; a fold is a blank (RFC 5322 §2.2.3)."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"\r?\n(?=[ \t])", b"", value))


@rule("gmime")
def route_without_brackets(mail):
    """GMime reads nothing; the route says only the way (RFC 5322 §4.4)."""
    mail.fields(ADDRESSES, lambda value: re.sub(rb"(?<![\w.])(@[\w.]+,?)+:(?=\w+@)", b"", value))


# --- parameters -----------------------------------------------------------------------------------------------------

TYPE = re.compile(rb"\s*(?:\([^()]*\)\s*)*([\w.+-]+)\s*/\s*([\w.+-]+)", re.S)
QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\Z)', re.S)


def outside(pattern, replacement):
    """An action that replaces a pattern in the fields with parameters, where it is not inside a quoted string."""

    def act(value):
        strings = []

        def hide(match):
            strings.append(match[0])
            return b'"%d"' % (len(strings) - 1)

        hidden = re.sub(pattern, replacement, QUOTED.sub(hide, value), flags=re.S)
        return re.sub(rb'"(\d+)"', lambda match: strings[int(match[1])], hidden)

    return act


@rule("gmime", "email")
def media_type_that_is_none(mail):
    """GMime makes application/octet-stream of a Content-Type that it cannot read, or an empty word; RFC 2045 §5.2 and
    email say text/plain."""
    mail.fields(rb"content-type", lambda value: value if TYPE.match(value) else b"text/plain")


@rule("gmime", "email")
def comment_among_parameters(mail):
    """GMime takes comments for part of the word beside them; RFC 2045 §5.1 allows them everywhere."""
    mail.fields(PARAMETERS, outside(rb"(?<!\n)[ \t]*\([^()]*\)(?=\s*(?:;|\Z|[\w*]+\s*=|\w+/))", b""))


@rule("gmime", "email")
def stray_text_among_parameters(mail):
    """GMime reads no parameter behind a stray word or an empty one; a boundary that counts for others would be lost."""
    mail.fields(PARAMETERS, outside(rb";[^=;]*(?=;|\Z)", b""))


@rule("gmime", "email")
def forgotten_semicolon(mail):
    """GMime reads no parameter that has no semicolon before it; other programs do, so the parts would be hidden here."""
    mail.fields(PARAMETERS, outside(rb'(?<=[\w"])\s+(?=[\w*]+\s*=)', b"; "))


@rule("email")
def comment_or_blank_in_a_media_type(mail):
    """email does not know a media type with blanks around its slash, a comment, or a second slash; RFC 2045 §5.1 allows the
    first two, and of the third the first two words are clear. text/plain would hide the parts."""
    mail.fields(rb"content-type", lambda value: re.sub(TYPE.pattern + rb"[^;\"=]*(?=;|\Z)", rb" \1/\2", value, count=1, flags=re.S))


@rule("gmime", "email")
def disposition_without_type(mail):
    """GMime takes the first parameter for the type; a file name is still one, and a part without a type is shown."""
    mail.fields(rb"content-disposition", lambda value: re.sub(rb"^\s*(?=[\w*]+=)", b" ; ", value))


@rule("gmime")
def boundary_that_ends_in_blanks(mail):
    """GMime keeps blanks at a boundary's end; RFC 2046 §5.1.1 says that there are none, and blanks behind a delimiter are
    padding."""
    mail.fields(rb"content-type", lambda value: re.sub(rb'(?i)(boundary\s*=\s*"[^"]*?)\s+"', rb'\1"', value))


@rule("gmime", "email")
def quoted_value_that_does_not_end(mail):
    """GMime keeps the opening quote as text; we read to the end of the field."""
    mail.fields(PARAMETERS, lambda value: value + b'"' if re.search(rb'"', QUOTED.sub(b"", value)) or open_quote(value) else value)


def open_quote(value):
    last = [match[0] for match in QUOTED.finditer(value)][-1:]
    return bool(last) and (len(last[0]) == 1 or not re.fullmatch(rb'"(?:[^"\\]|\\.)*"', last[0], re.S))


@rule("gmime", "email")
def repeated_parameter(mail):
    """Of two parameters of one name the first counts for us, and the form of RFC 2231 before the plain one; GMime takes
    the one or the other."""

    def once(value):
        for name in (b"boundary", b"charset", b"filename", b"name", b"protocol"):
            if re.search(rb"(?i)\b" + name + rb"\*=", value):
                value = outside(rb"(?i);\s*" + name + rb"\s*=[^;]*", b"")(value)
            for _ in range(3):
                value = outside(rb"(?is)\A(.*;\s*(" + name + rb"\*?\d*\*?)\s*=[^;]*.*);\s*\2\s*=[^;]*", rb"\1")(value)
        return value

    mail.fields(PARAMETERS, once)


@rule("gmime", "email")
def octets_that_mean_nothing_in_a_parameter(mail):
    """Others raise an error or show surrogates where `%EB` is no UTF-8; we put U+FFFD."""
    mail.fields(PARAMETERS, lambda value: re.sub(rb"(?i)(utf-8''Zo)%EB", rb"\1%EF%BF%BD", value))


@rule("email", "gmime")
def apostrophes_for_quotes(mail):
    """email takes apostrophes for the marks of RFC 2231; they are octets like others."""
    mail.fields(PARAMETERS, lambda value: re.sub(rb"=\s*('[^';\"]*')(?=\s|;|\Z)", rb'="\1"', value))


@rule("email", "gmime")
def file_name_without_quotes(mail):
    """email ends a value without quotes at a comma, `=` or `@`; we read to the blank or semicolon, as was meant."""
    mail.fields(PARAMETERS, lambda value: re.sub(
        rb"(?i)(name=)(=\?[^\s;\"]*\?=|[^\s\";*=]+(?:[,=@\]][^\s\";]*| [^\s\";=]+(?: [^\";=]+)*))(?=\s*(?:;|\Z))", rb'\1"\2"', value))


@rule("email", "gmime")
def empty_file_name(mail):
    """An empty `filename` hides the `name` of the Content-Type elsewhere; the name that there is is better than none."""
    mail.fields(rb"content-disposition", outside(rb'(?i);\s*filename\s*=\s*(?=;|\Z)', b""))
    mail.fields(rb"content-disposition", lambda value: re.sub(rb'(?i);\s*filename\s*=\s*""', b"", value))


@rule("email", "gmime")
def blanks_in_an_extended_value(mail):
    """Others end a value of RFC 2231 at a blank; we read to the semicolon, as with every value without quotes."""
    mail.fields(PARAMETERS, lambda value: re.sub(
        rb"(\*=[^\s\";]+)((?:\r?\n)?[ \t][^=\";]*[^\s=\";])(?=\s*(?:;|\Z))",
        lambda m: m[1] + re.sub(rb"[ \t]", lambda blank: b"%%%02X" % blank[0][0], re.sub(rb"\r?\n", b"", m[2])), value))


@rule("email", "gmime")
def one_apostrophe_in_an_extended_value(mail):
    """`utf-8'name`: others read nothing or leave the charset out; without two apostrophes the whole value is text."""
    mail.fields(PARAMETERS, lambda value: re.sub(rb"(\*=)(utf-8)'([^';]*)(?=\s*(?:;|\Z))", rb"\1\2''\2%27\3", value))


@rule("gmime")
def gap_between_sections(mail):
    """GMime joins sections of RFC 2231 over a gap; we stop there, as nobody knows what was lost."""
    mail.fields(PARAMETERS, lambda value: value if b"*1" in value.replace(b"*10", b"") else re.sub(
        rb";\s*(file)?name\*(2|10)=[^;]*", b"", value))


@rule("gmime")
def control_in_a_parameter(mail):
    """GMime takes a bare CR for a blank and ends the field at a NUL; we keep both, and make them safe where a name is shown.
    (They are compared as the octet 0x1F.)"""
    mail.fields(PARAMETERS, lambda value: re.sub(rb"\r(?!\n)|\0", b"\x1f", value))


@rule("email", "gmime")
def charset_in_a_later_section(mail):
    """email drops a second charset in a later section of RFC 2231; only the first may have one, so it is text."""
    mail.fields(PARAMETERS, lambda value: re.sub(rb"(\*[1-9]\d*\*=)utf-8''", rb"\1utf-8%27%27", value))


@rule("email", "gmime")
def ascii_parameter_with_eight_bits(mail):
    """`us-ascii''Zo%EB`: others show U+FFFD; the label is a default that nobody chose, so we guess."""
    mail.fields(PARAMETERS, lambda value: re.sub(rb"us-ascii''Zo%EB", b"utf-8''Zo%C3%AB", value))


# --- bodies ---------------------------------------------------------------------------------------------------------


def body_in(mail, encoding, action):
    """Changes the bodies of leaves in that transfer encoding, which the first such field of their header names."""

    def act(item, body):
        return action(body) if encoding_of(mail, item) == encoding else body

    mail.change("body", act)


def encoding_of(mail, item):
    header = next(piece[2] for piece in mail.pieces if piece[0] == "header" and piece[1] is item)
    found = re.search(rb"(?im)^content-transfer-encoding[ \t]*:((?:[^\n]*\n[ \t])*[^\n]*)", header)
    return (re.sub(rb"\([^()]*\)", b"", found[1]).strip().lower() if found else b"")


@rule("gmime", "email")
def text_after_the_encoding(mail):
    """Others do not know an encoding with a comment, semicolon or word behind it; RFC 2045 §6.1 allows comments, and mail
    with the rest exists."""
    mail.fields(rb"content-transfer-encoding", lambda value: re.sub(
        rb"\A\s*([\w-]+)[\s;,].*", rb" \1", re.sub(rb"\([^()]*\)", b" ", value), flags=re.S))


@rule("gmime", "email")
def uuencode(mail):
    """Others decode uuencode where the header names it; it never was a standard of mail, and we only name it."""
    mail.fields(rb"content-transfer-encoding", lambda value: re.sub(rb"(?i)\A\s*((x-)?uu\w+)", rb" x-was-\1", value))


@rule("gmime", "email")
def broken_escape_in_quoted_printable(mail):
    """Of an `=` that no two hex digits follow others drop something, or join what is behind it; it stays as it is."""
    body_in(mail, b"quoted-printable", lambda body: re.sub(
        rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t\r]*\Z)", b"=3D", body))


@rule("gmime", "email")
def blanks_at_line_ends_of_quoted_printable(mail):
    """Others keep blanks at the end of a line or of the body; RFC 2045 §6.7 rule 3: they were added on the way."""
    body_in(mail, b"quoted-printable", lambda body: re.sub(rb"[ \t]+(?=\r?\n|\Z)", b"", re.sub(rb"=[ \t\r]*\Z", b"", body)))


def canonical(body):
    """Base64 as we read it: foreign characters are skipped, padding ends a run, a lone character is dropped."""
    content = b""
    for run in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", body)):
        run = run[:-1] if len(run) % 4 == 1 else run
        content += base64.b64decode(run + b"=" * (-len(run) % 4))
    return base64.encodebytes(content)


@rule("gmime", "email")
def base64_behind_padding(mail):
    """GMime stops at the padding; joined texts in one body are common enough that we go on with a new run."""
    body_in(mail, b"base64", lambda body: canonical(body) if re.search(rb"=\s*[A-Za-z0-9+/=]", body) else body)


@rule("gmime", "email")
def foreign_characters_in_base64(mail):
    """RFC 2045 §6.8: characters outside of the alphabet are skipped. email gives the whole body undecoded for some."""
    body_in(mail, b"base64", lambda body: canonical(body) if re.search(rb"[^A-Za-z0-9+/=\s]", body) else body)


@rule("gmime", "email")
def base64_without_padding(mail):
    """Others drop the last octets, or give up, where padding is missing; what is there can be read."""
    body_in(mail, b"base64", lambda body: body if len(re.sub(rb"\s", b"", body)) % 4 == 0 else canonical(body))


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


# --- dates and identities -------------------------------------------------------------------------------------------

DATE = re.compile(
    rb"([a-z]{3,9}\s*,?\s*)?\d{1,2}[\s-]+[a-z]{3,9}[\s-]+\d{2,5}\s+\d{1,2}:\d\d(:\d\d)?(\s*([+-]\d{4}|[a-z]+))?", re.I)


def plain_date(value):
    return re.sub(rb"\s+", b" ", re.sub(rb"\([^()]*\)", b" ", value)).strip()


@rule("gmime", "email")
def date_that_is_none(mail):
    """Others guess a moment from what is no date of RFC 5322 (ISO 8601, `6:02 PM`, half a date); we say none."""

    drop_if_unread(
        mail, "date", rb"date", lambda value: not DATE.fullmatch(plain_date(value)) or impossible(plain_date(value)))


def impossible(date):
    return re.search(rb"\b31 Feb|\b0 Nov|\b24:|:6[1-9]\b|:60:| 12026|[+-]\d\d[6-9]\d\b|GMT\+", date)


def drop_if_unread(mail, field, name, is_none):
    """Drops the fields of that name in messages where we read nothing and the first of them is none."""
    whole = re.compile(rb"(?im)^" + name + rb"[ \t]*:((?:[^\n]*\n[ \t])*[^\n]*(?:\n|\Z))")
    for piece in mail.pieces:
        if piece[0] == "header" and "fields" in piece[1] and piece[1]["fields"].get(field) is None:
            first = whole.search(piece[2])
            if first and is_none(first[1]):
                piece[2] = whole.sub(b"", piece[2])


@rule("email")
def comment_in_a_date(mail):
    """email reads no date with a comment between its parts; RFC 5322 §4.3 allows them."""
    mail.fields(rb"date", lambda value: re.sub(rb"\s*\([^()]*\)", b"", value))


@rule("gmime", "email")
def year_of_three_digits(mail):
    """GMime reads no such date; RFC 5322 §4.3 adds 1900."""
    mail.fields(rb"date", lambda value: re.sub(rb" (1\d\d) (?=\d\d:)", lambda m: b" %d " % (int(m[1]) + 1900), value))


@rule("gmime", "email")
def leap_second(mail):
    """Others read no date with second 60, or another second; RFC 5322 §3.3 allows it, and it is the next minute."""
    mail.fields(rb"date", lambda value: re.sub(rb":(\d\d):60", lambda m: b":%02d:00" % (int(m[1]) + 1), value))


@rule("gmime", "email")
def military_zone(mail):
    """GMime reads `A` as an hour; RFC 5322 §4.3: one letter was used both ways and means nothing."""
    mail.fields(rb"date", lambda value: re.sub(rb"(:\d\d) [A-IK-Y]\b", rb"\1 -0000", value))


@rule("gmime", "email")
def message_id_without_brackets(mail):
    """Others take a Message-ID without its brackets, or half of one; we take none, and nothing hangs on it."""
    drop_if_unread(mail, "messageID", rb"message-id", lambda value: not re.search(rb"<[^<>\0]+>", value))


@rule("gmime", "email")
def text_beside_a_message_id(mail):
    """GMime takes text before the brackets for part of it; we take what is in the first pair (RFC 5322 §3.6.4)."""
    mail.fields(rb"message-id", lambda value: re.sub(
        rb"\A.*?(<[^<>]+>).*", lambda m: re.sub(rb"\s", b"", m[1]), value, count=1, flags=re.S)
                if not re.fullmatch(rb"\s*<[^<>\s]+>\s*", value) else value)
