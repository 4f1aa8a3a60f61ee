# SPDX-License-Identifier: ISC
"""An active engine that stands still without dying, under load: its standby ends it and takes over, and
what was acknowledged to the broker's clients has its effect."""

import os
import signal

import load
from load import h


def runs(pid):
    """False for a process that is gone, or dead and only not fetched by its parent."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test(house):
    work = load.Load(house)
    work.prepare()
    house.standby()
    work.start()
    h.wait(lambda: len(work.numbers.acknowledged) > 100, "some load")
    frozen, successor = house.active(), house.ready_standby()
    os.kill(frozen, signal.SIGSTOP)
    h.wait(lambda: house.active() == successor, "the standby to take over", 40)
    h.wait(lambda: not runs(frozen), "the end of the frozen engine")   # its files are closed before it is gone
    mark = work.counter
    h.wait(lambda: work.counter > mark + 100, "more load")
    work.stop()
    with open(house.dir + "/log/engine.log", encoding="utf-8") as log:
        h.check("stood still" in log.read(), "the log says nothing of it")
    work.check_all(duplicates_allowed=10 ** 9)
    work.close()


h.main(test)
