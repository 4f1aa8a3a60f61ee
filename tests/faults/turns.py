# SPDX-License-Identifier: ISC
"""Engines that take over from each other every second, under load, with rules that wait: every event once, every
timer at its time, in whichever engine it ends."""

import threading
import time

import load
from load import h

SECONDS = 15
LATE_MS = 3000          # a hand-over, and a machine that does much else
DELAY_MS, STAYS_MS, HELD_MS, CLOCK_MS = 700, 1500, 1200, 3000


def state(entity, to, **more):
    return dict({"trigger": "state", "entity_id": entity, "to": to}, **more)


RULES = {
    "later": ([state(load.MOTION, "on")], [{"delay": {"milliseconds": DELAY_MS}}]),
    "stays": ([state(load.PLUG, "on", **{"for": {"milliseconds": STAYS_MS}})], []),
    "waits": ([state(load.PLUG, "off")], [
        {"wait_for_trigger": [state(load.PLUG, "on", **{"for": {"milliseconds": HELD_MS}})], "timeout": 60},
        "{{ wait.completed }}"]),
    "clock": ([{"trigger": "time_pattern", "seconds": "/%d" % (CLOCK_MS // 1000)}], []),
}


def add_rules(house):
    for name, (triggers, actions) in RULES.items():
        status, body = house.request("POST", "/api/v1/automations", {
            "name": name, "mode": "parallel", "max": 50, "triggers": triggers,
            "actions": actions + [{"event": name}]})
        h.check(status == 201, "%s: %d %s", name, status, body)


class Plug(threading.Thread):
    """Stays on for longer than anybody waits for, then is off for a moment."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.stopped, self.times = work, threading.Event(), 0

    def run(self):
        while not self.stopped.is_set():
            self.report("ON", 2.5)
            self.report("OFF", 0.5)
            self.times += 1
        self.report("ON", 0)

    def report(self, word, seconds):
        self.work.device.publish("fault/plug", word, qos=1)
        time.sleep(seconds)


def changes(house, entity, to, first):
    return house.query("SELECT id, time FROM event WHERE entity = ? AND kind = 1 AND state = ? AND id > ? ORDER BY id",
                       house.row_of(entity), to, first)


def runs(house, name, first):
    """[(started, ended, cause, events it told, status)] of those that began behind the event `first`."""
    return house.query("""
        SELECT r.started, r.ended, r.cause, (SELECT count(*) FROM event e WHERE e.cause = r.event AND e.subject = ?),
            r.status FROM run r JOIN automation a ON a.row = r.automation
        WHERE a.id = ? AND r.event > ? ORDER BY r.id""", "event." + name, name, first)


def check_each(name, found, wanted, least_ms):
    """One run for each of the moments that it had to end after, in order, so long after it."""
    h.check(len(found) == len(wanted), "%s: %d runs, not %d", name, len(found), len(wanted))
    late = []
    for (_, ended, _, told, status), moment in zip(found, wanted):
        h.check(status == "done" and told == 1, "%s: %s, told %d times", name, status, told)
        late.append(ended - moment - least_ms)
    h.check(min(late) >= 0, "%s: %d ms too early", name, -min(late))
    h.check(max(late) < LATE_MS, "%s: %d ms too late", name, max(late))
    h.say("%s: %d times, each once, at most %d ms late", name, len(found), max(late))


def check_rules(house, first, until_ms):
    h.wait(lambda: not house.query("SELECT 1 FROM run WHERE status = 'running'"), "the end of every run", 30, 0.1)
    on = changes(house, load.MOTION, "on", first)
    later = runs(house, "later", first)
    h.check([cause for _, _, cause, _, _ in later] == [row for row, _ in on], "later: not one run for each motion")
    check_each("later", later, [moment for _, moment in on], DELAY_MS)
    on = [moment for _, moment in changes(house, load.PLUG, "on", first)]
    h.wait(lambda: len(runs(house, "stays", first)) >= len(on), "a run each time that the plug stayed on", 30, 0.1)
    check_each("stays", runs(house, "stays", first), on, STAYS_MS)
    # each begins when it is off, and goes on when it was on for so long
    check_each("waits", runs(house, "waits", first), on[1:], HELD_MS)
    clock = [run for run in runs(house, "clock", first) if run[0] < until_ms]
    start = clock[0][0] // CLOCK_MS * CLOCK_MS
    check_each("clock", clock, list(range(start, until_ms, CLOCK_MS)), 0)


def test(house):
    work = load.Load(house, rate=100, motions=10, commands=0)
    work.prepare()
    work.device.publish("fault/plug", "OFF", qos=1)
    h.wait(lambda: house.state(load.PLUG) == "off", "the plug to be off")
    add_rules(house)
    house.standby()
    first = house.query("SELECT max(id) FROM event")[0][0]
    before = house.metric("consciousness_engine_handovers_total")
    plug = Plug(work)
    work.start()
    plug.start()
    time.sleep(SECONDS)
    until_ms = int(time.time() * 1000) - LATE_MS
    plug.stopped.set()
    plug.join(10)
    work.stop()
    turns = int(house.metric("consciousness_engine_handovers_total") - before)
    h.say("%d hand-overs in %d s", turns, SECONDS)
    h.check(turns >= SECONDS // 2, "only %d hand-overs", turns)
    h.check(plug.times >= 3, "the plug was on %d times only", plug.times)
    work.check_all(duplicates_allowed=0)
    check_rules(house, first, until_ms)
    work.close()


h.main(test)
