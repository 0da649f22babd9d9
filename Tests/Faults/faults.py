"""Breaks postseal's work at bad moments and looks at what is left: nothing lost, nothing doubled without a word.

faults.py PROGRAM COUNT SEED [WORDS…]   with WORDS only the runs whose names have one of them
"""

import sys
import time

import disks
import fetching
import sending
from world import Fault, World

runs = {
    "send, killed": sending.kill,
    "send, killed at each step": lambda world, count: sending.at_steps(world, count, "kill"),
    "send, disk full at each step": lambda world, count: sending.at_steps(world, count, "full"),
    "outbox send, killed at each step": lambda world, count: sending.at_steps(world, count, "kill", again=True),
    "outbox send, disk full at each step": lambda world, count: sending.at_steps(world, count, "full", again=True),
    "send by a program, killed": sending.kill_by_program,
    "send, cut off": lambda world, count: sending.drop(world),
    "fetch by IMAP, killed": lambda world, count: fetching.kill(world, count, "imaps", "maildir"),
    "fetch by POP3 and remove, killed": lambda world, count: fetching.kill(
        world, count, "pop3s", "maildir", "--delete-after-fetch"
    ),
    "fetch into an mbox, killed": lambda world, count: fetching.kill(world, count, "imaps", "mbox"),
    "fetch by IMAP, cut off": lambda world, count: fetching.drop(world, "imaps"),
    "fetch by POP3, cut off": lambda world, count: fetching.drop(world, "pop3s"),
    "full disks": lambda world, count: disks.full(world),
}


def main():
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chosen = [name for name in runs if len(sys.argv) < 5 or any(word in name for word in sys.argv[4:])]
    failed = False
    for name, run in ((name, runs[name]) for name in chosen):
        start = time.monotonic()
        try:
            with World(program, seed) as world:
                words = run(world, count)
        except Fault as fault:
            failed = True
            words = f"FAILED: {fault}"
        print(f"{name}: {words} ({time.monotonic() - start:.0f} s)", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
