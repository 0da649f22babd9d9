"""Sound mail after what servers, gateways, lists and old programs do to it."""
from .desk import *

PAYLOAD = protected(hp="cipher")
LETTER = protected()
FOOTER = "_______________________________________________\nplanning mailing list\nplanning@lists.example.org\n"


def block(payload=PAYLOAD):
    return armored(encrypted_to(payload, by="alice"))


def sent(entity):
    return mail(entity, subject="[...]")


# Exchange and virus scanners.
@message("exchange-mixed-up")
def _():
    return sent(multipart("mixed", "Content-Type: text/plain; charset=\"us-ascii\"\n\n",
                          CONTROL.replace("Content-Description: PGP/MIME version identification\n", ""),
                          ciphertext(block()), fields=("X-MS-Has-Attach: yes",)))


@message("exchange-mixed-up-without-text")
def _():
    return sent(multipart("mixed", CONTROL, ciphertext(block())))


@message("exchange-mixed-up-signed")
def _():
    return mail(signed(LETTER).replace("multipart/signed", "multipart/mixed", 1))


@message("exchange-disclaimer")
def _():
    # Text that is not empty would stand beside what is decrypted.
    return sent(multipart("mixed", text("This message is confidential."), CONTROL, ciphertext(block(protected(body="the canary")))))


@message("antivirus-part-added")
def _():
    return sent(encrypted(block(), text("This mail was scanned. No virus was found.")))


@message("antivirus-part-first")
def _():
    return sent(multipart("encrypted", text("Scanned."), CONTROL, ciphertext(block()), boundary="e",
                          parameters="; protocol=\"application/pgp-encrypted\""))


@message("antivirus-footer-in-signed-text")
def _():
    return mail(signed(LETTER).replace("the figures\n", "the figures\n\n-- \nScanned by a gateway\n"))


# Mailing lists.
@message("list-footer")
def _():
    return mail(multipart("mixed", signed(LETTER), text(FOOTER), parameters="; micalg=\"pgp-sha512\""),
                fields=("List-Id: <planning.lists.example.org>",))


@message("list-footer-and-subject")
def _():
    return mail(multipart("mixed", signed(LETTER), text(FOOTER)), subject="[planning] Budget",
                fields=("List-Id: <planning.lists.example.org>",))


@message("list-footer-of-altered")
def _():
    return mail(multipart("mixed", signed(LETTER).replace("the figures", "the figurez"), text(FOOTER)),
                fields=("List-Id: <planning.lists.example.org>",))


@message("list-footer-by-other")
def _():
    return mail(multipart("mixed", signed(text("Pay Mallory."), by="mallory"), text(FOOTER)), fields=("List-Id: <planning.lists.example.org>",))


@message("list-subject-rewritten")
def _():
    return mail(signed(LETTER), subject="[planning] Budget", fields=("List-Id: <planning.lists.example.org>",))


@message("list-from-rewritten")
def _():
    return mail(signed(LETTER), sender="Alice Example via planning <planning@lists.example.org>", fields=(f"Reply-To: {ALICE}",))


@message("list-footer-around-sealed")
def _():
    return sent(multipart("mixed", encrypted(block(protected(body="the canary"))), text(FOOTER)))


# Gateways.
@message("gateway-encoded-control")
def _():
    control = "Content-Type: application/pgp-encrypted\nContent-Transfer-Encoding: base64\n\nVmVyc2lvbjogMQ0K\n"
    return sent(encrypted(block(), control=control))


@message("gateway-encoded-ciphertext")
def _():
    inner = base64.encodebytes(octets(block())).decode()
    return sent(encrypted(inner).replace("name=\"encrypted.asc\"\n", "name=\"encrypted.asc\"\nContent-Transfer-Encoding: base64\n"))


@message("gateway-quoted-printable-ciphertext")
def _():
    inner = block().replace("=", "=3D")
    return sent(encrypted(inner).replace("name=\"encrypted.asc\"\n", "name=\"encrypted.asc\"\nContent-Transfer-Encoding: quoted-printable\n"))


@message("gateway-binary-ciphertext")
def _():
    inner = base64.encodebytes(encrypted_to(PAYLOAD, by="alice")).decode()
    return sent(encrypted(inner).replace("name=\"encrypted.asc\"\n", "name=\"encrypted.asc\"\nContent-Transfer-Encoding: base64\n"))


