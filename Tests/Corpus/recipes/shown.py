"""What tries to leave its place on the screen, in a folder, or on this machine."""
from .desk import *

FAKE = "╭ encrypted to you · good signature by Alice Example <alice@example.org>"
UTF8 = "text/plain; charset=utf-8"
ENCODED = ["Content-Transfer-Encoding: 8bit"]


@message("verdict-in-body")
def _():
    return mail(text(f"{FAKE}\n│ certificate AEA2 6172 … 7682 21D1, verified\n╰ covers everything\nFrom:    Alice Example <alice@example.org>",
                     ENCODED, UTF8), sender=MALLORY)


@message("verdict-in-subject")
def _():
    encoded = base64.b64encode(FAKE.encode()).decode()
    return mail(text(), sender=MALLORY, subject=f"=?utf-8?b?{encoded}?=")


@message("escapes-in-body")
def _():
    return mail(text("one\x1b[2J\x1b[1;1H\x1b]0;title\x07two\x9b31m\x08\x7f\x0bthree", ENCODED, UTF8), sender=MALLORY)


@message("escapes-in-body-latin")
def _():
    return octets(mail(text("one @@ two", ENCODED, "text/plain; charset=iso-8859-1"), sender=MALLORY)).replace(b"@@", b"\x9b2J")


@message("carriage-returns-in-body")
def _():
    return octets(mail(text("not signed@good signature by Alice Example", (), UTF8), sender=MALLORY)).replace(b"@good", b"\r\x1b[Kgood")


@message("escapes-in-header")
def _():
    return mail(text(), sender="\x1b[31mMallory\x1b[0m <mallory@evil.example>", subject="\x1b[2Jcleared\x07")


@message("escapes-in-flowed")
def _():
    return mail(text("one\x1b[2J \ntwo\u202e \n> quoted\x9b31m \n> more\r\x07", ENCODED, f"{UTF8}; format=flowed"), sender=MALLORY)


@message("escapes-in-labels")
def _():
    # What is named because it is not known: a charset, a transfer encoding.
    part = "Content-Type: text/plain; charset=\"x\x1b[31m\u202ered\"\nContent-Transfer-Encoding: y\x1b[2J\x07\n\none\n"
    return mail(multipart("mixed", part, "Content-Type: application/\x1b[31mred; name=\"a\x1b[2J\"\n\ntwo\n"), sender=MALLORY)


@message("escapes-in-forward")
def _():
    inner = mail(text("inner"), sender="=?utf-8?q?=1B[31mAlice=E2=80=AE?= <alice@example.org>", subject="=?utf-8?q?=1B]0;title=07=0D=0Atwo?=")
    return mail(multipart("mixed", text("Look."), "Content-Type: message/rfc822\n\n" + inner), sender=MALLORY)


@message("escapes-in-protocol")
def _():
    return mail(encrypted(encrypted_to(text(), by="alice")).replace("application/pgp-encrypted\"", "x\x1b[31mred\x9b\u202e\"", 1), sender=MALLORY)


@message("escapes-in-protocol-signed")
def _():
    return mail(signed(text(), by="mallory").replace("application/pgp-signature", "x\x1b[2J" + "y" * 3000, 1), sender=MALLORY)


@message("escapes-in-key")
def _():
    key = open(os.path.join(ROOT, "Keyrings", "hostile-name.pub.asc")).read()
    return mail(multipart("mixed", text("My key."), "Content-Type: application/pgp-keys; name=\"key.asc\"\n\n" + key), sender=MALLORY)


@message("subject-with-newlines")
def _():
    return mail(text(), sender=MALLORY, subject="=?utf-8?q?one=0D=0AFrom=3A_alice=40example=2Eorg=0D=0A=1B=5B2Jtwo?=")


@message("subject-with-line-separators")
def _():
    return mail(text(), sender=MALLORY, subject="=?utf-8?b?b25l4oCoRnJvbTogYWxpY2VAZXhhbXBsZS5vcmfigKnChXR3bw==?=")


@message("right-to-left")
def _():
    return mail(multipart("mixed", text("pay \u202e0001\u202c euro\u2066\u2069\u200f", ENCODED, UTF8),
                          "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe\n\nx\n"),
                sender=MALLORY, subject="=?utf-8?q?one_=E2=80=AEtwo?=")


@message("invisible-characters")
def _():
    return mail(text("pass\u200bword \ufeffzero\u2060width \U000e0041tag \u00adsoft \u3164filler", ENCODED, UTF8), sender=MALLORY)


@message("marks-in-heaps")
def _():
    return mail(text("Z" + "\u0335\u0301" * 60 + " over other lines", ENCODED, UTF8), sender=MALLORY)


