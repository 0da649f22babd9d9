"""Signed parts that are not the message."""
from .desk import *

PART = text("I agree.")


@message("signed-below-text")
def _():
    return mail(multipart("mixed", text("Pay Mallory 1000 euro, please."), signed(PART)), sender=ALICE)


@message("signed-above-html")
def _():
    return mail(multipart("mixed", signed(PART), html("<p>And pay Mallory 1000 euro.</p>")))


@message("signed-between-texts")
def _():
    return mail(multipart("mixed", text("Do you agree to pay Mallory?"), signed(PART), text("Sent from my telephone")))


@message("signed-alone-in-mixed")
def _():
    return mail(multipart("mixed", signed(PART)))


@message("signed-as-attachment")
def _():
    letter = mail(signed(protected()))
    return mail(multipart("mixed", text("See what Alice wrote; and pay me."),
                          "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=\"alice.eml\"\n\n" + letter),
                sender=MALLORY, subject="Fwd: Budget")


@message("signed-as-the-only-attachment")
def _():
    return mail("Content-Type: message/rfc822\n\n" + mail(signed(protected())), sender=MALLORY, subject="Fwd: Budget")


@message("signed-deep-inside")
def _():
    entity = signed(PART)
    for level in range(5):
        entity = multipart("mixed", text(f"level {level}"), entity, boundary=f"m{level}")
    return mail(entity)


@message("signed-in-alternative")
def _():
    return mail(multipart("alternative", text("Pay Mallory."), signed(html("<p>I agree.</p>"))))


@message("signed-in-related-by-cid")
def _():
    hidden = html("<p>Pay Mallory.</p><img src=\"cid:signed@example.org\">")
    return mail(multipart("related", hidden, signed(PART).replace("\n\n", "\nContent-ID: <signed@example.org>\n\n", 1)))


@message("signature-over-half")
def _():
    half = text("I agree.")
    whole = multipart("mixed", half, text("to pay Mallory 1000 euro."))
    return mail(signed(whole, armored(signature(half), "SIGNATURE")))


@message("signed-three-parts")
def _():
    inner = signed(PART)
    return mail(inner.replace("--s\nContent-Type: application/pgp-signature",
                              "--s\n" + text("Pay Mallory.") + "\n--s\nContent-Type: application/pgp-signature", 1))


@message("signed-two-parts-first-not")
def _():
    made = armored(signature(PART), "SIGNATURE")
    return mail(multipart("signed", text("Pay Mallory."), PART, f"Content-Type: application/pgp-signature\n\n{made}",
                          boundary="s", parameters="; micalg=pgp-sha512; protocol=\"application/pgp-signature\""))


@message("signature-part-first")
def _():
    made = armored(signature(PART), "SIGNATURE")
    return mail(multipart("signed", f"Content-Type: application/pgp-signature\n\n{made}", PART,
                          boundary="s", parameters="; micalg=pgp-sha512; protocol=\"application/pgp-signature\""))


@message("two-signed-parts")
def _():
    return mail(multipart("mixed", signed(PART, boundary="s1"), signed(text("And I do not."), by="mallory", boundary="s2")))


@message("text-around-the-boundaries")
def _():
    whole = mail(signed(protected(body="I agree."), tail="\nPay Mallory: epilogue.\n"))
    return whole.replace("\n\n--s\n", "\n\nPay Mallory: preamble.\n--s\n", 1)


@message("signed-part-inside-sealed")
def _():
    inner = multipart("mixed", text("Pay Mallory."), signed(PART))
    return mail(encrypted(encrypted_to(inner)), subject="[...]")


@message("signed-by-other-inside-signed")
def _():
    return mail(signed(signed(protected(), by="mallory", boundary="i")))


@message("forward-inside-signed")
def _():
    forwarded = "Content-Type: message/rfc822\n\n" + mail(signed(text("From Mallory."), by="mallory", boundary="i"), sender=MALLORY)
    payload = multipart("mixed", text("See below."), forwarded)
    head = protected(kind="x").split("\n", 1)[1].split("\n\n")[0]
    payload = payload.replace("boundary=\"m\"", "boundary=\"m\"; hp=\"clear\"\n" + head, 1)
    return mail(signed(payload))


@message("forward-of-altered-inside-signed")
def _():
    forwarded = "Content-Type: message/rfc822\n\n" + mail(signed(text("I never said so."), boundary="i")).replace("never", "always")
    return mail(signed(multipart("mixed", text("See below."), forwarded)))


@message("external-body-signed")
def _():
    body = "Content-Type: message/external-body; access-type=URL; URL=\"http://evil.example/text\"\n\nContent-Type: text/plain\n\n"
    return mail(signed(multipart("mixed", text("See the other part."), body)))


@message("partial-message")
def _():
    return mail("Content-Type: message/partial; id=\"x@example.org\"; number=1; total=2\n\n" + signed(PART))


@message("digest-of-signed")
def _():
    return mail(multipart("digest", "\n" + mail(signed(protected())), "\n" + mail(text(), sender=MALLORY)), sender=MALLORY)


@message("only-attached-signature")
def _():
    made = armored(signature("the figures"), "SIGNATURE")
    return mail(multipart("mixed", text(), f"Content-Type: application/pgp-signature; name=\"signature.asc\"\n\n{made}"))


@message("signed-part-beside-text-inside-signed")
def _():
    # What Alice signs looks like a mailing list's wrapper: what Mallory wrote in it does not become hers, nor hers Mallory's.
    return mail(signed(multipart("mixed", text("see below"), signed(text("a plan"), boundary="t", by="mallory"))))
