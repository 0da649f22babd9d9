"""What must hold when sending is killed, cut off, or meets a full disk."""

import pathlib
import re

from servers import Passage, Sink
from world import check


def submit_to(world, port):
    """An account that submits to a server on this machine."""
    world.configure(
        f'default-account = "a"\n[account.a]\nfrom = ["alice@example.org"]\nsubmit = "smtp://127.0.0.1:{port}"\n'
    )


def entries(world):
    """The outbox: the state of each kept copy, by Message-ID."""
    listing = world.json("outbox", "list")
    check(not listing["damaged"], f"damaged: {listing['damaged']}")
    found = {}
    for entry in listing["entries"]:
        header = pathlib.Path(entry["path"]).read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        found[re.search(rb"^Message-ID:\s*<(.*)>", header, re.M).group(1).decode()] = entry["state"]
    return found


def judge(world, sink, identity):
    """One message after a run that ended in whatever way: nothing doubled, nothing that would be doubled in silence."""
    delivered, state = sink.count(identity), entries(world).get(identity)
    check(delivered <= 1, f"{identity} was delivered {delivered} times")
    check(delivered == 0 or state in (None, "unknown"), f"{identity} was delivered, and waits as `{state}` to be sent again")
    return delivered, state


def settle(world, sink, identities):
    """Sends what waits, then what is unknown: the first doubles nothing, and in the end nothing is left."""
    before = {identity: sink.count(identity) for identity in identities}
    world.run("outbox", "send", expect=(0, 75))
    for identity in identities:
        check(sink.count(identity) <= max(1, before[identity]), f"{identity} was doubled without a word")
    unknown = [identity for identity, state in entries(world).items() if state == "unknown"]
    if unknown:
        world.run("outbox", "send", "--resend")
    left = entries(world)
    check(not left, f"the outbox does not get empty: {left}")
    for identity in unknown:
        check(sink.count(identity) >= 1, f"{identity} was lost")


def kill(world, count):
    """`kill -9` at `count` moments, spread over a whole run."""
    sink = Sink()
    submit_to(world, sink.port)
    whole = world.duration("send", world.letter("whole@example.org"))
    outcomes = {}
    identities = []
    for number in range(count):
        identity = f"kill{number}@example.org"
        identities.append(identity)
        world.kill(whole * 1.1 * number / count, "send", world.letter(identity))
        outcome = judge(world, sink, identity)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    world.keeps_no_canary(world.state)
    check(not any(b"canary" in message for message in sink.messages), "a message went out in clear")
    settle(world, sink, identities)
    return ", ".join(f"{times} × delivered {done}, outbox {state}" for (done, state), times in sorted(outcomes.items(), key=str))


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
        delivered, state = judge(world, sink, identity)
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
