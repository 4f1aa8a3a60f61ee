# SPDX-License-Identifier: ISC
"""Engines that take over from each other all the time, under load: every message has its effect, once."""

import os
import time

import load
from load import h

SECONDS = int(os.environ.get("HANDOVER_SECONDS", "30"))


def test(house):
    work = load.Load(house)
    work.prepare()
    house.standby()
    before = house.metric("consciousness_engine_handovers_total")
    seen = set()
    work.start()
    start = time.monotonic()
    changes = 0
    # a machine that does much else takes longer for as many
    while time.monotonic() < start + SECONDS or changes <= SECONDS // 4 and time.monotonic() < start + 4 * SECONDS:
        seen.add(house.active())
        time.sleep(0.1)
        changes = int(house.metric("consciousness_engine_handovers_total") - before)
    work.stop()
    h.say("%d hand-overs in %d s, %d processes", changes, time.monotonic() - start, len(seen - {None}))
    h.check(changes > SECONDS // 4, "only %d hand-overs", changes)
    # who handed over is the next standby, as the same process: nobody but cron starts one here
    h.check(len(seen - {None}) <= 3, "%d processes", len(seen - {None}))
    house.standby()
    # cron's of a full minute ends when it finds no place
    h.wait(lambda: len(house.pids("engine")) == 2, "two engines")
    files = [len(os.listdir("/proc/%d/fd" % pid)) for pid in house.pids("engine")]
    h.say("open files of the engines: %s", files)
    h.check(max(files) < 50, "open files of the engines: %s", files)
    # a hand-over leaves nothing unacknowledged that was recorded
    work.check_all(duplicates_allowed=0)
    work.close()


h.main(test)
