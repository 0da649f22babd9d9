"""Header fields: protected, phony, misplaced, tampered with; as today's and yesterday's programs write them."""
from .desk import *

SHOWN = f"From: {ALICE}\nTo: {BOB}\nDate: {DATE}\nMessage-ID: <letter@example.org>\nSubject: Budget"
MALLORYS = f"From: {MALLORY}\nSubject: Bonus"


def v1(entity, fields=SHOWN):
    """Marks the root of `entity` in the older way."""
    head, body = entity.split("\n", 1)
    return f"{head}; protected-headers=\"v1\"\n{fields}\n{body}"


def hidden(payload, **options):
    return mail(sealed(payload), subject=options.pop("subject", "[...]"), **options)


# Tampered with outside.
@message("outer-fields-differ")
def _():
    return mail(signed(protected()), sender=MALLORY, to="mallory@evil.example", subject="Bonus", date="Mon, 02 Jun 2025 12:00:00 +0000")


@message("outer-from-differs-sealed")
def _():
    return mail(sealed(protected(hp="cipher")), sender=MALLORY, subject="[...]")


@message("outer-subject-tampered")
def _():
    return hidden(protected(hp="cipher"), subject="pay now")


@message("outer-subject-twice")
def _():
    return hidden(protected(hp="cipher"), subject=["[...]", "pay now"])


@message("outer-to-removed")
def _():
    return mail(sealed(protected(hp="cipher")), to=None, subject="[...]")


@message("outer-cc-added")
def _():
    return hidden(protected(hp="cipher"), fields=("Cc: mallory@evil.example",))


@message("outer-reply-to-added")
def _():
    return hidden(protected(hp="cipher"), fields=("Reply-To: mallory@evil.example",))


@message("outer-thread-differs")
def _():
    thread = ("In-Reply-To: <offer@example.org>", "References: <offer@example.org>", "Sender: Assistant <assistant@example.org>")
    forged = ("In-Reply-To: <other@evil.example>", "References: <other@evil.example>", "Sender: mallory@evil.example")
    return mail(signed(protected(fields=thread)), fields=forged).replace("<letter@example.org>", "<forged@evil.example>", 1)


@message("inner-from-unproven")
def _():
    # Mallory seals without a signature and writes Alice inside.
    payload = protected(hp="cipher").replace(f"HP-Outer: From: {ALICE}", f"HP-Outer: From: {MALLORY}")
    return mail(encrypted(encrypted_to(payload)), sender=MALLORY, subject="[...]")


@message("inner-from-by-other")
def _():
    return mail(encrypted(encrypted_to(protected(hp="cipher"), by="mallory")), sender=MALLORY, subject="[...]")


def around(entity):
    """What Mallory encrypts: an entity that Alice signed, with fields of Mallory's around it that call Alice the sender."""
    head, body = entity.split("\n\n", 1)
    fields = protected(hp="cipher", subject="Bonus").replace(f"HP-Outer: From: {ALICE}", f"HP-Outer: From: {MALLORY}").split("\n\n")[0]
    payload = f"{head}; hp=\"cipher\"\n{fields.split(chr(10), 1)[1]}\n\n{body}"
    return mail(encrypted(encrypted_to(payload)), sender=MALLORY, subject="[...]")


@message("inner-from-around-signed-text")
def _():
    return around(signed(text()))


@message("inner-from-around-signed-block")
def _():
    return around(text(gpg("--local-user", fingerprint("alice"), "--clearsign", stdin="the figures\n").decode()))


# Phony and misplaced.
@message("hp-unsigned")
def _():
    return mail("Content-Type: text/plain; hp=\"cipher\"\nHP-Outer: Subject: [...]\n\nthe figures\n")


@message("hp-outside-envelope")
def _():
    entity = signed(text()).replace("multipart/signed;", "multipart/signed; hp=\"clear\"; protected-headers=\"v1\";", 1)
    return mail(entity, fields=("HP-Outer: Subject: [...]",))


@message("hp-in-subpart")
def _():
    part = "Content-Type: text/plain; hp=\"cipher\"\nSubject: Bonus\nFrom: mallory@evil.example\nHP-Outer: Subject: Budget\n\nthe figures\n"
    return mail(encrypted(encrypted_to(multipart("mixed", text("first"), part), by="alice")))


@message("hp-outer-in-signed")
def _():
    return mail(signed(protected(fields=("HP-Outer: Subject: Bonus",))), subject="Bonus")


@message("hp-outer-outside")
def _():
    return hidden(protected(hp="cipher"), fields=("HP-Outer: Subject: pay now",))


@message("hp-cipher-in-signed")
def _():
    return mail(signed(protected(hp="cipher")), subject="[...]")


@message("hp-bad-signature")
def _():
    return mail(signed(protected(sender=MALLORY, subject="Bonus"), by="mallory").replace("the figures", "the figurez"))


@message("hp-two-subjects")
def _():
    return hidden(protected(hp="cipher", fields=("Subject: Bonus",)))


@message("hp-unknown-value")
def _():
    return mail(sealed(protected(hp=None).replace("text/plain", "text/plain; hp=\"secret\"", 1)))


