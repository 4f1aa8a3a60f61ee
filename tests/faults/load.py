# SPDX-License-Identifier: ISC
"""The load of the fault tests: a sensor that counts, a motion sensor with an automation, switches that
echo, commands by REST. Afterwards everything that was acknowledged is looked for."""

import collections
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.environ["SRC_DIR"], "tests", "lib"))

import house as h       # noqa: E402
import mqtt             # noqa: E402
import ws               # noqa: E402

SEQUENCE, MOTION = "sensor.fault_sequence", "binary_sensor.fault_motion"
LAMP, PLUG = "switch.fault_lamp", "switch.fault_plug"
DEVICE = {"identifiers": ["fault"], "name": "Fault", "manufacturer": "Test", "model": "Load"}


def announcements():
    for component, name, more in (
            ("sensor", "Sequence", {"state_topic": "fault/sequence"}),
            ("binary_sensor", "Motion", {"state_topic": "fault/motion", "device_class": "motion"}),
            ("switch", "Lamp", {"state_topic": "fault/lamp", "command_topic": "fault/lamp/set"}),
            ("switch", "Plug", {"state_topic": "fault/plug", "command_topic": "fault/plug/set"})):
        config = {"name": name, "unique_id": "fault_" + name.lower(), "device": DEVICE}
        config.update(more)
        yield "homeassistant/%s/fault/%s/config" % (component, name.lower()), json.dumps(config)


