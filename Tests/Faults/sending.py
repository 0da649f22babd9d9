"""What must hold when sending is killed, cut off, or meets a full disk."""

import pathlib
import re
import subprocess
import time

from servers import Passage, Sink, has
from world import check, root

bob, erin = "bob@example.org", "erin@example.org"


def submit_to(world, port):
    """An account that submits to a server on this machine."""
    world.configure(
        f'default-account = "a"\n[account.a]\nfrom = ["alice@example.org"]\nsubmit = "smtp://127.0.0.1:{port}"\n'
    )


def entries(world):
    """The outbox: the state of each kept copy, by Message-ID and recipient."""
    listing = world.json("outbox", "list")
    check(not listing["damaged"], f"damaged: {listing['damaged']}")
    found = {}
    for entry in listing["entries"]:
        if entry["purpose"] != "delivery":
            continue
        header = pathlib.Path(entry["path"]).read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        identity = re.search(rb"^Message-ID:\s*<(.*)>", header, re.M).group(1).decode()
        for recipient in entry["recipients"]:
            if recipient["fate"] != "accepted":
                found[identity, recipient["address"]] = entry["state"]
    return found


def judge(world, sink, identity, recipients=(bob,)):
    """One message after a run that ended in whatever way: nothing doubled, nothing that would be doubled in silence, nobody forgotten."""
    kept, outcome = entries(world), []
    for recipient in recipients:
        delivered, state = sink.count(identity, recipient), kept.get((identity, recipient))
        check(delivered <= 1, f"{identity} was delivered {delivered} times to {recipient}")
        words = f"{identity} was delivered to {recipient}, and waits as `{state}` to be sent again"
        check(delivered == 0 or state in (None, "unknown"), words)
        outcome.append((delivered, state))
    forgotten = [name for name, fate in zip(recipients, outcome) if fate == (0, None)]
    check(len(forgotten) in (0, len(recipients)), f"{identity} is out or waits, and {forgotten} would never get it")
    return tuple(outcome)


def settle(world, sink, identities, recipients=(bob,), way=()):
    """Sends what waits, then what is unknown: the first doubles nothing, and in the end nothing is left."""
    before = {(identity, name): sink.count(identity, name) for identity in identities for name in recipients}
    world.run("outbox", "send", *way, expect=(0, 75))
    for (identity, name), times in before.items():
        check(sink.count(identity, name) <= max(1, times), f"{identity} was doubled for {name} without a word")
    unknown = [key for key, state in entries(world).items() if state == "unknown"]
    if unknown:
        world.run("outbox", "send", "--resend", *way)
    left = entries(world)
    check(not left, f"the outbox does not get empty: {left}")
    for identity, name in unknown:
        check(sink.count(identity, name) >= 1, f"{identity} was lost for {name}")
    rest = [path for path in (world.state / "postseal/outbox").rglob("*") if path.is_file()]
    check(not rest, f"files stay in the outbox: {rest}")


def words(outcomes):
    """How often each outcome came."""
    def fate(delivered, state):
        return f"delivered {delivered}, outbox {state}"

    counted = sorted(outcomes.items(), key=str)
    return "; ".join(f"{times} × " + " and ".join(fate(*one) for one in outcome) for outcome, times in counted)


def note(outcomes, outcome):
    outcomes[outcome] = outcomes.get(outcome, 0) + 1


def kill(world, count):
    """`kill -9` at `count` moments of a run."""
    sink = Sink()
    submit_to(world, sink.port)
    outcomes = {}
    identities = []
    for number in range(count):
        # What else the machine has to do changes meanwhile.
        if number % 20 == 0:
            whole = world.duration("send", world.letter(f"whole{number}@example.org", blind=erin))
        identity = f"kill{number}@example.org"
        identities.append(identity)
        world.kill(whole * 1.1 * world.random.random(), "send", world.letter(identity, blind=erin))
        note(outcomes, judge(world, sink, identity, (bob, erin)))
    world.keeps_no_canary(world.state)
    check(not any(b"canary" in message for message in sink.messages), "a message went out in clear")
    settle(world, sink, identities, (bob, erin))
    return words(outcomes)


