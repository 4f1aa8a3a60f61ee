# SPDX-License-Identifier: ISC
"""Random kill -9 of every process of a house under load: nothing acknowledged is lost."""

import collections
import os
import random
import statistics
import subprocess
import threading
import time

import load
from load import h

# With the sanitizers every start takes a multiple of its time.
KILLS = int(os.environ.get("STORM_KILLS", "60" if os.environ["BUILD_DIR"].endswith("-san") else "200"))


class Jobs(threading.Thread):
    """A history job always runs."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house, self.stopped = house, False
        self.process = None

    def run(self):
        while not self.stopped:
            self.process = subprocess.Popen(
                [self.house.bin + "/consciousness-job", "aggregate", "--data", self.house.dir],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.process.wait()
            time.sleep(0.02)

    def kill(self):
        process = self.process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        return True


class Storm:
    def __init__(self, house):
        self.house = house
        self.jobs = Jobs(house)
        self.kills = collections.Counter()
        self.back = collections.defaultdict(list)   # seconds until the service was there again

    def measure(self, name, condition, what):
        start = time.monotonic()
        h.wait(condition, what, 60, 0.001)
        self.back[name].append(time.monotonic() - start)

    def active(self):
        self.house.standby()
        old = self.house.active()
        if old is None or not self.house.kill(old):
            return False
        self.measure("engine", lambda: self.house.active() not in (None, old), "the next engine")
        self.house.start("consciousness-engine")
        return True

    def standby(self):
        old = self.house.ready_standby()
        if old is None or not self.house.kill(old):
            return False
        self.house.start("consciousness-engine")
        return True

    def child(self):
        children = self.house.pids("api")
        return bool(children) and self.house.kill(random.choice(children))

    def parent(self):
        parents = self.house.pids("multiwatch")
        if not parents or not self.house.kill(parents[0]):
            return False
        # cron comes every minute; its line does nothing before the old children are gone
        start = time.monotonic()
        h.wait(lambda: self.house.start("consciousness-api") or self.house.pids("multiwatch"),
               "the API's keeper", 60, 0.02)
        h.wait(self.house.healthy, "the API", 60, 0.005)
        self.back["api"].append(time.monotonic() - start)
        return True

    def bridge(self):
        bridges = self.house.pids("bridge")
        if not bridges or not self.house.kill(bridges[0]):
            return False
        start = time.monotonic()
        h.wait(lambda: self.house.start("consciousness-bridge") or
               [p for p in self.house.pids("bridge") if p != bridges[0]], "the bridge", 60)
        self.back["bridge"].append(time.monotonic() - start)
        return True

    def run(self):
        targets = {"engine": self.active, "standby": self.standby, "api": self.child,
                   "api keeper": self.parent, "bridge": self.bridge, "job": self.jobs.kill}
        weights = (5, 2, 4, 1, 2, 3)
        self.jobs.start()
        start = time.monotonic()
        while self.kills.total() < KILLS:
            if not self.house.pids("multiwatch"):
                self.house.start("consciousness-api")
            name = random.choices(list(targets), weights)[0]
            if targets[name]():
                self.kills[name] += 1
            time.sleep(random.uniform(0, 0.15))
        self.jobs.stopped = True
        h.say("%d kills in %d s: %s", KILLS, time.monotonic() - start, dict(self.kills))

    def report(self):
        for name, seconds in sorted(self.back.items()):
            h.say("%s back after: median %.1f ms, longest %.1f ms", name,
                  statistics.median(seconds) * 1000, max(seconds) * 1000)


def test(house):
    load.seed()
    work = load.Load(house)
    work.prepare()
    work.start()
    storm = Storm(house)
    storm.run()
    work.stop()
    house.standby()
    h.wait(house.healthy, "the API", 60)
    work.check_all()
    storm.report()
    h.check(house.metric("consciousness_engine_handovers_total") > storm.kills["engine"],
            "the metrics do not show the engines that took over")
    work.close()


h.main(test)
