"""A message in pieces, and what rules change in it."""

import re

ADDRESSES = rb"from|to"
WORDED = rb"subject|from|to"
PARAMETERS = rb"content-type|content-disposition"
RULES = []


class Mail:
    """A message in pieces: header blocks, bodies of leaves, and what lies between.

    A piece is its kind, its item of our reading (none for what lies between), and its text.
    """

    def __init__(self, message, items):
        self.items = items
        self.has_parts = any(item["kind"] == "multipart" for item in items)
        spans = [("header", index, item["header"]) for index, item in enumerate(items)]
        spans += [("body", index, item["body"]) for index, item in enumerate(items) if item["kind"] == "leaf"]
        spans = sorted((start, end, kind, index) for kind, index, (start, end) in spans)
        self.pieces, place = [], 0
        for start, end, kind, index in spans:
            self.pieces += [["between", None, message[place:start]], [kind, items[index], message[start:end]]]
            place = end
        self.pieces.append(["between", None, message[place:]])
        self.delimiters = list(self.find_delimiters())

    def find_delimiters(self):
        """The delimiters as we found them: each with its multipart, its piece, and the number of its line in that piece."""
        place = 0
        for piece in self.pieces:
            for number, line in enumerate(piece[2].split(b"\n")):
                if piece[0] == "between" and line.startswith(b"--"):
                    around = [item for item in self.items if item.get("boundary") and within(place, item["body"])]
                    text = line.rstrip(b" \t\r")
                    if around and b"--" + boundary(around[-1]) in (text, text.removesuffix(b"--")):
                        yield around[-1], piece, number
                place += len(line) + 1
            place -= 1

    def delimit(self, item, name):
        """Gives a multipart another boundary, in its Content-Type and its delimiters."""
        charset = b'; charset="%s"' % item["charset"].encode() if item.get("charset") else b""
        field = b'Content-Type: %s; boundary="%s"%s\n' % (item["type"].encode(), name, charset)
        for piece in self.pieces:
            if piece[0] == "header" and piece[1] is item:
                piece[2] = whole_field(rb"content-type").sub(lambda m: field, piece[2], count=1)
        for owner, piece, number in self.delimiters:
            if owner is item:
                lines = piece[2].split(b"\n")
                lines[number] = lines[number].replace(boundary(item), name, 1)
                piece[2] = b"\n".join(lines)

    def message(self):
        return b"".join(piece[2] for piece in self.pieces)

    def change(self, kind, action):
        for piece in self.pieces:
            if piece[0] == kind:
                piece[2] = action(piece[1], piece[2])

    def fields(self, names, action):
        """Replaces the values of the fields of these names; `names` is a pattern, the line end is not part of it."""
        field = re.compile(rb"(?im)^(" + names + rb")([ \t]*:)((?:[^\n]*\n[ \t])*[^\n]*?)(\r?\n|\Z)")
        self.change("header", lambda item, header: field.sub(lambda m: m[1] + m[2] + action(m[3]) + m[4], header))


def boundary(item):
    """The boundary of a multipart; empty for everything else."""
    return bytes.fromhex(item.get("boundary") or "")


def within(place, span):
    return span[0] <= place < span[1]


def whole_field(names):
    """A pattern for fields of these names with their line ends; group 1 is the name, group 2 what is behind the colon."""
    return re.compile(rb"(?im)^(" + names + rb")[ \t]*:((?:[^\n]*\n[ \t])*[^\n]*(?:\n|\Z))")


def rule(*readers):
    """A rule for these readers, named after its function and with its sentence; it changes a `Mail`."""

    def keep(function):
        add(function, readers, function)
        return function

    return keep


def field_rule(names, *readers):
    """A rule that changes the values of fields; its function gives the plainer value."""

    def keep(function):
        add(function, readers, lambda mail: mail.fields(names, function))
        return function

    return keep


def add(function, readers, change):
    """Adds a rule that does `change`, with the name and sentence of a function."""
    RULES.append(Rule(function.__name__.replace("_", " "), " ".join(function.__doc__.split()), readers, change))


class Rule:
    """One known disagreement: whose, why, and how the message is said plainer."""

    def __init__(self, name, sentence, readers, change):
        self.name, self.sentence, self.readers, self.change = name, sentence, readers, change


def drop_unread(mail, field, names, is_none):
    """Drops the fields of that name in messages where we read nothing, and the first of them is none of its kind."""
    whole = whole_field(names)
    for piece in mail.pieces:
        if piece[0] == "header" and "fields" in piece[1] and piece[1]["fields"].get(field) is None:
            first = whole.search(piece[2])
            if first and is_none(first[2]):
                piece[2] = whole.sub(b"", piece[2])


QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\Z)', re.S)


def outside(pattern, replacement, value):
    """The value with a pattern replaced where it is not inside a quoted string."""
    strings = []

    def hide(match):
        strings.append(match[0])
        return b'"%d"' % (len(strings) - 1)

    hidden = re.sub(pattern, replacement, QUOTED.sub(hide, value), flags=re.S)
    return re.sub(rb'"(\d+)"', lambda match: strings[int(match[1])], hidden)