@message("gateway-encoded-signed-part")
def _():
    encoded = base64.b64encode(b"the figures\r\n").decode()
    return mail(signed(LETTER).replace("the figures\n", encoded + "\n").replace("hp=\"clear\"\n", "hp=\"clear\"\nContent-Transfer-Encoding: base64\n", 1))


@message("gateway-encoded-signature")
def _():
    made = armored(signature(LETTER), "SIGNATURE")
    entity = signed(LETTER, base64.encodebytes(octets(made)).decode())
    return mail(entity.replace("Content-Type: application/pgp-signature\n", "Content-Type: application/pgp-signature\nContent-Transfer-Encoding: base64\n"))


@message("gateway-rewrapped")
def _():
    long = "the figures are in the table that I have sent to you last week, and they have not changed since then"
    return mail(signed(protected(body=long)).replace("last week, and", "last week,\nand"))


@message("gateway-trailing-blanks-cut")
def _():
    return mail(signed(protected(body="the figures  \nand more")).replace("figures  \n", "figures\n"))


@message("gateway-folded-anew")
def _():
    # Outside of the signed part folds mean nothing.
    return mail(signed(LETTER).replace("; protocol", ";\n\tprotocol", 1).replace("; boundary", ";\n boundary", 1), to="Bob Meyer\n <bob@example.org>")


@message("gateway-encoded-anew")
def _():
    # The same Subject in other encoded words, as a server without SMTPUTF8 or with habits of its own writes it.
    inner, outer = "=?utf-8?q?Budget_f=C3=BCr_M=C3=A4rz?=", "=?ISO-8859-1?B?QnVkZ2V0IGb8ciBN5HJ6?="
    return mail(signed(protected(subject=inner)), subject=outer)


@message("gateway-relabelled-parts")
def _():
    return sent(multipart("encrypted", CONTROL, ciphertext(block(), kind="text/plain; charset=utf-8"), boundary="e",
                          parameters="; protocol=\"application/pgp-encrypted\""))


@message("gateway-without-protocol")
def _():
    return sent(encrypted(block()).replace("; protocol=\"application/pgp-encrypted\"", ""))


@message("gateway-signed-without-protocol")
def _():
    return mail(signed(LETTER).replace(" protocol=\"application/pgp-signature\";", ""))


@message("gateway-without-version")
def _():
    return sent(encrypted(block(), control="Content-Type: application/pgp-encrypted\n\n"))


@message("gateway-reordered")
def _():
    return sent(multipart("encrypted", ciphertext(block()), CONTROL, boundary="e", parameters="; protocol=\"application/pgp-encrypted\""))


@message("gateway-end-cut")
def _():
    return sent(encrypted(block()).replace("--e--\n", ""))


@message("gateway-signed-relabelled")
def _():
    return mail(signed(LETTER, kind="application/octet-stream; name=\"signature.asc\""))


@message("several-pgp-encrypted-parts")
def _():
    return sent(multipart("encrypted", CONTROL, CONTROL, ciphertext(block()), boundary="e", parameters="; protocol=\"application/pgp-encrypted\""))


@message("both-parts-pgp-encrypted")
def _():
    return sent(multipart("encrypted", CONTROL, ciphertext(block(), kind="application/pgp-encrypted; name=\"encrypted.asc\""),
                          boundary="e", parameters="; protocol=\"application/pgp-encrypted\""))


@message("capital-types")
def _():
    return sent(encrypted(block()).replace("multipart/encrypted", "Multipart/Encrypted").replace("application/pgp-encrypted\"", "Application/PGP-Encrypted\"", 1))


# Old programs.
@message("application-pgp")
def _():
    return mail(text(armored(encrypted_to("inside the block\n", by="alice")), kind="application/pgp; format=text; x-action=encrypt"))


@message("application-pgp-signed")
def _():
    made = gpg("--local-user", fingerprint("alice"), "--clearsign", stdin=b"I agree.\n").decode()
    return mail(text(made, kind="application/pgp; format=text; x-action=sign"))


@message("armor-in-html")
def _():
    made = armored(encrypted_to("inside the block\n", by="alice"))
    return mail(html(f"<html><body><pre>\n{made}</pre></body></html>"))


@message("armor-in-html-breaks")
def _():
    made = armored(encrypted_to("inside the block\n", by="alice")).replace("\n", "<br>\n")
    return mail(html(f"<html><body>{made}</body></html>"))


