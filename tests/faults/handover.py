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
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        seen.add(house.active())
        time.sleep(0.1)
    work.stop()
    changes = int(house.metric("consciousness_engine_handovers_total") - before)
    h.say("%d hand-overs in %d s, %d processes", changes, SECONDS, len(seen - {None}))
    h.check(changes > SECONDS // 4, "only %d hand-overs", changes)
    # who handed over is the next standby, as the same process: nobody but cron starts one here
    h.check(len(seen - {None}) <= 3, "%d processes", len(seen - {None}))
    house.standby()
    files = [len(os.listdir("/proc/%d/fd" % pid)) for pid in house.pids("engine")]
    h.say("open files of the engines: %s", files)
    h.check(len(files) == 2 and max(files) < 50, "open files of the engines: %s", files)
    # a hand-over leaves nothing unacknowledged that was recorded
    work.check_all(duplicates_allowed=0)
    work.close()


h.main(test)
