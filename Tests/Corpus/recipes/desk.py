"""What the recipes share: people with their keys, OpenPGP packets, MIME parts, and the list of recipes.

Recipes write text with bare line feeds; `crlf` makes the canonical form of it, which is what is signed and what is stored.
"""
import base64
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
# When every message was written and signed, unless its recipe says otherwise.
MADE = "20250601T120000"
DATE = "Sun, 01 Jun 2025 12:00:00 +0000"
ALICE = "Alice Example <alice@example.org>"
BOB = "Bob Meyer <bob@example.org>"
MALLORY = "Mallory <mallory@evil.example>"

RECIPES = {}


def message(name):
    """Registers a recipe: a function without arguments that gives the message `name`.eml as text or bytes."""
    def register(recipe):
        assert name not in RECIPES, name
        RECIPES[name] = recipe
        return recipe
    return register


def crlf(text):
    return re.sub(r"\r?\n", "\r\n", text) if isinstance(text, str) else text


def octets(text):
    return crlf(text).encode() if isinstance(text, str) else text


def text(body="the figures", fields=(), kind="text/plain"):
    """A text part; `fields` are further header lines."""
    return "\n".join([f"Content-Type: {kind}", *fields, "", body, ""])


def html(body, fields=()):
    return text(body, fields, "text/html; charset=utf-8")


def multipart(kind, *parts, boundary="m", parameters="", fields=()):
    head = "\n".join([f"Content-Type: multipart/{kind}; boundary=\"{boundary}\"{parameters}", *fields, "", ""])
    return head + "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"


def mail(entity, sender=ALICE, to=BOB, subject="Budget", date=DATE, fields=()):
    """The whole message around `entity`; None leaves a field out, a list gives it several times."""
    lines = []
    for name, value in [("From", sender), ("To", to), ("Subject", subject), ("Date", date)]:
        values = value if isinstance(value, (list, tuple)) else [value]
        lines += [f"{name}: {one}" for one in values if one is not None]
    lines += ["Message-ID: <letter@example.org>", *fields, "MIME-Version: 1.0", ""]
    return "\n".join(lines) + entity


def protected(kind="text/plain", body="the figures", sender=ALICE, to=BOB, subject="Budget", date=DATE, fields=(), hp="clear"):
    """A payload that carries the fields of its message; with hp="cipher" HP-Outer says what stands outside."""
    mark = {"clear": '; hp="clear"', "cipher": '; hp="cipher"', "v1": '; protected-headers="v1"', None: ""}[hp]
    lines = [f"Content-Type: {kind}{mark}"]
    shown = [("From", sender), ("To", to), ("Subject", subject), ("Date", date), ("Message-ID", "<letter@example.org>")]
    shown = [pair for pair in shown if pair[1] is not None]
    lines += [f"{name}: {value}" for name, value in shown]
    if hp == "cipher":
        lines += [f"HP-Outer: {name}: {'[...]' if name == 'Subject' else value}" for name, value in shown]
    return "\n".join([*lines, *fields, "", body, ""])


# --- gpg ---

_home = None


def open_home(path):
    """Makes the throw-away home at `path`: every secret key of Keyrings/, the revoked one as it was before its revocation."""
    global _home
    _home = path
    keyrings = os.path.join(ROOT, "Keyrings")
    for name in sorted(os.listdir(keyrings)):
        if not name.endswith(".sec.asc"):
            continue
        block = dearmor(open(os.path.join(keyrings, name)).read())
        if name == "revoked.sec.asc":
            block = b"".join(raw for tag, body, raw in packets(block) if not (tag == 2 and body[:2] == b"\x04\x20"))
        gpg("--import", stdin=block)


def gpg(*arguments, stdin=b"", at=MADE):
    command = ["gpg", "--homedir", _home, "--quiet", "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback",
               "--passphrase", "correct horse battery staple", "--trust-model", "always", "--no-auto-check-trustdb",
               "--faked-system-time", at, *arguments]
    run = subprocess.run(command, input=octets(stdin), capture_output=True)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{run.stderr.decode(errors='replace')}")
    return run.stdout


def fingerprint(name):
    for line in open(os.path.join(ROOT, "Keyrings", "README.md")):
        if line.startswith(f"| `{name}` "):
            return line.split("`")[3]
    raise SystemExit(f"nobody in Keyrings is called {name}")


def signature(payload, by="alice", *options, at=MADE):
    """A detached signature over the canonical form of `payload`, binary."""
    return gpg("--local-user", fingerprint(by), *options, "--detach-sign", stdin=payload, at=at)


def encrypted_to(plaintext, *options, to=("bob",), by=None, at=MADE):
    """An encrypted message in binary; with `by`, signed inside."""
    people = [word for name in to for word in ("--recipient", fingerprint(name))]
    signing = ["--local-user", fingerprint(by), "--sign"] if by else []
    return gpg(*options, *signing, *people, "--encrypt", stdin=plaintext, at=at)


# --- armor and packets ---

