# SPDX-License-Identifier: ISC
"""A stand-in for a Tasmota device on a real broker: last will, discovery, regular reports, commands.

    python3 tasmota.py PORT KIND [--sensors-first] [--quiet] [--extra-sensor] [--period SECONDS]

KIND: plug (a relay, a meter, a button), bulb (RGBCCT), shutter, fan. Every command that came is one line
of output. "press" on standin/KIND reports a pressed button, anything else a code
that came in by radio. --quiet: reports only when asked."""

import argparse
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mqtt  # noqa: E402

MACS = {"plug": "AC0000000001", "bulb": "AC0000000002", "shutter": "AC0000000003", "fan": "AC0000000004"}
NAMES = {"plug": "Plug", "bulb": "Bulb", "shutter": "Blind", "fan": "Fan"}
OPTIONS = {number: 0 for number in ("4", "11", "13", "17", "20", "30", "68", "73", "82", "114", "117")}
MOVE_SECONDS = 0.3


class Device:
    def __init__(self, args):
        self.args, self.kind = args, args.kind
        self.mac = MACS[args.kind]
        self.topic = "tasmota_" + self.mac[-6:]
        self.lock = threading.RLock()
        self.power = "OFF"
        self.light = {"Dimmer": 100, "HSBColor": [0, 100], "White": 0, "CT": 300, "Scheme": 0, "Fade": "OFF", "Speed": 1}
        self.fan, self.position, self.direction = 0, 0, 0
        self.started = time.monotonic()
        self.client = mqtt.Client(args.port, self.topic, self.on_message, will=(self.tele("LWT"), "Offline"))

    # ---- topics ----

    def tele(self, what):
        return "tele/%s/%s" % (self.topic, what)

    def stat(self, what, value):
        payload = value if isinstance(value, str) else json.dumps(value)
        self.client.publish("stat/%s/%s" % (self.topic, what), payload)

    # ---- what it is ----

    def config(self):
        relays = {"plug": [1], "bulb": [2], "shutter": [3, 3], "fan": [2]}[self.kind]
        options = dict(OPTIONS, **{"73": 1} if self.kind == "plug" else {})
        return {
            "ip": "192.0.2.1", "dn": NAMES[self.kind], "fn": [NAMES[self.kind]] + [None] * 7,
            "hn": self.topic, "mac": self.mac, "md": "Stand-in Bridge", "ty": 0, "if": int(self.kind == "fan"),
            "cam": 0, "ofln": "Offline", "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"],
            "sw": "14.4.1", "t": self.topic, "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"],
            "rl": relays + [0] * (32 - len(relays)), "swc": [-1] * 28, "swn": [None] * 28,
            "btn": [int(self.kind == "plug")] + [0] * 31, "so": options, "lk": 1,
            "lt_st": 5 if self.kind == "bulb" else 0, "bat": 0, "dslp": 0, "sho": [0, 0, 0, 0],
            "sht": [[0, 0, 0]] * 4, "ver": 1}

    def sensors(self):
        now = {"Time": time.strftime("%Y-%m-%dT%H:%M:%S")}
        if self.kind == "plug":
            now["ENERGY"] = {"Total": 1.5, "Power": 60 if self.power == "ON" else 0, "Voltage": 230}
        if self.kind == "shutter":
            now["Shutter1"] = self.shutter()
        if self.args.extra_sensor:
            now["DS18B20"] = {"Id": "0000057A5F0C", "Temperature": 19.5}
        now["TempUnit"] = "C"
        return now

    def announce(self):
        messages = [("config", self.config()), ("sensors", {"sn": self.sensors(), "ver": 1})]
        for what, payload in reversed(messages) if self.args.sensors_first else messages:
            topic = "tasmota/discovery/%s/%s" % (self.mac, what)
            self.client.publish(topic, json.dumps(payload), 1, True)
            self.client.flush()

    # ---- what it reports ----

    def lamp(self):
        state = dict(self.light, POWER=self.power)
        hue, saturation = self.light["HSBColor"]
        state["HSBColor"] = "%d,%d,%d" % (hue, saturation, self.light["Dimmer"])
        return state

    def shutter(self):
        return {"Position": self.position, "Direction": self.direction, "Target": self.position, "Tilt": 0}

    def state(self):
        up = int(time.monotonic() - self.started)
        state = {"Uptime": "0T00:00:%02d" % (up % 60), "UptimeSec": up, "MqttCount": 1,
                 "Wifi": {"SSId": "house", "RSSI": 86, "Signal": -57, "LinkCount": 1}}
        if self.kind == "bulb":
            state.update(self.lamp())
        elif self.kind == "fan":
            state.update({"POWER1": self.power, "FanSpeed": self.fan})
        elif self.kind == "plug":
            state["POWER"] = self.power
        return state

    def report(self):
        self.client.publish(self.tele("STATE"), json.dumps(self.state()))
        self.client.publish(self.tele("SENSOR"), json.dumps(self.sensors()))

    # ---- what it is told ----

    def on_message(self, topic, payload, retained):
        if topic.startswith("standin/"):
            if payload == b"press":
                self.stat("RESULT", {"Button1": {"Action": "SINGLE"}})
            else:
                self.client.publish(self.tele("RESULT"), json.dumps({"RfReceived": {
                    "Data": payload.decode(), "Bits": 24, "Protocol": 1, "Pulse": 238}}))
            return
        command, value = topic.rsplit("/", 1)[1].upper(), payload.decode()
        print(command, value, flush=True)
        with self.lock:
            if command == "BACKLOG":
                for part in value.split(";"):
                    name, _, rest = part.strip().partition(" ")
                    if name.upper() != "NODELAY":
                        self.obey(name.upper(), rest)
            else:
                self.obey(command, value)

    def obey(self, command, value):
        if command.startswith("POWER"):
            if value:
                self.power = value.upper() if value.upper() != "TOGGLE" else "OFF" if self.power == "ON" else "ON"
            name = "POWER1" if self.kind == "fan" else "POWER"
            self.stat("RESULT", self.lamp() if self.kind == "bulb" else {name: self.power})
            self.stat(name, self.power)
        elif command == "STATE":
            self.stat("RESULT", self.state())
        elif command == "RESTART":
            self.stat("RESULT", {"Restart": "Restarting"})
        elif command == "STATUS":
            self.status(value)
        elif self.kind == "bulb" and self.set_light(command, value):
            self.stat("RESULT", self.lamp())
        elif self.kind == "fan" and command == "FANSPEED":
            self.fan = int(value)
            self.stat("RESULT", {"FanSpeed": self.fan})
        elif self.kind == "shutter" and command.startswith("SHUTTER"):
            self.move({"SHUTTEROPEN1": 100, "SHUTTERCLOSE1": 0}.get(command, int(value or 0)))
        else:
            self.stat("RESULT", {"Command": "Unknown"})

    def status(self, number):
        parts = {"1": ("StatusPRM", {"RestartReason": "Power On"}),
                 "2": ("StatusFWR", {"Version": "14.4.1(standin)"}),
                 "5": ("StatusNET", {"IPAddress": "192.0.2.1"}),
                 "10": ("StatusSNS", self.sensors()), "11": ("StatusSTS", self.state())}
        if number in parts:
            name, value = parts[number]
            self.stat("STATUS" + number, {name: value})

    def set_light(self, command, value):
        light = self.light
        if command == "DIMMER":
            light["Dimmer"] = int(value)
            self.power = "ON" if light["Dimmer"] else "OFF"
        elif command in ("HSBCOLOR1", "HSBCOLOR2"):
            light["HSBColor"][command == "HSBCOLOR2"] = int(value)
            light["White"], self.power = 0, "ON"
        elif command == "CT":
            light["CT"], light["White"], self.power = int(value), light["Dimmer"], "ON"
        elif command == "SCHEME":
            light["Scheme"] = int(value)
        elif command == "FADE2":
            light["Fade"] = "ON" if value == "1" else "OFF"
        elif command == "SPEED2":
            light["Speed"] = int(value)
        else:
            return False
        return True

    def move(self, target):
        self.direction = (target > self.position) - (target < self.position)
        self.stat("RESULT", {"Shutter1": self.shutter()})
        threading.Timer(MOVE_SECONDS, self.arrive, (target,)).start()

    def arrive(self, target):
        with self.lock:
            self.position, self.direction = target, 0
            self.stat("RESULT", {"Shutter1": self.shutter()})

    # ---- living ----

    def run(self):
        self.client.connected.wait(20)
        self.client.subscribe("cmnd/%s/#" % self.topic)
        self.client.subscribe("standin/" + self.kind)
        self.client.publish(self.tele("LWT"), "Online", 1, True)
        self.announce()
        if not self.args.quiet:
            self.report()
            threading.Thread(target=self.repeat, daemon=True).start()
        threading.Event().wait()

    def repeat(self):
        while True:
            time.sleep(self.args.period)
            with self.lock:
                self.report()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("kind", choices=sorted(MACS))
    parser.add_argument("--sensors-first", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--extra-sensor", action="store_true")
    parser.add_argument("--period", type=float, default=300)
    Device(parser.parse_args()).run()


if __name__ == "__main__":
    main()
