"""Compares postseal's reading of messages with that of other readers.

compare.py FOLDER READINGS   FOLDER holds the messages, READINGS is what `Differential read FOLDER` printed
compare.py --list            prints the known disagreements as a table

A disagreement is explained when a rule of `plain` says one construct of the message plainer, in the way that we read
it, and the other reader then reads all of it as we do. Everything else is a failure.
"""

import collections
import json
import pathlib
import re
import sys

import plain
import readers


def differences(ours, theirs):
    """What two readings say differently: pairs by name; nothing else is compared where the trees differ."""
    trees = [[(entity["depth"], entity["type"], entity["kind"]) for entity in reading] for reading in (ours, theirs)]
    if trees[0] != trees[1]:
        return {"structure": trees}
    found = {}
    for index, pair in enumerate(zip(ours, theirs)):
        for name in ("content", "charset", "disposition", "filename"):
            values = [entity[name] for entity in pair]
            # A bare CR is a line end for some, so `plain` says it as 0x1F.
            if name == "content":
                values = [value and value.replace(b"\x1f", b"\r") for value in values]
            if name == "filename":
                values = [value and re.sub(r"[\x00-\x1f]", "\x1f", value) for value in values]
            if values[0] != values[1]:
                found[f"{name} of {index}"] = values
        fields = [entity["fields"] or {} for entity in pair]
        for name in fields[0].keys() | fields[1].keys():
            values = [field.get(name) for field in fields]
            # Nor can GMime be told of `=?`, `..` and a second at sign in an identity.
            if name == "messageID":
                values = [value and re.sub(r"(?<=@)(.*)", lambda m: m[1].replace("@", "%"), value.replace("=?", "=%").replace("..", ".%"), count=1) for value in values]
            if values[0] != values[1]:
                found[f"{name} of {index}"] = values
    return found


def attempt(reader, message, ours):
    """The differences, where a reader may also fail altogether."""
    try:
        return differences(ours, reader.read(message))
    except Exception as error:
        return {"crash": ["", repr(error)]}


def explain(reader, message, items, ours):
    """The rules that turn a disagreement into agreement, and the differences they leave."""

    def found_with(rules):
        return attempt(reader, plain.said(message, items, rules), ours)

    def cost(found):
        return len(found) + 1000 * ("structure" in found) + 10_000 * ("crash" in found)

    rules = plain.found_in(message, items, reader.name)
    left = found_with(rules)
    if not left:
        return rules, left
    # One of them says too much here: leave out each whose absence makes things better.
    for rule in list(rules):
        fewer = [other for other in rules if other is not rule]
        found = found_with(fewer)
        if cost(found) < cost(left):
            rules, left = fewer, found
    return rules, left


def show(name, reader, message, found):
    print(f"\n{name}: {reader} disagrees, and no rule explains it ({len(message)} bytes)")
    for what, (ours, theirs) in found.items():
        print(f"  {what}\n    postseal {ours}\n    {reader} {theirs}")
    print("  " + repr(message.decode("latin-1")).replace("\\n", "\\n\n   "))


def main(folder, readings):
    agreed, explained, unexplained = collections.Counter(), collections.Counter(), []
    for line in pathlib.Path(readings).read_text().splitlines():
        reading = json.loads(line)
        message = (pathlib.Path(folder) / reading["file"]).read_bytes()
        if "entities" not in reading:
            unexplained.append((len(message), reading["file"], "postseal", message, {"crash": ["beyond a limit", ""]}))
            continue
        ours = readers.ours(reading["entities"])
        for reader in readers.READERS:
            found = attempt(reader, message, ours)
            if not found:
                agreed[reader.name] += 1
                continue
            rules, left = explain(reader, message, reading["entities"], ours)
            if left:
                unexplained.append((len(message), reading["file"], reader.name, message, left))
            else:
                explained.update({(reader.name, rule.name) for rule in rules})
    for reader in readers.READERS:
        left = sum(1 for entry in unexplained if entry[2] == reader.name)
        print(f"{reader.name}: reads {agreed[reader.name]} as we do; {left} unexplained; the others once this is said plainer:")
        for (name, rule), count in sorted(explained.items(), key=lambda entry: (-entry[1], entry[0])):
            if name == reader.name:
                print(f"  {count:6} {rule}")
    unexplained.sort(key=lambda entry: entry[:3])
    for _, name, reader, message, found in unexplained[:1]:
        show(name, reader, message, found)
    return 1 if unexplained else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        plain.print_table()
    elif len(sys.argv) == 3:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    else:
        sys.exit(__doc__)
