#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A stand-in for Frigate with one camera on a real broker: last will, the list of cameras when somebody
connects, switches, and what the camera sees.

    python3 frigate.py PORT PREFIX PICTURE

"see" on standin/frigate: a person walks into the picture, which is the content of the file PICTURE."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mqtt  # noqa: E402

CAMERA = "front_door"
FEATURES = {"detect": "detect", "record": "recordings", "snapshots": "snapshots", "audio": "audio"}


class Frigate:
    def __init__(self, port, prefix, picture):
        self.prefix, self.picture = prefix, picture
        self.on = {name: True for name in FEATURES}
        self.client = mqtt.Client(port, "frigate", self.received, keepalive=10,
                                  will=(prefix + "/available", "offline"))
        for topic in (prefix + "/onConnect", prefix + "/+/+/set", "standin/frigate"):
            self.client.subscribe(topic)
        for name in FEATURES:
            self.tell(name)
        self.publish("available", "online", True)

    def publish(self, topic, payload, retain=False):
        self.client.publish(self.prefix + "/" + topic, payload, 1, retain)

    def tell(self, name):
        self.publish("%s/%s/state" % (CAMERA, FEATURES[name]), "ON" if self.on[name] else "OFF", True)

    def received(self, topic, payload, _):
        if topic == "standin/frigate":
            self.see()
        elif topic == self.prefix + "/onConnect":
            self.publish("camera_activity", json.dumps(
                {CAMERA: {"config": self.on, "motion": False, "objects": []}}))
        else:
            word = topic.split("/")[-2]
            name = next(key for key, value in FEATURES.items() if value == word)
            self.on[name] = payload == b"ON"
            self.tell(name)

    def see(self):
        now = time.time()
        after = {"id": "%f-abc" % now, "camera": CAMERA, "label": "person", "sub_label": None, "score": 0.87,
                 "current_zones": ["porch"], "entered_zones": ["porch"], "start_time": now}
        self.publish(CAMERA + "/motion", "ON")
        for kind in ("new", "update", "update"):
            self.publish("events", json.dumps({"type": kind, "before": after, "after": after}))
        self.publish(CAMERA + "/person", "1")
        self.publish("porch/person", "1")
        with open(self.picture, "rb") as f:
            self.publish(CAMERA + "/person/snapshot", f.read(), True)


if __name__ == "__main__":
    Frigate(int(sys.argv[1]), sys.argv[2], sys.argv[3]).client.thread.join()