@message("invalid-utf8")
def _():
    return octets(mail(text("one @@ two", ENCODED, UTF8), sender=MALLORY)).replace(b"@@", b"\xff\xfe\xc0\xaf\xed\xa0\x80")


@message("very-long-names")
def _():
    name = "Alice Example <alice@example.org> " * 40
    return mail(multipart("mixed", text(),
                          f"Content-Type: application/{'x' * 300}; name=\"{'n' * 600}\"\n\nx\n"),
                sender=f"\"{name}\" <mallory@evil.example>", subject="s" * 900)


@message("html-draws-verdict")
def _():
    return mail(html(f"<pre style=\"position:fixed;top:0\">{FAKE}</pre><p>&#27;[2J&#x9b;31m&#8238;text</p>", ENCODED), sender=MALLORY)


@message("json-in-body")
def _():
    return mail(text("\",\"signature\":\"good\",\"trusted\":true,\"x\":\"\\u0000\\", (), UTF8), sender=MALLORY,
                subject="\"},{\"name\":\"From\",\"value\":\"alice@example.org")


@message("own-verdict-header")
def _():
    return mail(text(), sender=MALLORY, fields=("X-Postseal-Verdict: good; alice@example.org", "Authentication-Results: example.org; openpgp=pass"))


# Attachments.
NAMES = [
    "../../etc/cron.d/evil", "/etc/passwd", "..\\\\..\\\\windows\\\\evil.exe", ".bashrc", "-rf", "~/evil", "..", ".", "",
    "CON", "nul.txt", "same.txt", "same.txt", "a" * 300 + ".txt", "a/b/c.txt", " trailing. ",
]


@message("attachment-names")
def _():
    parts = [f"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"\n\n{number}\n"
             for number, name in enumerate(NAMES)]
    encoded = ["%2E%2E%2Fescaped", "nul%00byte.txt", "bell%07.txt", "%E2%80%AEtxt.exe", "new%0Aline", "%FF%FEbad"]
    parts += [f"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''{name}\n\n{number}\n"
              for number, name in enumerate(encoded, len(NAMES))]
    parts += ["Content-Type: application/octet-stream; name=\"=?utf-8?q?=2E=2E=2Fword?=\"\nContent-Disposition: attachment\n\nx\n",
              "Content-Type: application/octet-stream\nContent-Disposition: attachment;\n filename*0=\"../\"; filename*1=\"split\"\n\nx\n"]
    return mail(multipart("mixed", text("names"), *parts), sender=MALLORY)


# Remote content.
@message("remote-content")
def _():
    body = ("<html><head><link rel=\"stylesheet\" href=\"http://127.0.0.1:9/style.css\"><style>@import url(http://127.0.0.1:9/a.css);"
            "body{background:url(http://127.0.0.1:9/b.png)}</style><meta http-equiv=\"refresh\" content=\"0;url=http://127.0.0.1:9/r\">"
            "<script src=\"http://127.0.0.1:9/s.js\"></script><base href=\"http://127.0.0.1:9/\"></head><body onload=\"x()\">"
            "<p>text of the page</p><img src=\"http://127.0.0.1:9/pixel.gif\"><img src=\"file:///etc/passwd\"><img src=\"pixel.gif\">"
            "<iframe src=\"http://127.0.0.1:9/frame\"></iframe><object data=\"http://127.0.0.1:9/o\"></object>"
            "<video poster=\"http://127.0.0.1:9/v\"></video><form action=\"http://127.0.0.1:9/f\"></form></body></html>")
    return mail(multipart("mixed", html(body),
                          "Content-Type: message/external-body; access-type=URL; URL=\"http://127.0.0.1:9/ext\"\n\nContent-Type: text/plain\n\n",
                          "Content-Type: text/plain; charset=utf-8\nContent-Location: http://127.0.0.1:9/loc\n\nplain part\n"),
                sender=MALLORY, fields=("List-Unsubscribe: <http://127.0.0.1:9/u>", "X-Image-URL: http://127.0.0.1:9/face",
                                        "Disposition-Notification-To: mallory@evil.example", "OpenPGP: url=http://127.0.0.1:9/key"))


@message("remote-content-sealed")
def _():
    body = "<p>text of the page</p><img src=\"http://127.0.0.1:9/pixel.gif\"><link rel=\"stylesheet\" href=\"http://127.0.0.1:9/s.css\">"
    payload = protected("text/html; charset=utf-8", body, hp="cipher")
    return mail(sealed(payload), subject="[...]")


@message("key-url-in-signature")
def _():
    return mail(signed(protected(), options=("--sig-keyserver-url", "http://127.0.0.1:9/key")))


@message("key-url-of-unknown-signer")
def _():
    sender = "Erin Example <erin@example.org>"
    return mail(signed(protected(sender=sender), by="erin", options=("--sig-keyserver-url", "http://127.0.0.1:9/key")), sender=sender)
