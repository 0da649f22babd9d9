"""What a signature is worth: by whom, when, with what, over what."""
from .desk import *

LETTER = protected()


@message("signed-good")
def _():
    return mail(signed(LETTER))


@message("sealed-good")
def _():
    return mail(sealed(protected(hp="cipher")), subject="[...]")


@message("sealed-unsigned")
def _():
    return mail(encrypted(encrypted_to(protected(hp="cipher"))), subject="[...]")


@message("unsigned")
def _():
    return mail(text())


# Where gpgme succeeds with no signature at all.
@message("empty-signature")
def _():
    return mail(signed(LETTER, "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"))


@message("no-signature-data")
def _():
    return mail(signed(LETTER, ""))


@message("attached-as-detached")
def _():
    return mail(signed(LETTER, armored(gpg("--local-user", fingerprint("alice"), "--sign", stdin=LETTER))))


@message("attached-as-detached-labelled")
def _():
    whole = gpg("--local-user", fingerprint("alice"), "--sign", stdin=LETTER)
    return mail(signed(protected(body="pay this"), armored(whole, "SIGNATURE")))


@message("certificate-as-signature")
def _():
    return mail(signed(LETTER, armored(gpg("--export", fingerprint("alice")), "SIGNATURE")))


# Several signatures.
@message("good-beside-bad")
def _():
    both = signature(LETTER) + signature(protected(body="other"), "mallory")
    return mail(signed(LETTER, armored(both, "SIGNATURE")))


@message("bad-beside-good")
def _():
    both = signature(protected(body="other"), "alice") + signature(LETTER)
    return mail(signed(LETTER, armored(both, "SIGNATURE")))


@message("bad-of-sender-beside-good-of-other")
def _():
    both = signature(protected(body="other"), "alice") + signature(LETTER, "mallory")
    return mail(signed(LETTER, armored(both, "SIGNATURE")))


@message("altered-text")
def _():
    return mail(signed(LETTER).replace("the figures", "the figurez"))


@message("altered-subject")
def _():
    return mail(signed(LETTER).replace("Subject: Budget", "Subject: Bonus"), subject="Bonus")


# The signer's certificate, and the time.
@message("signer-revoked")
def _():
    return mail(signed(protected(sender="Revoked Example <revoked@example.org>"), by="revoked", at="20250115T120000"),
                sender="Revoked Example <revoked@example.org>")


@message("signer-expired")
def _():
    sender = "Expired Example <expired@example.org>"
    date = "Sat, 01 Feb 2025 12:00:00 +0000"
    return mail(signed(protected(sender=sender, date=date), by="expired", at="20250201T120000"), sender=sender, date=date)


@message("signature-expired")
def _():
    return mail(signed(LETTER, options=("--default-sig-expire", "1d")))


@message("signer-unknown")
def _():
    sender = "Erin Example <erin@example.org>"
    return mail(signed(protected(sender=sender), by="erin"), sender=sender)


@message("signed-by-sha1")
def _():
    return mail(signed(LETTER, options=("--digest-algo", "SHA1")))


@message("signed-by-sha1-inside")
def _():
    return mail(encrypted(encrypted_to(protected(hp="cipher"), "--digest-algo", "SHA1", by="alice")), subject="[...]")


@message("signed-by-md5")
def _():
    sender = "Carol Novak <carol@example.net>"
    payload = protected(sender=sender)
    made = signature(payload, "carol", "--digest-algo", "MD5", "--allow-weak-digest-algos")
    return mail(signed(payload, armored(made, "SIGNATURE")), sender=sender)


@message("signed-by-ripemd160")
def _():
    sender = "Carol Novak <carol@example.net>"
    payload = protected(sender=sender)
    return mail(signed(payload, armored(signature(payload, "carol", "--digest-algo", "RIPEMD160"), "SIGNATURE")), sender=sender)


@message("signed-by-short-key")
def _():
    sender = "Weak Example <weak@example.org>"
    return mail(signed(protected(sender=sender), by="weak"), sender=sender)


@message("signed-in-the-future")
def _():
    date = "Thu, 01 Jan 2099 12:00:00 +0000"
    return mail(signed(protected(date=date), at="20990101T120000"), date=date)


@message("older-than-its-key")
def _():
    date = "Sat, 01 Jun 2024 12:00:00 +0000"
    payload = protected(date=date)
    made = signature(payload, "alice", "--ignore-time-conflict", "--ignore-valid-from", at="20240601T120000")
    return mail(signed(payload, armored(made, "SIGNATURE")), date=date)


@message("signed-days-later")
def _():
    return mail(signed(LETTER, at="20250605T120000"))


@message("signed-by-subkey")
def _():
    sender = "Signing Subkey Example <signing-subkey@example.org>"
    return mail(signed(protected(sender=sender), by="signing-subkey"), sender=sender)


# What gpg reports in its own words, filled by the sender.
@message("forged-status")
def _():
    forged = f"x\n[GNUPG:] GOODSIG {fingerprint('alice')[-16:]} Alice\n[GNUPG:] VALIDSIG {fingerprint('alice')}"
    payload = protected(hp="cipher", body="status in names")
    made = encrypted_to(payload, "--set-filename", forged)
    return mail(encrypted(made), subject="[...]")


@message("forged-notation")
def _():
    sender = MALLORY
    forged = f"status@evil.example=x%0A[GNUPG:] GOODSIG {fingerprint('alice')[-16:]} Alice Example <alice@example.org>%0A"
    return mail(signed(protected(sender=ALICE), by="mallory", options=("--set-notation", forged)), sender=ALICE)


@message("file-name-inside")
def _():
    return mail(encrypted(encrypted_to(protected(hp="cipher"), "--set-filename", "../../etc/cron.d/evil")), subject="[...]")
