"""Ciphertexts that are not what they claim. What must never be shown says "canary"."""
import zlib

from .desk import *

CANARY = protected(hp="cipher", body="the canary sings")


def sent(data):
    return mail(encrypted(data), subject="[...]")


# Integrity.
@message("crafted-whole")
def _():
    # Made as the crafted ones below, and sound: they fail for their defect alone.
    return sent(crafted(literal(protected(hp="cipher"))))


@message("bit-flipped")
def _():
    data = bytearray(encrypted_to(CANARY, "--compress-algo", "none", by="alice"))
    data[-200] ^= 1
    return sent(bytes(data))


@message("truncated")
def _():
    return sent(encrypted_to(CANARY, "--compress-algo", "none", by="alice")[:-60])


@message("no-mdc")
def _():
    return sent(encrypted_to(CANARY, "--rfc2440", "--cipher-algo", "3DES", "--disable-mdc"))


@message("stripped-mdc")
def _():
    return sent(crafted(literal(CANARY), tag=9, mdc=False))


@message("missing-mdc-packet")
def _():
    return sent(crafted(literal(CANARY), mdc=False))


@message("literal-eats-mdc")
def _():
    # The literal announces 22 octets more than it has: the whole integrity packet.
    body = b"b\0" + bytes(4) + octets(CANARY)
    return sent(crafted(bytes([0xCB, 0xFF]) + (len(body) + 22).to_bytes(4, "big") + body))


@message("literal-eats-mdc-in-chunks")
def _():
    # The last chunk is the one that has the integrity packet in it; no length of the whole is announced.
    body = (b"b\0" + bytes(4) + octets(CANARY)).ljust(522, b"\n")
    return sent(crafted(bytes([0xCB, 0xE9]) + body[:512] + bytes([len(body) - 512 + 22]) + body[512:]))


@message("literal-ends-in-chunk")
def _():
    body = b"b\0" + bytes(4) + octets(CANARY)
    return sent(crafted(bytes([0xCB, 0xEA]) + body))


@message("compression-cut")
def _():
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = squeezed.compress(literal(CANARY)) + squeezed.flush()
    return sent(crafted(packet(8, b"\x01" + data[:-12])))


@message("second-plaintext")
def _():
    return sent(crafted(literal(protected(hp="cipher", body="first canary")) + literal("second canary")))


@message("nothing-inside")
def _():
    return sent(crafted(packet(10, b"PGP")))


# What stands before or behind the one message.
@message("leading-literal")
def _():
    return sent(literal("the canary outside") + encrypted_to(CANARY))


@message("trailing-literal")
def _():
    return sent(encrypted_to(CANARY) + literal("the canary outside"))


@message("leading-signature")
def _():
    return sent(signature(CANARY) + encrypted_to(CANARY))


@message("two-messages-in-one")
def _():
    return sent(encrypted_to(CANARY) + encrypted_to(protected(hp="cipher", body="the second canary")))


@message("trailing-text-after-armor")
def _():
    return mail(encrypted(armored(encrypted_to(protected(hp="cipher"))) + "\nthe canary in clear\n"), subject="[...]")


# Not encrypted at all.
@message("literal-inside-encrypted")
def _():
    return sent(literal(CANARY))


@message("signed-inside-encrypted")
def _():
    return sent(gpg("--local-user", fingerprint("alice"), "--sign", stdin=CANARY))


@message("compressed-inside-encrypted")
def _():
    return sent(gpg("--store", stdin=CANARY))


@message("clear-text-inside-encrypted")
def _():
    return mail(multipart("encrypted", CONTROL, "Content-Type: application/octet-stream\n\nthe canary in clear\n",
                          boundary="e", parameters="; protocol=\"application/pgp-encrypted\""), subject="[...]")


# Keys.
@message("for-somebody-else")
def _():
    return sent(encrypted_to(CANARY, to=("erin",)))


@message("hidden-recipient")
def _():
    return sent(encrypted_to(protected(hp="cipher"), "--throw-keyids", by="alice"))


@message("hidden-recipient-somebody-else")
def _():
    return sent(encrypted_to(CANARY, "--throw-keyids", to=("erin",)))


@message("for-a-passphrase")
def _():
    return sent(gpg("--symmetric", stdin=CANARY))


@message("for-a-locked-key")
def _():
    return sent(encrypted_to(CANARY, to=("locked",)))


# Layers.
@message("two-encryption-layers")
def _():
    inner = encrypted(encrypted_to(protected(hp="cipher"), by="alice"))
    return sent(encrypted_to(inner))


@message("four-encryption-layers")
def _():
    entity = CANARY
    for _ in range(4):
        entity = encrypted(encrypted_to(entity))
    return mail(entity, subject="[...]")


@message("nested-signature")
def _():
    return sent(encrypted_to(signed(protected(hp="cipher"))))


@message("signature-outside-encryption")
def _():
    return mail(signed(encrypted(encrypted_to(protected(hp="cipher", sender=MALLORY))), by="mallory"), sender=MALLORY, subject="[...]")


@message("signature-outside-for-somebody-else")
def _():
    return mail(signed(encrypted(encrypted_to(CANARY, to=("erin",)))), subject="[...]")


@message("nested-sixty")
def _():
    entity = text("the canary below")
    for level in range(60):
        entity = multipart("mixed", entity, boundary=f"b{level}")
    return mail(entity)