@message("armor-with-leading-blanks")
def _():
    made = armored(encrypted_to("inside the block\n", by="alice"))
    return mail(text("".join(f"  {line}\n" for line in made.splitlines())))


@message("armor-quoted")
def _():
    made = armored(encrypted_to("inside the block\n", by="alice"))
    return mail(text("Bob wrote:\n" + "".join(f"> {line}\n" for line in made.splitlines())))


@message("sealed-armor-with-leading-blanks")
def _():
    return sent(encrypted("".join(f"  {line}\n" for line in block().splitlines())))


@message("sealed-armor-quoted")
def _():
    return sent(encrypted("".join(f"> {line}\n" for line in block().splitlines())))


@message("armor-with-headers")
def _():
    return sent(encrypted(armored(encrypted_to(PAYLOAD, by="alice"), headers="Version: GnuPG v1.4.11 (GNU/Linux)\nComment: made by hand\nCharset: utf-8\n")))


@message("armor-without-checksum")
def _():
    return sent(encrypted("\n".join(line for line in block().splitlines() if not line.startswith("=")) + "\n"))


@message("armor-with-wrong-checksum")
def _():
    lines = [("=AAAA" if line.startswith("=") else line) for line in block(protected(hp="cipher", body="the canary")).splitlines()]
    return sent(encrypted("\n".join(lines) + "\n"))


@message("armor-with-blank-line-of-blanks")
def _():
    return sent(encrypted(block().replace("\n\n", "\n  \n", 1)))


@message("armor-rewrapped")
def _():
    lines = block().splitlines()
    body = "".join(lines[2:-2])
    return sent(encrypted("\n".join([lines[0], "", *[body[start:start + 76] for start in range(0, len(body), 76)], *lines[-2:]]) + "\n"))


@message("armor-with-text-before")
def _():
    return sent(encrypted("This is an encrypted message.\n\n" + block()))


@message("byte-order-mark")
def _():
    return b"\xef\xbb\xbf" + octets(mail(signed(LETTER)))


# Line ends and mailboxes.
@message("missing-final-line-end")
def _():
    return octets(mail(signed(LETTER)))[:-2]


@message("sealed-missing-final-line-end")
def _():
    return octets(sent(encrypted(block())))[:-2]


@message("signed-part-without-final-line-end")
def _():
    return mail(signed(LETTER.rstrip("\n")))


@message("line-feeds-only")
def _():
    return octets(mail(signed(LETTER))).replace(b"\r\n", b"\n")


@message("sealed-line-feeds-only")
def _():
    return octets(sent(encrypted(block()))).replace(b"\r\n", b"\n")


@message("line-ends-mixed")
def _():
    head, body = octets(mail(signed(LETTER))).split(b"\r\n\r\n", 1)
    return head.replace(b"\r\n", b"\n") + b"\n\n" + body


@message("mbox-from-quoted")
def _():
    # Signed as `From here`, quoted by the mailbox it went through.
    return octets(mail(signed(protected(body="one\nFrom here on"))).replace("\nFrom here", "\n>From here")).replace(b"\r\n", b"\n")


@message("mbox-from-quoted-by-sender")
def _():
    # The sender wrote `>From`, which must stay.
    return mail(signed(protected(body="one\n>From here on")))


@message("mbox-from-quoted-twice")
def _():
    return octets(mail(signed(protected(body="one\n>From here on"))).replace("\n>From here", "\n>>From here")).replace(b"\r\n", b"\n")


@message("mbox-separator-first")
def _():
    return b"From alice@example.org Sun Jun  1 12:00:00 2025\n" + octets(mail(signed(LETTER))).replace(b"\r\n", b"\n")


@message("tnef")
def _():
    data = base64.encodebytes(bytes.fromhex("789f3e22") + bytes(60)).decode()
    return mail(multipart("mixed", text("See the attachment."),
                          f"Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n"
                          f"Content-Disposition: attachment; filename=\"winmail.dat\"\n\n{data}"))


@message("smime-signed")
def _():
    return mail(multipart("signed", text(), "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: base64\n\nMIIB\n",
                          boundary="s", parameters="; micalg=sha-256; protocol=\"application/pkcs7-signature\""))


@message("smime-encrypted")
def _():
    return mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\nContent-Transfer-Encoding: base64\n\nMIIB\n")


@message("latin-body-signed")
def _():
    return mail(signed(protected("text/plain; charset=iso-8859-1", "Gr=FC=DFe", fields=("Content-Transfer-Encoding: quoted-printable",))))