def armored(data, kind="MESSAGE", headers=""):
    lines = base64.encodebytes(data).decode().replace("\n", "")
    body = "\n".join(lines[start:start + 64] for start in range(0, len(lines), 64))
    checksum = base64.b64encode(crc24(data)).decode()
    return f"-----BEGIN PGP {kind}-----\n{headers}\n{body}\n={checksum}\n-----END PGP {kind}-----\n"


def crc24(data):
    value = 0xB704CE
    for octet in data:
        value ^= octet << 16
        for _ in range(8):
            value <<= 1
            if value & 0x1000000:
                value ^= 0x1864CFB
    return (value & 0xFFFFFF).to_bytes(3, "big")


def dearmor(block):
    lines = block.replace("\r", "").split("\n")
    start = lines.index("")
    return base64.b64decode("".join(line for line in lines[start:] if line and line[0] not in "-="))


def packet(tag, body):
    """One packet with a length of five octets."""
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def literal(data, name=b""):
    data = octets(data)
    return packet(11, b"b" + bytes([len(name)]) + name + bytes(4) + data)


def packets(data):
    """Each packet as tag, body and its own bytes; definite and partial lengths."""
    position = 0
    while position < len(data):
        start, head = position, data[position]
        position += 1
        if head & 0x40:
            tag, body = head & 63, b""
            while True:
                length = data[position]
                position += 1
                partial = 224 <= length < 255
                if partial:
                    size = 1 << (length & 31)
                elif length < 192:
                    size = length
                elif length < 224:
                    size = (length - 192 << 8) + data[position] + 192
                    position += 1
                else:
                    size = int.from_bytes(data[position:position + 4], "big")
                    position += 4
                body += data[position:position + size]
                position += size
                if not partial:
                    break
        else:
            tag, octets_of_length = head >> 2 & 15, 1 << (head & 3)
            size = int.from_bytes(data[position:position + octets_of_length], "big")
            position += octets_of_length
            body = data[position:position + size]
            position += size
        yield tag, body, data[start:position]


def crafted(content, swallow=0, tag=18, mdc=True):
    """A message to bob around packets of our own, encrypted as gpg would have done it.

    `swallow` is how many octets of the integrity packet the content itself announces as its own; without `mdc` there is none.
    """
    import hashlib
    whole = encrypted_to("x", "--cipher-algo", "AES256", "--compress-algo", "none")
    shown = subprocess.run(
        ["gpg", "--homedir", _home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--show-session-key", "--decrypt"],
        input=whole, capture_output=True).stderr.decode()
    key = re.search(r"session key: '9:([0-9A-F]{64})'", shown).group(1)
    session = next(raw for tag_, _, raw in packets(whole) if tag_ == 1)
    prefix = bytes(range(16)) + bytes([14, 15])
    plain = prefix + content
    if mdc:
        plain += b"\xd3\x14"
        plain += hashlib.sha1(plain).digest()
    if tag == 18:
        return session + packet(18, b"\x01" + cfb(key, bytes(16), plain))
    # The older packet synchronises its cipher anew after the prefix. RFC 4880 §13.9
    head = cfb(key, bytes(16), plain[:18])
    return session + packet(9, head + cfb(key, head[2:18], plain[18:]))


def cfb(key, start, data):
    return subprocess.run(["openssl", "enc", "-aes-256-cfb", "-K", key, "-iv", start.hex()], input=data,
                          capture_output=True, check=True).stdout


# --- PGP/MIME ---

def signed(payload, made=None, boundary="s", by="alice", kind="application/pgp-signature", tail="", options=(), at=MADE):
    """multipart/signed around `payload`; `made` stands in place of its signature's armor."""
    if made is None:
        made = armored(signature(payload, by, *options, at=at), "SIGNATURE")
    return (f"Content-Type: multipart/signed; micalg=\"pgp-sha512\"; protocol=\"application/pgp-signature\"; boundary=\"{boundary}\"\n\n"
            f"--{boundary}\n{payload}\n--{boundary}\nContent-Type: {kind}\n\n{made}\n--{boundary}--\n{tail}")


CONTROL = "Content-Type: application/pgp-encrypted\nContent-Description: PGP/MIME version identification\n\nVersion: 1\n"


def ciphertext(block, kind="application/octet-stream; name=\"encrypted.asc\"", fields=()):
    return "\n".join([f"Content-Type: {kind}", *fields, "", block])


def encrypted(data, *extra, boundary="e", fields=(), control=CONTROL):
    """multipart/encrypted around binary packets, or an armor as it is."""
    block = data if isinstance(data, str) else armored(data)
    return multipart("encrypted", control, ciphertext(block), *extra, boundary=boundary,
                     parameters="; protocol=\"application/pgp-encrypted\"", fields=fields)


def sealed(payload, boundary="e", **options):
    """multipart/encrypted around `payload`, signed by alice inside."""
    return encrypted(encrypted_to(payload, by=options.pop("by", "alice"), **options), boundary=boundary)
