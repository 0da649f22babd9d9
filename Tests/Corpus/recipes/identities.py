"""Who the sender seems to be."""
from .desk import *


def by_mallory(sender, **options):
    """Signed by Mallory, without protected fields: what counts is the From field outside."""
    return mail(signed(text("Pay Mallory."), by="mallory"), sender=sender, **options)


@message("signed-by-other")
def _():
    return by_mallory(ALICE)


@message("signed-by-other-protected")
def _():
    return mail(signed(protected(), by="mallory"))


@message("signed-by-impostor")
def _():
    return mail(signed(protected(), by="impostor"))


for lookalike in ("prefix", "suffix", "name", "two"):
    @message(f"signed-by-lookalike-{lookalike}")
    def _(lookalike=lookalike):
        return mail(signed(protected(), by=f"lookalike-{lookalike}"))


@message("lookalike-own-address")
def _():
    sender = "Alice Example <alice@example.org.evil.example>"
    return mail(signed(protected(sender=sender), by="lookalike-suffix"), sender=sender)


@message("lookalike-two-own-address")
def _():
    sender = "lookalike-two@evil.example"
    return mail(signed(protected(sender=sender), by="lookalike-two"), sender=sender)


@message("user-id-revoked")
def _():
    sender = "Moved Example <revoked-address@example.org>"
    return mail(signed(protected(sender=sender), by="revoked-address"), sender=sender)


@message("two-from-fields")
def _():
    return by_mallory([ALICE, MALLORY])


@message("two-from-fields-reversed")
def _():
    return by_mallory([MALLORY, ALICE])


@message("two-mailboxes-in-from")
def _():
    return by_mallory(f"{ALICE}, {MALLORY}")


@message("group-in-from")
def _():
    return by_mallory(f"Board: {ALICE}, {MALLORY};")


@message("group-named-like-an-address")
def _():
    return by_mallory(f'"{ALICE}": {MALLORY};')


@message("empty-group-before-from")
def _():
    return by_mallory([f'"{ALICE}":;', MALLORY])


@message("no-from")
def _():
    return by_mallory(None)


@message("empty-from")
def _():
    return by_mallory("")


@message("name-holds-address")
def _():
    return by_mallory("\"alice@example.org\" <mallory@evil.example>")


@message("name-holds-address-unquoted")
def _():
    return by_mallory("alice@example.org <mallory@evil.example>")


@message("name-holds-bracketed-address")
def _():
    return by_mallory("\"Alice Example <alice@example.org>\" <mallory@evil.example>")


@message("encoded-word-hides-address")
def _():
    return by_mallory("=?utf-8?q?Alice_Example_=3Calice=40example=2Eorg=3E?= <mallory@evil.example>")


@message("encoded-word-hides-the-rest")
def _():
    # Decoded before it is parsed, the first address would be Alice's.
    return by_mallory("=?utf-8?b?YWxpY2VAZXhhbXBsZS5vcmc+AA==?= <mallory@evil.example>")


@message("comment-holds-address")
def _():
    return by_mallory("mallory@evil.example (Alice Example <alice@example.org>)")


@message("name-with-newline")
def _():
    return by_mallory("=?utf-8?q?Alice_Example_=3Calice=40example=2Eorg=3E=0ASubject=3A_forged=0A?= <mallory@evil.example>")


@message("address-after-name-far-right")
def _():
    return by_mallory(f"\"Alice Example <alice@example.org>{' ' * 300}\" <mallory@evil.example>")


@message("homograph-domain")
def _():
    # Cyrillic letters in the domain.
    return by_mallory("Alice Example <alice@ex\u0430mple.org>")


@message("homograph-domain-a-label")
def _():
    return by_mallory("Alice Example <alice@xn--exmple-4nf.org>")


@message("homograph-name")
def _():
    return by_mallory("\u0410lice \u0415xample <mallory@evil.example>")


@message("homograph-local-part")
def _():
    return by_mallory("Alice Example <\u0430lice@example.org>")


@message("sender-field-is-the-signer")
def _():
    return by_mallory(ALICE, fields=(f"Sender: {MALLORY}",))


@message("reply-to-is-the-signer")
def _():
    return by_mallory(ALICE, fields=(f"Reply-To: {MALLORY}",))


@message("resent-from-is-the-signer")
def _():
    return by_mallory(ALICE, fields=(f"Resent-From: {MALLORY}",))


@message("from-in-capitals")
def _():
    return mail(signed(protected(sender="Alice Example <alice@EXAMPLE.ORG>")), sender="Alice Example <alice@EXAMPLE.ORG>")


@message("from-with-nul")
def _():
    return mail(signed(text("Pay Mallory.")), sender="alice@example.org\0@evil.example")


@message("hostile-user-id")
def _():
    sender = "Hostile <hostile-name@evil.example>"
    return mail(signed(protected(sender=sender), by="hostile-name"), sender=sender)
