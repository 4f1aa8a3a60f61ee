# SPDX-License-Identifier: ISC
"""The engine under valgrind's memcheck with load: announcements, states, rules, commands, wrong messages."""

import os
import signal
import subprocess
import time

import load
from load import h

SECONDS = int(os.environ.get("VALGRIND_SECONDS", "20"))


def start(house):
    """Takes the place of the engine; the window of this house never ends."""
    log = open("valgrind.log", "wb")
    process = None

    def waits():
        """Cron may be faster on the full minute: its standby has the place then, and the slow one ends."""
        nonlocal process
        if process is None or process.poll() is not None:
            standby = house.ready_standby()
            if standby is not None:
                house.kill(standby)
            process = subprocess.Popen(
                ["valgrind", "-q", "--leak-check=full", "--errors-for-leak-kinds=definite",
                 "--show-leak-kinds=definite", "--error-exitcode=99", "--child-silent-after-fork=yes",
                 house.bin + "/consciousness-engine", "--data", house.dir],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return process.pid in (house.ready_standby(), house.active())

    h.wait(waits, "the engine under valgrind", 60)
    if house.active() != process.pid:
        house.kill(house.active())
    h.wait(lambda: house.active() == process.pid, "the engine under valgrind to be active", 60)
    return process


def disturb(work, n):
    """What else a broker carries."""
    work.mover.publish("homeassistant/sensor/wrong%d/config" % n, '{"state_topic": 5, "name": [}')
    work.mover.publish("homeassistant/light/odd/config", '{"unique_id":"odd","name":"Odd %d",'
                       '"schema":"json","command_topic":"odd/set","state_topic":"odd","brightness":true,'
                       '"device":{"identifiers":["odd"],"name":"Odd"}}' % n, retain=True)
    work.mover.publish("odd", '{"state":"ON","brightness":%d}' % (n % 256))
    work.mover.publish("odd", b"\xff\0{[")
    if n % 5 == 4:
        work.mover.publish("homeassistant/light/odd/config", "", retain=True)


def test(house):
    process = start(house)
    work = load.Load(house, rate=50, motions=5, commands=4, watch=False)
    work.prepare()
    work.start()
    end, n = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        disturb(work, n)
        n += 1
        time.sleep(0.2)
        h.check(process.poll() is None, "the engine ended by itself")
    work.stop()
    work.check_all()
    h.check(house.active() == process.pid, "it was not the engine under valgrind that served")
    process.send_signal(signal.SIGTERM)
    status = process.wait(60)
    with open("valgrind.log", errors="replace") as f:
        report = f.read()
    h.check(status == 0 and "==%d==" % process.pid not in report, "valgrind (exit %d):\n%s", status, report)
    h.say("clean after %d s, %d messages", SECONDS, work.counter)
    work.close()


h.main(test)
