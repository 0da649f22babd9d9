"""What must hold when fetching is killed, cut off, or meets a full disk."""

import collections
import mailbox
import pathlib
import shutil
import subprocess

from servers import Passage
from world import check, digest, root

messages = 12


class Dovecot:
    """A real IMAP and POP3 server with as many messages as a run has, in Alice's INBOX."""

    def __init__(self, world):
        self.folder = world.folder / "dc"
        said = self._script("start", self.folder)
        self.values = dict(word.split("=", 1) for word in said.split())
        self.messages = {}
        for number in range(messages):
            # Of all sizes, so that cuts and kills meet the middle of a message, too.
            path = world.letter(f"fetch{number}@example.org", octets=300 * 4 ** (number % 5))
            self.messages[digest(path.read_bytes())] = path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._script("stop", self.folder)

    @staticmethod
    def _script(*words, input=None):
        command = [root / "Scripts/Servers/dovecot", *map(str, words)]
        # Its standard error stays open as long as the server runs.
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        return subprocess.run(command, check=True, input=input, text=True, **pipes).stdout

    def fill(self):
        """Puts every message into the INBOX, and removes what was there."""
        admin = ("admin", self.folder, "expunge", "-u", "alice@example.org", "mailbox", "INBOX", "all")
        self._script(*admin)
        for path in self.messages.values():
            self._script("admin", self.folder, "save", "-u", "alice@example.org", "-m", "INBOX", input=path.read_text())

    def left(self):
        """How many messages are still there."""
        status = ("admin", self.folder, "mailbox", "status", "-u", "alice@example.org", "messages", "INBOX")
        return int(self._script(*status).rsplit("=", 1)[1])

    def port(self, scheme):
        return int(self.values[scheme])

    def configure(self, world, scheme, port):
        """An account that fetches from there through `port`."""
        world.configure(
            f'default-account = "a"\n[account.a]\nfrom = ["alice@example.org"]\n'
            f'fetch = "{scheme}://alice%40example.org@localhost:{port}"\n'
            f'password-command = ["echo", "alicepw"]\nca-file = "{self.values["ca"]}"\n'
        )


class Destination:
    """A Maildir or an mbox, and what is in it."""

    def __init__(self, world, kind, name):
        self.path = world.folder / name
        self.kind = kind
        self.url = f"{kind}:{self.path}"

    def found(self):
        """How often each message lies there, by its content; where we left it, as readers of mail see it."""
        if self.kind == "maildir":
            paths = [path for name in ("new", "cur") for path in (self.path / name).glob("*")]
            return collections.Counter(digest(path.read_bytes()) for path in paths)
        if not self.path.exists():
            return collections.Counter()
        box = mailbox.mbox(self.path, create=False)
        return collections.Counter(digest(self._unquoted(box.get_bytes(key))) for key in box.keys())

    @staticmethod
    def _unquoted(message):
        """The message without what an mbox adds to it: marks of quotation, and our field that names the delivery."""
        lines = message.splitlines(True)
        if lines and lines[0].startswith(b"X-Postseal-Delivery: whole=1;"):
            lines = lines[1:]
        return b"".join(line[1:] if line.lstrip(b">").startswith(b"From ") else line for line in lines)


def compare(server, destination, words):
    """Every message is there, once and whole."""
    found, wanted = destination.found(), collections.Counter(server.messages)
    lost = sum((collections.Counter(server.messages.keys()) - found).values())
    doubled = sum((found - collections.Counter(server.messages.keys())).values())
    check(lost == 0, f"{words}: {lost} of {len(wanted)} messages were lost")
    check(doubled == 0, f"{words}: {doubled} messages are there twice, or not whole")


def forget(world, destination):
    """Everything is as before the first run."""
    shutil.rmtree(world.state, ignore_errors=True)
    for path in (destination.path, pathlib.Path(f"{destination.path}.lock")):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def kill(world, count, scheme, kind, *options):
    """`kill -9` at `count` moments; whenever all has been fetched, it starts anew."""
    removes = "--delete-after-fetch" in options
    with Dovecot(world) as server:
        server.configure(world, scheme, server.port(scheme))
        destination = Destination(world, kind, "box")
        command = ("fetch", "--into", destination.url, *options)
        server.fill()
        whole = world.duration(*command)
        compare(server, destination, "a whole run")
        rounds, killed, fresh = 1, 0, True
        while killed < count:
            if fresh:
                forget(world, destination)
                if removes:
                    server.fill()
                rounds += 1
            status = world.kill(world.random.uniform(0, whole * 1.05), *command)
            killed += 1
            there = sum(destination.found().values())
            fresh = status == 0 or world.random.random() < 0.2
            if fresh:
                world.run(*command)
                compare(server, destination, f"kill {killed}, {there} messages there then")
                check(not removes or server.left() == 0, "messages were left on the server")
        return f"{killed} kills, {rounds} rounds"


def drop(world, scheme):
    """The connection breaks after so many bytes, from the first to the last."""
    with Dovecot(world) as server:
        passage = Passage(server.port(scheme))
        server.configure(world, scheme, passage.port)
        destination = Destination(world, "maildir", "box")
        command = ("fetch", "--into", destination.url)
        server.fill()
        world.run(*command)
        compare(server, destination, "a whole run")
        whole = passage.carried
        cuts = 0
        for part in range(24):
            forget(world, destination)
            passage.limit = whole * part // 24
            result = world.run(*command, expect=range(0, 142))
            words = f"cut off after {passage.limit} of {whole} bytes"
            check(result.returncode in (69, 74, 75, 76, 77), f"{words}: status {result.returncode}\n{result.stderr}")
            passage.limit = None
            world.run(*command)
            compare(server, destination, words)
            cuts += 1
        return f"{cuts} cuts of {whole} bytes"
