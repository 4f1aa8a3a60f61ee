#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every Zigbee device that zigbee2mqtt knows, announced to a house over a real broker: each entity must
exist, be available and show what Home Assistant's rules and the real Jinja2 say; each command must reach the
right topic with the right payload. Prints devices, entities, exact, wrong and unsupported."""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "bench"), os.path.join(HERE, "..", "lib")]

import expected     # noqa: E402
import house        # noqa: E402
import mqtt         # noqa: E402
import orders       # noqa: E402

PATIENCE = 15           # seconds without a new entity
LEGAL = re.compile(r"^[a-zA-Z0-9_-]+$")
# refused: a safety constraint of the house says no, which is no mistake
VERDICTS = ("exact", "wrong", "unsupported", "refused")


def corpus(path, limit, build):
    """The records of `path`, or made anew."""
    if path is None:
        os.makedirs(f"{build}/devices", exist_ok=True)
        path = f"{build}/devices/{limit or 'all'}.ndjson"
        part = f"{path}.{os.getpid()}"
        if not os.path.exists(path):
            subprocess.run(["node", f"{HERE}/make.mjs", "--profile", "full", "--limit", str(limit),
                            "--out", part], check=True)
            os.rename(part, path)
    with open(path, encoding="utf-8") as f:
        return path, [json.loads(line) for line in f]


def compare_templates(path, build):
    """Whether the product renders every template of the records as Jinja2 does."""
    pairs, ours = f"{path}.pairs.{os.getpid()}", f"{path}.ours.{os.getpid()}"
    try:
        subprocess.run(["node", f"{HERE}/pairs.mjs", "--in", path, "--out", pairs], check=True)
        with open(pairs, "rb") as questions, open(ours, "wb") as answers:
            subprocess.run([f"{build}/tests/tools/template_cli"], stdin=questions, stdout=answers,
                           stderr=subprocess.DEVNULL, env=dict(os.environ, TZ="UTC"), check=True)
        with open(pairs, "rb") as questions:
            done = subprocess.run([sys.executable, f"{HERE}/../tools/template_oracle.py", "--compare", ours],
                                  stdin=questions, env=dict(os.environ, TZ="UTC"), check=False)
        return done.returncode == 0
    finally:
        for name in (pairs, ours):
            if os.path.exists(name):
                os.unlink(name)


class Zoo:
    """All that was announced, and what is known about each entity."""

    def __init__(self, records):
        self.records = records
        self.entities = {}          # (component, unique_id) -> expected.Entity
        self.illegal = 0
        self.announcements = []
        self.devices = set()
        for record in records:
            for message in record["discovery"]:
                self.announce(message)

    def announce(self, message):
        parts = message["topic"].split("/")
        config = json.loads(message["payload"])
        # everything is compared, so everything is switched on
        config["enabled_by_default"] = True
        self.announcements.append((message["topic"], json.dumps(config)))
        if not all(LEGAL.match(p) for p in parts[1:-1]):
            self.illegal += 1
            return
        self.devices.add(tuple(config["device"]["identifiers"]))
        if parts[1] != "device_automation":
            self.entities[parts[1], config["unique_id"]] = expected.Entity(parts[1], config)

    def messages(self):
        """What the devices report first: availability, then one state of each topic."""
        for record in self.records:
            for m in record["availability"]:
                yield m["topic"], m["payload"], True
        for record in self.records:
            for m in record["messages"]:
                if m.get("variant", 0) == 0:
                    yield m["topic"], m["payload"], m["retain"]

    def hear(self):
        """Tells every entity what was said on its topics."""
        listeners = collections.defaultdict(list)
        for entity in self.entities.values():
            for key in expected.TOPICS & entity.config.keys():
                listeners[entity.config[key]].append(entity)
        for topic, payload, _ in self.messages():
            for entity in listeners.get(topic, ()):
                entity.heard[topic] = payload


class Result:
    """Counts by component, and the first differences of each kind."""

    def __init__(self, what, show):
        self.what, self.show = what, show
        self.counts = collections.defaultdict(collections.Counter)
        self.examples = collections.defaultdict(list)

    def add(self, component, verdict, example=None):
        self.counts[component][verdict] += 1
        if example is not None and len(self.examples[component, verdict]) < self.show:
            self.examples[component, verdict].append(example)

    def total(self, verdict):
        return sum(c[verdict] for c in self.counts.values())

    def print(self):
        print(f"{self.what:<18}" + "".join(f" {v:>12}" for v in VERDICTS))
        for component, c in sorted(self.counts.items(), key=lambda item: -sum(item[1].values())):
            print(f"  {component:<16}" + "".join(f" {c[v]:>12,}" for v in VERDICTS))
        print(f"  {'all':<16}" + "".join(f" {self.total(v):>12,}" for v in VERDICTS))
        for (component, verdict), examples in self.examples.items():
            for example in examples if verdict != "refused" else []:
                print(f"{self.what} {verdict}: {component}: {example}")


def publish(client, messages):
    for topic, payload, retain in messages:
        client.publish(topic, payload, 1, retain)
    client.flush(120)


def announce(h, zoo):
    """Seconds until every announced entity is in the house."""
    client = mqtt.Client(h.broker, "zoo-announcer")
    if not client.connected.wait(10):
        raise house.Failure("no broker")
    wanted, start = len(zoo.entities), time.monotonic()
    publish(client, ((t, p, True) for t, p in zoo.announcements))
    sent = time.monotonic() - start
    count = "SELECT count(*) FROM entity WHERE domain <> 'device_automation'"
    there, took = 0, 0
    while there < wanted and time.monotonic() < start + took + PATIENCE:
        time.sleep(0.05)
        if (now := h.query(count)) > there:
            there, took = now, time.monotonic() - start
    print(f"{len(zoo.devices):,} devices, {there:,} of {wanted:,} entities announced in {took:.1f} s "
          f"({sent:.1f} s of it sending), {zoo.illegal} announcements with illegal ids")
    publish(client, zoo.messages())
    h.settle()
    client.close()
    return took


def shown(h):
    """(component, unique_id) -> the entity as the API shows it."""
    found, after = {}, ""
    while True:
        page = h.api("GET", f"/api/v1/entities?limit=500&after={after}")
        for e in page["entities"]:
            found[e["domain"], e["unique_id"]] = e
        after = page.get("next")
        if not after:
            return found


def judge(entity, e):
    """None, or what is wrong."""
    if e is None:
        return "does not exist"
    if not e["available"]:
        return "is not available"
    state, attributes = entity.expected()
    if not expected.same(state, e["state"]):
        return f"state {e['state']!r}, wanted {state!r}"
    for name, value in attributes.items():
        if not expected.same(value, e["attributes"].get(name)):
            return f"{name} {e['attributes'].get(name)!r}, wanted {value!r}"
    return None


def compare_states(zoo, entities, show):
    result = Result("states", show)
    for key, entity in zoo.entities.items():
        wrong = judge(entity, entities.get(key))
        verdict = "exact" if wrong is None else "unsupported" if wrong == "does not exist" else "wrong"
        result.add(key[0], verdict, wrong and f"{entity.config.get('default_entity_id', key[1])}: {wrong}: "
                   f"{json.dumps({k: entity.heard.get(entity.config.get(k)) for k in expected.TOPICS if k in entity.config})[:300]}")
    return result


class Ears:
    """What is sent to command topics, in order."""

    def __init__(self, port, topics):
        self.topics, self.heard = topics, collections.defaultdict(list)
        self.lock = threading.Lock()
        self.client = mqtt.Client(port, "zoo-ears", self.hear)
        self.client.connected.wait(10)
        self.client.subscribe("#", 0)

    def hear(self, topic, payload, retained):
        if topic in self.topics and not retained:
            with self.lock:
                self.heard[topic].append(payload.decode())

    def settle(self, seconds=60):
        """Until nothing is heard any more: the broker may still have some when the house is done."""
        count, since, end = -1, time.monotonic(), time.monotonic() + seconds
        while time.monotonic() < min(since + 1.0, end):
            with self.lock:
                now = sum(len(payloads) for payloads in self.heard.values())
            if now != count:
                count, since = now, time.monotonic()
            time.sleep(0.05)


def command_plan(zoo):
    """(component, unique_id) -> [(example, service call)]: the entity of the record whose topic it names."""
    plan = collections.defaultdict(list)
    for record in zoo.records:
        owners = {}
        for message in record["discovery"]:
            config, component = json.loads(message["payload"]), message["topic"].split("/")[1]
            for name, value in config.items():
                if name.endswith("_topic") and isinstance(value, str) and "state" not in name:
                    owners.setdefault((component, value), (component, config.get("unique_id")))
        for example in record["commands"]:
            key = owners.get((example["component"], example["topic"]))
            if key in zoo.entities:
                plan[key].append((example, orders.service_of(key[0], zoo.entities[key].config, example)))
    return plan


def compare_commands(h, zoo, entities, show):
    result = Result("commands", show)
    plan = command_plan(zoo)
    ears = Ears(h.broker, {example["topic"] for calls in plan.values() for example, _ in calls})
    sent = collections.defaultdict(list)

    def order(item):
        (component, unique_id), calls = item
        e = entities.get((component, unique_id))
        out = []
        for example, call in calls:
            if e is None or call is None:
                out.append((component, example, "unsupported", f"no service for {example}"))
                continue
            wanted = orders.payload_of(expected.Entity.oracle, zoo.entities[component, unique_id].config,
                                       example, call)
            status, body = h.request("POST", f"/api/v1/entities/{e['entity_id']}/command",
                                     {"service": call[0], "data": call[1]})
            if status == 409 and b'"code":"refused"' in body:
                out.append((component, example, "refused", f"{e['entity_id']} {call}"))
            elif status != 202:
                out.append((component, example, "unsupported",
                            f"{e['entity_id']} {call}: {body.decode(errors='replace')[:200]}"))
            else:
                out.append((component, example, "sent", (wanted, e["entity_id"], call)))
        return out

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for answers in pool.map(order, plan.items()):
            for component, example, verdict, more in answers:
                if verdict == "sent":
                    sent[example["topic"]].append((component, *more))
                else:
                    result.add(component, verdict, more)
    h.settle()
    ears.settle()
    for topic, wanted in sent.items():
        heard = list(ears.heard[topic])
        for component, payload, entity_id, call in wanted:
            match = next((i for i, got in enumerate(heard) if orders.same_payload(payload, got)), None)
            if match is None:
                result.add(component, "wrong", f"{entity_id} {call}: wanted {payload} on {topic}, "
                           f"heard {ears.heard[topic][:4]}")
            else:
                del heard[match]
                result.add(component, "exact")
    ears.client.close()
    return result


def restart(h, entities):
    """Seconds from an engine's start to its being active, and KiB of memory per entity."""
    h.fresh_engines()
    for pid in h.processes("consciousness-engine"):
        os.kill(pid, 9)
    house.wait_for(lambda: not h.processes("consciousness-engine"), 10, "end of the engines")
    before, start = h.metric("consciousness_engine_handovers_total"), time.monotonic()
    h.start_engine()
    house.wait_for(lambda: h.metric("consciousness_engine_handovers_total") > before, 30, "active", 0.002)
    took = time.monotonic() - start
    h.standby()
    time.sleep(2)
    pss, n = h.pss()["consciousness-engine"]
    print(f"active {took:.2f} s after its start; {pss / entities:.2f} KiB per entity in {n} engines "
          f"({pss / 1024:.1f} MiB)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the build directory")
    parser.add_argument("--input", help="records of make.mjs; made when not given")
    parser.add_argument("--limit", type=int, default=0, help="so many devices, evenly spread; 0: all")
    parser.add_argument("--show", type=int, default=3, help="differences to print of each kind")
    parser.add_argument("--dir", help="where the house lives")
    parser.add_argument("--restart", action="store_true", help="measure a restart and the memory too")
    parser.add_argument("--strict", action="store_true", help="fail when anything is not exact")
    o = parser.parse_args()
    path, records = corpus(o.input, o.limit, o.build)
    alike = compare_templates(path, o.build)
    zoo = Zoo(records)
    zoo.hear()
    with house.House(o.build, {"COMMAND_TIMEOUT_SECONDS": "1"}, parent=o.dir) as h:
        announce(h, zoo)
        entities = shown(h)
        states = compare_states(zoo, entities, o.show)
        states.print()
        if o.restart:
            restart(h, len(zoo.entities))
        commands = compare_commands(h, zoo, entities, o.show)
        commands.print()
    bad = (0 if alike else 1) + sum(r.total(v) for r in (states, commands) for v in ("wrong", "unsupported"))
    print(f"{states.total('exact') + commands.total('exact'):,} exact, {bad:,} not")
    return 1 if o.strict and bad > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
