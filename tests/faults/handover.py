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
        house.start("consciousness-engine")
        seen.add(house.active())
        time.sleep(1)
    work.stop()
    changes = int(house.metric("consciousness_engine_handovers_total") - before)
    h.say("%d hand-overs in %d s, %d processes", changes, SECONDS, len(seen - {None}))
    h.check(changes > 5, "only %d hand-overs", changes)
    # a hand-over leaves nothing unacknowledged that was recorded
    work.check_all(duplicates_allowed=0)
    work.close()


h.main(test)
