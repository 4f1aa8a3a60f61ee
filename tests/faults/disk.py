# SPDX-License-Identifier: ISC
"""The disk of the house is full, under load: clear errors, reading goes on, nothing acknowledged is lost;
when there is space again the house goes on by itself. Runs where HOUSE_DIR is a small filesystem."""

import os
import signal
import time

import load
from load import h


class Ballast:
    def __init__(self, house):
        self.path = house.dir + "/ballast"

    def fill(self):
        """Until nothing fits any more; again and again, as others give blocks back."""
        with open(self.path, "ab", buffering=0) as f:
            for size in (65536, 4096, 512):
                try:
                    while True:
                        f.write(b"\0" * size)
                except OSError:
                    pass

    def drop(self):
        os.unlink(self.path)


def read_only(house):
    return house.components()["components"]["database"]["read_only"]


def fill(house, ballast):
    def full():
        ballast.fill()
        return read_only(house)
    h.wait(full, "the house to see that the disk is full", 60, 0.2)


def check_reading(house):
    for path in ("/api/v1/entities", "/api/v1/devices", "/api/v1/events?limit=5", "/api/v1/automations",
                 "/api/v1/history?entity_id=" + load.SEQUENCE, "/health", "/metrics"):
        status, body = house.request("GET", path)
        h.check(status == 200, "GET %s on a full disk: %d %s", path, status, body)


def command(house):
    return house.request("POST", "/api/v1/entities/%s/command" % load.PLUG, {"service": "turn_on"})


def automation(house):
    return house.request("POST", "/api/v1/automations", {
        "name": "x", "triggers": [{"trigger": "event", "event_type": "never"}], "actions": [{"delay": 1}]})


def use_up(house, ballast, write):
    """The database's log begins anew now and then: what fits into the old one is still written."""
    for _ in range(3000):
        status, body = write(house)
        if status == 507:
            break
        ballast.fill()
    return status, body


def check_writing(house, ballast):
    status, body = use_up(house, ballast, command)
    h.check(status == 507 and body.get("code") == "full", "a command on a full disk: %d %s", status, body)
    h.say("a command on a full disk: %d %s", status, body["detail"])
    status, body = use_up(house, ballast, automation)
    h.check(status == 507 and body.get("code") == "full", "an automation: %d %s", status, body)
    health = house.components()
    h.check(health["status"] in ("degraded", "critical"), "health: %s", health["status"])
    h.check(not health["components"]["database"]["healthy"], "the database is called healthy")


def last_number(house):
    return house.query("SELECT max(CAST(state AS INTEGER)) FROM event WHERE entity = ? AND kind = 1",
                       house.row_of(load.SEQUENCE))[0][0]


def more_load(work, seconds=2):
    mark = work.counter
    h.wait(lambda: work.counter > mark + seconds * work.rate, "the load to go on")


def recover(house, ballast):
    ballast.drop()
    h.wait(lambda: not read_only(house), "the house to see that there is space", 30, 0.1)
    status, body = command(house)
    h.check(status == 202, "a command when there is space again: %d %s", status, body)


def same_engine(house, work, ballast):
    engine, api = house.active(), house.pids("api")
    fill(house, ballast)
    before = last_number(house)
    check_writing(house, ballast)
    check_reading(house)
    more_load(work)
    ballast.fill()
    check_writing(house, ballast)
    check_reading(house)
    h.check(last_number(house) < before + work.rate, "the log grows on a full disk")
    recover(house, ballast)
    more_load(work)
    h.check(house.active() == engine, "the engine did not live through it")
    h.check(house.pids("api") == api, "the API did not live through it")


def new_readers(house, ballast):
    """Processes that start on a full disk serve readers."""
    fill(house, ballast)
    before = house.pids("api")
    for pid in before:
        house.kill(pid)
    h.wait(lambda: len(set(house.pids("api")) - set(before)) == len(before), "new API processes")
    h.wait(house.healthy, "the API on a full disk")
    ballast.fill()
    check_reading(house)
    check_writing(house, ballast)
    recover(house, ballast)


def another_engine(house, work, ballast, how):
    """The engine ends while nothing can be written: what it held must not be acknowledged."""
    fill(house, ballast)
    more_load(work)
    ballast.fill()
    engine = house.active()
    os.kill(engine, how)
    h.wait(lambda: house.active() != engine, "the engine's end")
    house.standby()     # also on a full disk
    h.wait(house.active, "another engine")
    more_load(work, 1)
    ballast.drop()
    h.wait(lambda: not read_only(house), "the next engine to write", 30, 0.1)
    more_load(work)


def test(house):
    ballast = Ballast(house)
    work = load.Load(house, motions=4, commands=5, watch=False)
    work.prepare()
    work.start()
    more_load(work)
    same_engine(house, work, ballast)
    new_readers(house, ballast)
    another_engine(house, work, ballast, signal.SIGKILL)
    another_engine(house, work, ballast, signal.SIGTERM)
    work.stop()
    free = os.statvfs(house.dir)
    h.say("%d KiB free at the end", free.f_bavail * free.f_frsize // 1024)
    start = time.monotonic()
    work.check_all()
    h.say("settled after %.1f s", time.monotonic() - start)
    work.close()


h.main(test)
