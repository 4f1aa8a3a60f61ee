#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A stand-in for a Shelly Plus 1PM on a real broker: it says that it is there (and by its last will that it
is not), answers JSON-RPC, and tells what changed.

    shelly.py PORT PREFIX [NAME [more]] until it is killed; SIGKILL leaves the last will behind

With "more" it is of the third generation, and somebody added a number, a button and two sensors of a Bluetooth
device to it, which it lists two at a time."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mqtt  # noqa: E402

MAC = "A8032ABE54DC"


def added():
    about = {"id": 200, "addr": "11:22:33:44:55:66"}
    return {
        "number:200": ({"value": 4}, {"id": 200, "name": "Goal", "min": 0, "max": 100, "meta": {
            "ui": {"view": "slider", "unit": "%", "step": 5}}}),
        "button:200": ({}, {"id": 200, "name": "Run", "meta": {"ui": {"view": "button"}}}),
        "bthomedevice:200": ({"id": 200, "rssi": -58, "battery": 88}, dict(about, name="Bath")),
        "bthomesensor:200": ({"id": 200, "value": 23.7}, dict(about, name=None, obj_id=69, idx=0)),
        "bthomesensor:201": ({"id": 201, "value": True}, dict(about, id=201, name=None, obj_id=45, idx=0)),
    }


class Device(mqtt.Client):
    def __init__(self, port, prefix, name, more):
        self.prefix, self.name = prefix, name
        self.added = added() if more else {}
        self.gen = 3 if more else 2
        self.told = 0   # how often it was asked what it is
        self.output = False
        super().__init__(port, prefix, self.received, keepalive=10,
                         will=(prefix + "/online", "false"))

    def status(self):
        return {
            "cloud": {"connected": False}, "mqtt": {"connected": True},
            "input:0": {"id": 0, "state": None}, "switch:0": self.switch(),
            "sys": {"mac": MAC, "restart_required": False, "uptime": 3600,
                    "available_updates": {"stable": {"version": "1.5.1"}}},
            "wifi": {"sta_ip": "192.168.33.20", "status": "got ip", "ssid": "house", "rssi": -58},
        }

    def switch(self):
        return {"id": 0, "source": "MQTT", "output": self.output,
                "apower": 42.5 if self.output else 0.0, "voltage": 230.1, "current": 0.2, "freq": 50.0,
                "aenergy": {"total": 11.5, "by_minute": [0, 0, 0], "minute_ts": 1767225540},
                "temperature": {"tC": 50.5, "tF": 122.9}}

    def set_switch(self, params):
        was, self.output = self.output, bool(params["on"])
        self.notify("NotifyStatus", {"switch:0": self.switch()})
        return {"was_on": was}

    def notify(self, method, params):
        self.publish(self.prefix + "/events/rpc", json.dumps({
            "src": self.prefix, "dst": self.prefix + "/events", "method": method,
            "params": dict(params, ts=time.time())}))

    def answer(self, method, params):
        if method == "Shelly.GetDeviceInfo":
            self.told += 1
            print("asked what it is: %d" % self.told, flush=True)
            return {"name": self.name, "id": "shellyplus1pm-a8032abe54dc", "mac": MAC,
                    "model": "SNSW-001P16EU", "gen": self.gen, "ver": "1.4.4", "app": "Plus1PM",
                    "fw_id": "20241011-114455/1.4.4-g6d2a586"}
        if method == "Shelly.GetConfig":
            return {"input:0": {"id": 0, "name": None, "type": "button"},
                    "switch:0": {"id": 0, "name": None}, "sys": {"ui_data": {}}}
        if method == "Shelly.GetStatus":
            return self.status()
        if method == "Switch.Set":
            return self.set_switch(params)
        return self.answer_added(method, params) if self.added else None

    def answer_added(self, method, params):
        if method == "Shelly.GetComponents":
            keys = list(self.added)[params["offset"]:params["offset"] + 2]
            return {"components": [{"key": key, "status": self.added[key][0], "config": self.added[key][1]}
                                   for key in keys],
                    "cfg_rev": 1, "offset": params["offset"], "total": len(self.added)}
        if method == "Number.Set":
            self.added["number:200"][0]["value"] = params["value"]
            self.notify("NotifyStatus", {"number:200": {"value": params["value"], "source": "MQTT"}})
            return {}
        if method == "Button.Trigger":
            self.notify("NotifyEvent", {"events": [{"component": "button:%d" % params["id"],
                                                    "event": params["event"], "ts": time.time()}]})
            return {}
        return self.added["%s:%d" % (method.split(".")[0].lower(), params["id"])][0]

    def received(self, topic, payload, _):
        if topic == self.prefix + "/press":     # of the stand-in alone: somebody presses the button
            self.notify("NotifyEvent", {"events": [
                {"component": "input:0", "id": 0, "event": payload.decode(), "ts": time.time()}]})
            return
        request = json.loads(payload)
        result = self.answer(request["method"], request.get("params"))
        reply = {"id": request["id"], "src": self.prefix, "dst": request["src"]}
        reply.update({"result": result} if result is not None else
                     {"error": {"code": 404, "message": "No handler for " + request["method"]}})
        self.publish(request["src"] + "/rpc", json.dumps(reply))


def main():
    port, prefix = int(sys.argv[1]), sys.argv[2]
    device = Device(port, prefix, sys.argv[3] if len(sys.argv) > 3 else None,
                    sys.argv[4:] == ["more"])
    device.subscribe(prefix + "/rpc")
    device.subscribe(prefix + "/press")
    device.publish(prefix + "/online", "true", 1, True)
    device.thread.join()


if __name__ == "__main__":
    main()