class Watcher(threading.Thread):
    """A WebSocket client that comes back with `since`: it must see every event."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house, self.stopped = house, False
        self.seen, self.connections, self.last = set(), 0, None

    def run(self):
        while not self.stopped:
            try:
                self.watch()
            except (OSError, ws.Closed, ValueError):
                time.sleep(0.05)

    def watch(self):
        client = ws.WebSocket(self.house.port)
        client.sign_in(self.house.token)
        subscribe = {"type": "subscribe", "id": 1, "entities": [SEQUENCE]}
        if self.last is not None:
            subscribe["since"] = self.last
        client.send(subscribe)
        self.connections += 1
        while not self.stopped:
            message = client.receive()
            if message.get("type") == "event":
                self.last = message["event"]["id"]
                self.seen.add(self.last)
        client.close()


class Load:
    def __init__(self, house, rate=200, motions=10, commands=10, watch=True):
        self.house = house
        self.rate, self.motions, self.commands = rate, motions, commands
        self.stop_event = threading.Event()
        self.arrived = collections.Counter()    # commands at the devices, by topic
        self.accepted = []                      # ids of commands that were answered with 202
        self.refused = collections.Counter()    # other answers
        self.counter = 0
        self.threads = []
        self.device = mqtt.Client(house.broker, "fault-device", self.obey)
        self.numbers = mqtt.Client(house.broker, "fault-numbers")
        self.mover = mqtt.Client(house.broker, "fault-mover")
        self.watcher = Watcher(house) if watch else None

    def obey(self, topic, payload, retained):
        """The device: reports what it was told."""
        if retained:
            return
        self.arrived[topic] += 1
        self.device.publish(topic[:-len("/set")], payload, qos=1)

    # ---- before ----

    def prepare(self):
        for client in (self.device, self.numbers, self.mover):
            h.check(client.connected.wait(20), "no connection to the broker")
        self.device.subscribe("fault/+/set")
        for topic, config in announcements():
            self.device.publish(topic, config, qos=1, retain=True)
        for entity in (SEQUENCE, MOTION, LAMP, PLUG):
            h.wait(lambda e=entity: self.house.try_get("/api/v1/entities/" + e), entity)
        self.add_automation()
        # what a device says first is no change yet: begin from known states
        self.mover.publish("fault/motion", "OFF", qos=1)
        self.numbers.publish("fault/sequence", "0", qos=1)
        h.wait(lambda: self.house.state(MOTION) == "off" and self.house.state(SEQUENCE) == "0",
               "the first reports")
        h.wait(self.rule_works, "the automation's first command", pause=0.2)
        self.end_preparation()
        self.numbers.flush()
        self.first_event = self.house.query("SELECT max(id) FROM event")[0][0]
        self.mover.acknowledged.clear()
        self.numbers.acknowledged.clear()
        self.arrived.clear()

    def end_preparation(self):
        """All motions so far are in the log, and their commands at the lamp: they react before they are recorded."""
        self.mover.publish("fault/sequence", "-1", qos=1)
        self.mover.flush()
        h.wait(lambda: self.house.state(SEQUENCE) == "-1", "the end of the preparation in the log", 60)
        commands = self.house.query("SELECT count(*) FROM command WHERE entity = ?", self.house.row_of(LAMP))[0][0]
        h.wait(lambda: self.arrived["fault/lamp/set"] >= commands, "the commands of the preparation at the lamp", 60)

    def rule_works(self):
        self.mover.publish("fault/motion", "ON", qos=1)
        self.mover.publish("fault/motion", "OFF", qos=1)
        return self.arrived["fault/lamp/set"] > 0

    def add_automation(self):
        status, body = self.house.request("POST", "/api/v1/automations", {
            "name": "Fault light", "mode": "single",
            "triggers": [{"trigger": "state", "entity_id": MOTION, "to": "on"}],
            "actions": [{"action": "switch.turn_on", "target": {"entity_id": LAMP}}]})
        h.check(status == 201, "the automation: %d %s", status, body)

    # ---- during ----

    def start(self):
        for work, rate in ((self.send_numbers, self.rate), (self.move, self.motions),
                           (self.command, self.commands)):
            if rate == 0:
                continue
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self.threads.append(thread)
        if self.watcher:
            self.watcher.start()

    def every(self, rate):
        """Yields at this rate until the load ends; catches up after a delay, as real senders do."""
        start, n = time.monotonic(), 0
        while not self.stop_event.is_set():
            yield n
            n += 1
            self.stop_event.wait(max(0, start + n / rate - time.monotonic()))

    def send_numbers(self):
        for _ in self.every(self.rate):
            self.counter += 1
            self.numbers.publish("fault/sequence", str(self.counter), qos=1, tag=self.counter)

    def move(self):
        for n in self.every(self.motions):
            self.mover.publish("fault/motion", "OFF" if n % 2 else "ON", qos=1, tag=n)
        if n % 2 == 0:
            self.mover.publish("fault/motion", "OFF", qos=1, tag=n + 1)

    def command(self):
        for n in self.every(self.commands):
            status, body = self.house.request(
                "POST", "/api/v1/entities/%s/command" % PLUG,
                {"service": "turn_off" if n % 2 else "turn_on"}, timeout=5)
            if status == 202 and isinstance(body, dict):
                self.accepted.append(body["id"])
            else:
                self.refused[status] += 1

    def stop(self):
        self.stop_event.set()
        for thread in self.threads:
            thread.join(30)
            h.check(not thread.is_alive(), "the load did not end")
        self.numbers.flush(30)
        self.mover.flush(30)

    # ---- afterwards ----

    def numbers_recorded(self):
        rows = self.house.query("SELECT state FROM event WHERE entity = ? AND kind = 1 AND id > ?",
                                self.house.row_of(SEQUENCE), self.first_event)
        return collections.Counter(int(state) for state, in rows if state is not None)

    def settle(self, seconds=60):
        """Waits until the last message has had its effect and no command is open."""
        last = max(self.numbers.acknowledged)
        h.wait(lambda: self.house.query(
            "SELECT 1 FROM event WHERE entity = ? AND kind = 1 AND state = ? AND id > ?",
            self.house.row_of(SEQUENCE), str(last), self.first_event),
               "the last acknowledged number %d in the log" % last, seconds, 0.1)
        h.wait(lambda: not self.open_commands(), "the end of every command", seconds, 0.1)

    def open_commands(self):
        return self.house.query(
            "SELECT id, status FROM command WHERE status NOT IN (?, ?, ?, ?)", *h.FINAL)

    def caught_up(self, spans):
        """The moment up to which all that was acknowledged is recorded now, spans aside (as check_numbers)."""
        moment = time.monotonic()
        wanted = {n for n, at in list(self.numbers.acknowledged.items())
                  if not any(begin <= at <= end for begin, end in spans)}
        h.wait(lambda: wanted <= set(self.numbers_recorded()), "what was acknowledged to be recorded", 60, 0.2)
        return moment

    def check_numbers(self, duplicates_allowed, spans=()):
        """spans: [(from, to)], monotonic, in which the broker may forget what it has acknowledged."""
        recorded = self.numbers_recorded()
        missing = sorted(set(self.numbers.acknowledged) - set(recorded))
        excused = [n for n in missing if any(
            begin <= self.numbers.acknowledged[n] <= end for begin, end in spans)]
        h.check(len(missing) == len(excused), "%d of %d acknowledged numbers left no event: %s ...",
                len(missing), len(self.numbers.acknowledged), missing[:20])
        twice = sum(n - 1 for n in recorded.values())
        h.say("%d messages acknowledged, %d recorded, %d of these again (redelivered)",
              len(self.numbers.acknowledged), len(recorded), twice)
        if missing:
            h.say("%d were lost inside the killed broker", len(missing))
        h.check(twice <= duplicates_allowed, "%d messages were recorded twice, at most %d expected",
                twice, duplicates_allowed)

    def check_motions(self):
        """Every "on" became an event, that a run, that a command; as many arrived at the device."""
        sent = sum(1 for n in self.mover.acknowledged if n % 2 == 0)
        changes = [row for row, in self.house.query(
            "SELECT id FROM event WHERE entity = ? AND kind = 1 AND state = 'on' AND id > ?",
            self.house.row_of(MOTION), self.first_event)]
        h.check(len(changes) >= sent, "%d motions acknowledged, %d recorded", sent, len(changes))
        idle = self.house.query("""
            SELECT e.id FROM event e WHERE e.entity = ? AND e.kind = 1 AND e.state = 'on' AND e.id > ?
            AND NOT EXISTS (SELECT 1 FROM run r JOIN command c ON c.cause = r.event
                WHERE r.cause = e.id AND c.entity = ?)""",
                                self.house.row_of(MOTION), self.first_event, self.house.row_of(LAMP))
        h.check(not idle, "%d of %d motions led to no command: events %s", len(idle), len(changes),
                idle[:10])
        h.wait(lambda: self.arrived["fault/lamp/set"] >= len(changes),
               "a command at the lamp for each of %d motions" % len(changes))
        arrived = self.arrived["fault/lamp/set"]
        h.say("%d motions acknowledged, %d runs, %d commands at the lamp", sent, len(changes), arrived)

    def check_commands(self):
        rows = dict(self.house.query("SELECT id, status FROM command"))
        lost = [c for c in self.accepted if c not in rows]
        h.check(not lost, "commands %s were accepted and are gone", lost[:10])
        unfinished = [(c, rows[c]) for c in self.accepted if rows[c] not in h.FINAL]
        h.check(not unfinished, "commands without an end: %s", unfinished[:10])
        h.say("%d commands accepted: %s; other answers: %s", len(self.accepted),
              dict(collections.Counter(rows[c] for c in self.accepted)), dict(self.refused))

    def check_watcher(self):
        """What the WebSocket client saw since its first event has no gap."""
        if self.watcher is None:
            return
        h.wait(self.watcher_caught_up, "the WebSocket client to catch up", 30, 0.1)
        self.watcher.stopped = True
        first = min(self.watcher.seen)
        rows = {row for row, in self.house.query(
            "SELECT id FROM event WHERE entity = ? AND kind = 1 AND id >= ?",
            self.house.row_of(SEQUENCE), first)}
        missing = sorted(rows - self.watcher.seen)
        h.check(not missing, "the WebSocket client missed %d of %d events: %s", len(missing), len(rows),
                missing[:10])
        h.say("%d events over %d WebSocket connections, none missed", len(self.watcher.seen),
              self.watcher.connections)

    def watcher_caught_up(self):
        last = self.house.query("SELECT max(id) FROM event WHERE entity = ? AND kind = 1",
                                self.house.row_of(SEQUENCE))[0][0]
        return last in self.watcher.seen

    def report_gaps(self):
        """How long the engine did not take messages that came 200 times a second."""
        times = [time_ms for time_ms, in self.house.query(
            "SELECT time FROM event WHERE entity = ? AND kind = 1 AND id > ? ORDER BY id",
            self.house.row_of(SEQUENCE), self.first_event)]
        gaps = sorted(b - a for a, b in zip(times, times[1:]))
        h.say("between two messages: median %d ms, p99 %d ms, longest %d ms", gaps[len(gaps) // 2],
              gaps[len(gaps) * 99 // 100], gaps[-1])

    def check_all(self, duplicates_allowed=10 ** 9):
        self.settle()
        self.house.check_integrity()
        self.check_numbers(duplicates_allowed)
        self.check_motions()
        self.check_commands()
        self.check_watcher()
        self.report_gaps()

    def close(self):
        for client in (self.device, self.numbers, self.mover):
            client.close()


def seed():
    """The same accidents again with FAULT_SEED."""
    value = int(os.environ.get("FAULT_SEED", random.randrange(10 ** 6)))
    random.seed(value)
    h.say("FAULT_SEED=%d", value)
