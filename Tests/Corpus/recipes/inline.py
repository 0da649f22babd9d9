"""OpenPGP blocks inside text: opened apart, never the message's status."""
from .desk import *


def clearsigned(body, by="alice"):
    return gpg("--local-user", fingerprint(by), "--clearsign", stdin=body.replace("\r\n", "\n")).decode()


def block(body="inside the block"):
    return armored(encrypted_to(body + "\n", by="alice"))


@message("inline-encrypted")
def _():
    return mail(text(block()))


@message("inline-with-text-around")
def _():
    return mail(text("before the block\n\n" + block() + "\nafter the block"))


@message("inline-two-blocks")
def _():
    return mail(text(block("first block") + "\nbetween the blocks\n\n" + block("second block")))


@message("inline-signed")
def _():
    return mail(text(clearsigned("I agree.\n")))


@message("inline-signed-with-text-around")
def _():
    return mail(text("Pay Mallory: before.\n\n" + clearsigned("I agree.\n") + "\nPay Mallory: after."))


@message("inline-signed-altered")
def _():
    return mail(text(clearsigned("I agree.\n").replace("I agree.", "I disagree.")))


@message("inline-without-signature")
def _():
    return mail(text("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nI agree.\n"
                     "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"))


@message("inline-header-injected")
def _():
    # What follows the Hash line up to the empty line is not signed.
    made = clearsigned("I agree.\n")
    return mail(text(made.replace("Hash: SHA512\n", "Hash: SHA512\nPay Mallory 1000 euro.\n", 1)))


@message("inline-hash-line-with-text")
def _():
    made = clearsigned("I agree.\n")
    return mail(text(made.replace("Hash: SHA512\n", "Hash: SHA512, Pay Mallory\n\t\n", 1)))


@message("inline-dash-escaped")
def _():
    return mail(text(clearsigned("- first\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nquoted\nFrom here\n")))


@message("inline-dash-trick")
def _():
    # A head line that is escaped is text: what it encloses is not a block of its own.
    made = clearsigned("I agree.\n")
    return mail(text("- " + made.replace("\n-----BEGIN PGP SIGNATURE", "\n- -----BEGIN PGP SIGNATURE") + "\n" + clearsigned("I do not.\n")))


@message("inline-inside-block")
def _():
    return mail(text(clearsigned("I quote:\n" + clearsigned("I agree.\n", "mallory") + "no more.\n")))


@message("inline-by-other")
def _():
    return mail(text(clearsigned("I agree.\n", "mallory")))


@message("inline-in-base64-text")
def _():
    encoded = base64.encodebytes(octets(block())).decode()
    return mail(text(encoded, ["Content-Transfer-Encoding: base64"]))


@message("inline-unclosed")
def _():
    return mail(text("before\n\n" + block("inside the cut block").split("-----END")[0]))


@message("inline-below-multipart")
def _():
    return mail(multipart("mixed", text("Hello."), text(block("the canary"))))


@message("inline-below-signed")
def _():
    return mail(signed(multipart("mixed", text("Hello."), text(block("the canary")))))


@message("inline-key")
def _():
    return mail(text("my key\n\n" + gpg("--armor", "--export", fingerprint("carol")).decode()))