def preloaded(world):
    """What postseal is started with to be stopped at a step, see steps.c."""
    library = world.folder / "steps.so"
    source = root / "Tests/Faults/steps.c"
    subprocess.run(["clang", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def at_steps(world, count, act, again=False):
    """Ends a run, or lets its disk be full, at each call by which it changes files or speaks to a server; at `count` of them at most.

    `again`: it is a run of `outbox send`, of what could not be sent before.
    """
    sink = Sink()
    submit_to(world, sink.port)
    setting = preloaded(world)
    sent = ("--sent", f"maildir:{world.folder}/Sent")
    way = ("--via", f"smtp://127.0.0.1:{sink.port}")

    def attempt(identity, expect, **fault):
        letter = world.letter(identity, blind=erin)
        if not again:
            return world.run("send", letter, *sent, expect=expect, **setting, **fault)
        world.run("send", letter, *sent, "--via", "smtp://127.0.0.1:1", expect=(69,))
        return world.run("outbox", "send", *way, expect=expect, **setting, **fault)

    total = world.folder / "total"
    attempt("total@example.org", (0,), FAULT_COUNT=str(total))
    steps = int(total.read_text())
    check(steps > 20, f"only {steps} steps were seen")
    outcomes = {}
    identities = []
    incomplete = 0
    for number in sorted({1 + index * steps // count for index in range(count)}):
        identity = f"step{number}@example.org"
        identities.append(identity)
        result = attempt(identity, range(-9, 142), FAULT_STEP=str(number), FAULT_ACT=act)
        incomplete += len(world.json("outbox", "list")["incomplete"])
        outcome = judge(world, sink, identity, (bob, erin))
        words_of_it = f"{act} at step {number}: status {result.returncode}, {outcome}\n{result.stderr}"
        check(result.returncode != 0 or all(delivered == 1 for delivered, _ in outcome), words_of_it)
        check(not again or all(fate != (0, None) for fate in outcome), f"what waited is lost: {words_of_it}")
        note(outcomes, outcome)
        # What waits is not to meet the next fault, and what is incomplete must not stay.
        world.run("outbox", "send", *way, expect=(0, 75))
        check(not world.json("outbox", "list")["incomplete"], f"{identity} stays incomplete")
    settle(world, sink, identities, (bob, erin), way)
    return f"{len(identities)} of {steps} steps, {incomplete} × incomplete; {words(outcomes)}"


class Program:
    """A sendmail that reads slowly and remembers what it got, whoever started it may be gone."""

    def __init__(self, world):
        self.folder = world.folder / "taken"
        self.folder.mkdir()
        self.path = world.folder / "sendmail"
        self.path.write_text(
            f'#!/bin/sh\ncd {self.folder}\nfor last; do :; done\n{{ echo "$last"; head -c 5000; sleep 0.05; cat; }} > run.$$\n'
            "mv run.$$ got.$$\n"
        )
        self.path.chmod(0o755)

    def wait(self):
        """Waits until none is at work any more."""
        for _ in range(3000):
            if not list(self.folder.glob("run.*")):
                return
            time.sleep(0.02)
        check(False, "a program does not end")

    def taken(self):
        return [path.read_bytes().partition(b"\n") for path in self.folder.glob("got.*")]

    def check_whole(self):
        for name, _, message in self.taken():
            whole = message.endswith(b"--\n") and b"-----END PGP MESSAGE-----" in message
            check(whole, f"a program got {len(message)} bytes of a message for {name.decode()} and not all")

    def count(self, identity, recipient=bob):
        return sum(1 for name, _, message in self.taken() if name.decode() == recipient and has(message, identity))


def kill_by_program(world, count):
    """`kill -9` of postseal alone while a program takes the mail: what that has is whole, and is not doubled."""
    program = Program(world)
    world.configure(
        f'default-account = "a"\n[account.a]\nfrom = ["alice@example.org"]\nsubmit = "sendmail:{program.path}"\n'
    )
    octets = 150_000
    outcomes = {}
    identities = []
    for number in range(count):
        if number % 20 == 0:
            whole = world.duration("send", world.letter(f"whole{number}@example.org", octets, erin))
        identity = f"kill{number}@example.org"
        identities.append(identity)
        # Half of it is sealing, which is like that for a server.
        delay = whole * (0.4 + 0.65 * world.random.random())
        world.kill(delay, "send", world.letter(identity, octets, erin), alone=True)
        program.wait()
        program.check_whole()
        note(outcomes, judge(world, program, identity, (bob, erin)))
    settle(world, program, identities, (bob, erin))
    return words(outcomes)


def drop(world):
    """The server breaks off at each step, and after each so many bytes."""
    sink = Sink()
    passage = Passage(sink.port)
    submit_to(world, passage.port)
    identities = []

    def attempt(name):
        identity = f"drop-{name}@example.org"
        identities.append(identity)
        result = world.run("send", world.letter(identity), expect=range(0, 142))
        ((delivered, state),) = judge(world, sink, identity)
        check(result.returncode != 0 or delivered == 1, f"{identity}: status 0, and nothing was delivered")
        check(delivered == 1 or state is not None, f"{identity} is neither delivered nor in the outbox")

    for step in Sink.steps:
        sink.fault = step
        attempt(step)
    sink.fault = None
    attempt("none")
    whole = passage.carried
    steps = list(range(0, whole + 1, max(1, whole // 40)))
    for limit in steps:
        passage.limit = limit
        attempt(limit)
    passage.limit = None
    settle(world, sink, identities)
    return f"{len(Sink.steps)} steps, {len(steps)} cuts"
