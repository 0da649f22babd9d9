"""What must hold when the disk is full: a file system of a few kilobytes for each kind of delivery."""

import contextlib
import os
import pathlib
import subprocess

import fetching
import sending
from servers import Sink
from world import canary, check


@contextlib.contextmanager
def small_disk(world, kilobytes):
    """A folder on a file system of its own."""
    folder = world.folder / "small"
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=755", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def possible():
    """Whether we may mount file systems: root, and not in a container without that right."""
    probe = "mount -t tmpfs none /mnt && umount /mnt"
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "sh", "-c", probe], capture_output=True).returncode == 0


def fill(folder, leave):
    """Takes all the room but `leave` bytes."""
    block = bytes(1024)
    rest = os.statvfs(folder)
    with open(folder / "filler", "wb") as file:
        for _ in range(max(0, rest.f_bavail * rest.f_bsize - leave) // len(block)):
            file.write(block)


def empty(folder):
    (folder / "filler").unlink()


def state(world):
    """No room for the outbox: nothing is sent, and once there is room it is."""
    sink = Sink()
    sending.submit_to(world, sink.port)
    tried = 0
    with small_disk(world, 256) as folder:
        world.environment["XDG_STATE_HOME"] = str(folder)
        for leave in (0, 4096, 8192):
            identity = f"full{leave}@example.org"
            letter = world.letter(identity, octets=16384)
            fill(folder, leave)
            result = world.run("send", letter, expect=(73, 74))
            check("space" in result.stderr, f"the full disk is not named: {result.stderr}")
            check(sink.count(identity) == 0, "it was sent without being kept first")
            empty(folder)
            check(not sending.entries(world), "half a copy stayed in the outbox")
            world.run("send", letter)
            check(sink.count(identity) == 1, "it was not sent once there was room")
            tried += 1
        world.environment["XDG_STATE_HOME"] = str(world.state)
    return tried


def fetched(world, kind):
    """No room for fetched mail: what fits is whole, the rest is still on the server."""
    with fetching.Dovecot(world) as server, small_disk(world, 1024) as folder:
        server.configure(world, "imaps", server.port("imaps"))
        server.fill()
        destination = fetching.Destination(world, kind, "small/box")
        for leave in (0, 4096, 32768, 131_072):
            fetching.forget(world, destination)
            fill(folder, leave)
            result = world.run("fetch", "--into", destination.url, "--delete-after-fetch", expect=(73, 74))
            check("space" in result.stderr, f"the full disk is not named: {result.stderr}")
            there = sum((destination.found() & fetching.collections.Counter(server.messages.keys())).values())
            check(there + server.left() >= fetching.messages, "a message is neither here nor on the server")
            check(there == sum(destination.found().values()), "half a message was delivered")
            empty(folder)
            world.run("fetch", "--into", destination.url, "--delete-after-fetch")
            fetching.compare(server, destination, f"{kind} with {leave} bytes left")
            server.fill()
    return 4


def opened(world):
    """No room for what is opened: nothing half written."""
    letter = world.letter("opened@example.org", octets=65536)
    sealed = world.folder / "sealed.eml"
    world.run("encrypt", letter, "-o", sealed, "--force")
    with small_disk(world, 256) as folder:
        fill(folder, 16384)
        for words in (("decrypt", sealed, "-o", folder / "opened.eml"), ("encrypt", letter, "-o", folder / "sealed.eml")):
            result = world.run(*words, expect=(73, 74))
            check("space" in result.stderr, f"the full disk is not named: {result.stderr}")
            left = [path.name for path in pathlib.Path(folder).iterdir()]
            check(left == ["filler"], f"{words[0]} left {left}")
    return 2


def full(world):
    """All of them; `canary` must not stay in any of the files."""
    if not possible():
        return "SKIPPED: only root can mount the small file systems that it needs"
    tried = state(world) + fetched(world, "maildir") + fetched(world, "mbox") + opened(world)
    check(not any(canary.encode() in path.read_bytes() for path in world.state.rglob("*") if path.is_file()), "text was kept")
    return f"{tried} full disks"