# Today's forms.
@message("hp-cipher-shy")
def _():
    bare = ALICE.split("<")[1].strip(">")
    payload = protected(hp="cipher").replace(f"HP-Outer: From: {ALICE}", f"HP-Outer: From: {bare}").replace(
        f"HP-Outer: To: {BOB}", "HP-Outer: To: bob@example.org").replace(f"HP-Outer: Date: {DATE}", "HP-Outer: Date: Sun, 01 Jun 2025 12:00:00 +0000")
    return mail(sealed(payload), sender=bare, to="bob@example.org", subject="[...]")


@message("hp-legacy-display-plain")
def _():
    return hidden(protected("text/plain; charset=us-ascii; hp-legacy-display=\"1\"", "Subject: Budget\nKeywords: canary\n\nthe figures", hp="cipher"))


@message("hp-legacy-display-html")
def _():
    plain = text("Subject: Budget\nKeywords: canary\n\nthe figures", kind="text/plain; charset=us-ascii; hp-legacy-display=\"1\"")
    page = text("<html><head></head><body><div class=\"header-protection-legacy-display\"><pre>Subject: Budget\nKeywords: canary</pre></div>"
                "<p>the figures</p></body></html>", kind="text/html; charset=us-ascii; hp-legacy-display=\"1\"")
    entity = multipart("alternative", plain, page)
    fields = protected(hp="cipher").split("\n\n")[0].split("\n", 1)[1]
    return hidden(entity.replace("boundary=\"m\"", "boundary=\"m\"; hp=\"cipher\"\n" + fields, 1))


@message("hp-legacy-display-html-alone")
def _():
    page = ("<html><head></head><body><div class=\"header-protection-legacy-display\"><pre>Subject: Budget\nKeywords: canary</pre></div>"
            "<p>the figures</p></body></html>")
    return hidden(protected("text/html; charset=us-ascii; hp-legacy-display=\"1\"", page, hp="cipher"))


@message("legacy-display-unmarked")
def _():
    # Without the mark it is the sender's text.
    return hidden(protected("text/plain; charset=us-ascii", "Subject: Budget\n\nthe figures", hp="cipher"))


@message("legacy-display-in-attachment")
def _():
    attached = "Content-Type: text/plain; hp-legacy-display=\"1\"\nContent-Disposition: attachment; filename=\"a.txt\"\n\nSubject: kept\n\nkept too\n"
    entity = multipart("mixed", text("the figures"), attached)
    fields = protected(hp="cipher").split("\n\n")[0].split("\n", 1)[1]
    return hidden(entity.replace("boundary=\"m\"", "boundary=\"m\"; hp=\"cipher\"\n" + fields, 1))


# Older forms, as these programs write them.
@message("v1-thunderbird")
def _():
    inner = multipart("mixed", text("the figures", ["Content-Transfer-Encoding: quoted-printable"], "text/plain; charset=UTF-8; format=flowed"),
                      boundary="------------inner")
    return hidden(v1(inner), subject="...")


@message("v1-k9")
def _():
    fields = "Subject: Budget"
    return hidden(v1(text("the figures", ["Content-Transfer-Encoding: quoted-printable"], "text/plain; charset=\"utf-8\""), fields), subject="...")


@message("v1-enigmail")
def _():
    # A multipart whose first part repeats the hidden fields for everybody else.
    shown = "Content-Type: text/rfc822-headers; protected-headers=\"v1\"\nContent-Disposition: inline\n\nSubject: Budget\n"
    return hidden(v1(multipart("mixed", shown, multipart("mixed", text(), boundary="i"))), subject="Encrypted Message")


@message("v1-legacy-display-plain")
def _():
    shown = "Content-Type: text/plain; charset=utf-8; protected-headers=\"v1\"\nContent-Disposition: inline\n\nSubject: Budget\nKeywords: canary\n"
    return hidden(v1(multipart("mixed", shown, text())), subject="...")


@message("v1-neomutt")
def _():
    return hidden(v1(text(kind="text/plain; charset=us-ascii"), "Subject: Budget"), subject="...")


@message("v1-notmuch-emacs")
def _():
    return hidden(v1(text(), "Subject: Budget"), subject="...", fields=("User-Agent: Notmuch",))


@message("v1-mailpile-signed")
def _():
    return mail(signed(v1(multipart("mixed", text()))))


@message("memory-hole-force-display")
def _():
    # The oldest form: no mark at the root, the fields in a part of their own that asks to be shown.
    shown = ("Content-Type: text/rfc822-headers; protected-headers=\"v1\"\nContent-Disposition: inline; x-moz-inline=1\n\n"
             f"Subject: Budget\nFrom: {ALICE}\n")
    return hidden(v1(multipart("mixed", shown, text()), "Subject: Budget\nMemory-Hole: v=1"), subject="Encrypted Message")


@message("v1-tampered-to")
def _():
    return mail(sealed(v1(text())), to="mallory@evil.example", subject="...")


@message("v1-in-subpart")
def _():
    # Only the root of the payload counts.
    return mail(sealed(multipart("mixed", text("first"), v1(text(), MALLORYS))))


@message("wrapped-message-rfc822")
def _():
    # RFC 8551 §3.1: the whole message once more inside.
    inner = f"Content-Type: message/rfc822; forwarded=no\n\n{SHOWN}\nMIME-Version: 1.0\n" + text()
    return mail(signed(inner))
