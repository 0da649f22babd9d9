"""The known disagreements: each rule says one construct of a message plainer, in the way that postseal reads it.

A rule's sentence tells what the other readers do, and why our reading is kept. Rules are tried in the order in which
they stand here: each sees what those before it have said.
"""

from . import structure, words, refusals, headers, addresses, parameters, sections, bodies, identities
from .mail import RULES, Mail


def said(message, items, rules):
    """The message, said plainer by these rules."""
    mail = Mail(message, items)
    for rule in rules:
        rule.change(mail)
    return mail.message()


def found_in(message, items, reader):
    """The rules for a reader that change the message, one after the other."""
    mail, found = Mail(message, items), []
    for rule in RULES:
        before = mail.message()
        if reader in rule.readers:
            rule.change(mail)
            if mail.message() != before:
                found.append(rule)
    return found


def print_table():
    print("| construct | reader | what it does, and why we don't |\n|---|---|---|")
    for rule in RULES:
        print(f"| {rule.name} | {', '.join(rule.readers)} | {rule.sentence} |")
