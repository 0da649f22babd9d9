"""What the fault runs share: a folder with a keyring, a configuration and state of its own, and runs that may be killed."""

import base64
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

root = pathlib.Path(__file__).resolve().parent.parent.parent

# No sealed message and nothing that is kept may show it.
canary = "canary-7c3fd1"


class Fault(Exception):
    """A promise that did not hold; its words are the finding."""


def check(holds, words):
    if not holds:
        raise Fault(words)


class World:
    """Alice's keyring with Bob and Erin accepted, her configuration, and a folder for what commands keep; gone at the end."""

    def __init__(self, program, seed):
        self.program = program
        self.random = random.Random(seed)
        # Short, because gpg-agent's socket lies in it; open to others, because a mail server has a user of its own.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pf-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.state = self.folder / "state"
        home = self.folder / "home"
        home.mkdir(mode=0o700)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GNUPGHOME": str(home),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        self._gpg("--import", *(root / f"Keyrings/{name}.asc" for name in ("alice.sec", "bob.pub", "erin.pub")))
        self._gpg("--import-ownertrust", input=f"{self.fingerprint('alice')}:6:\n")
        for name in ("bob", "erin"):
            self._gpg("--yes", "--quick-lsign-key", self.fingerprint(name))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["gpgconf", "--kill", "all"], env=self.environment, check=False)
        shutil.rmtree(self.folder)

    def fingerprint(self, name):
        page = (root / "Keyrings/README.md").read_text()
        return re.search(rf"^\| `{name}` \| `([0-9A-F]+)`", page, re.M).group(1)

    def _gpg(self, *arguments, input=None):
        command = ["gpg", "--batch", "--quiet", "--no-tty", *map(str, arguments)]
        subprocess.run(
            command, env=self.environment, check=True, input=input, text=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL
        )

    def configure(self, text):
        folder = self.folder / "config/postseal"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.toml").write_text(text)

    def letter(self, identity, octets=400, blind=None):
        """A message to Bob, and perhaps a blind recipient, whose text has the canary, in a file."""
        noise = base64.encodebytes(self.random.randbytes(octets * 3 // 4)).decode()
        path = self.folder / f"{identity.partition('@')[0]}.eml"
        path.write_text(
            "From: Alice Example <alice@example.org>\nTo: bob@example.org\n"
            + (f"Bcc: {blind}\n" if blind else "") +
            f"Message-ID: <{identity}>\nDate: Sun, 22 Nov 2026 17:02:00 +0000\nSubject: {canary}\n\n{canary}\n{noise}"
        )
        return path

    def run(self, *arguments, expect=(0,), **environment):
        """Runs postseal to its end; its status must be one of `expect`."""
        result = subprocess.run(
            [self.program, *map(str, arguments)], env=self.environment | environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=1800
        )
        words = f"postseal {' '.join(map(str, arguments))}: status {result.returncode}\n{result.stderr}"
        check(result.returncode in expect, words)
        return result

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)

    def kill(self, delay, *arguments, alone=False):
        """Runs postseal and kills it after `delay` seconds, alone or with all its children; its status, negative when it was killed."""
        process = subprocess.Popen(
            [self.program, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
            process.wait()
        return process.returncode

    def duration(self, *arguments):
        """How long a whole run takes, in seconds."""
        start = time.monotonic()
        self.run(*arguments)
        return time.monotonic() - start

    def keeps_no_canary(self, *folders):
        """Nothing below these folders shows the text of a message."""
        for folder in folders:
            for path in pathlib.Path(folder).rglob("*"):
                if path.is_file():
                    check(canary.encode() not in path.read_bytes(), f"the text of a message lies in {path}")


def digest(message):
    """What two copies of a message have in common, whatever their line ends."""
    return hashlib.sha256(message.replace(b"\r\n", b"\n")).hexdigest()
