#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A stand-in for Frigate with one camera on a real broker: last will, the list of cameras when somebody
connects, switches, and what the camera sees.

    python3 frigate.py PORT PREFIX PICTURE

"see" on standin/frigate: a person walks into the picture, which is the content of the file PICTURE; "hear":
a dog barks; "count": two cars stand there, one of them moves. Movements of the camera are printed."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mqtt  # noqa: E402

CAMERA = "front_door"
# by their names in the list of cameras
FEATURES = {"enabled": "enabled", "detect": "detect", "record": "recordings", "snapshots": "snapshots",
            "audio": "audio", "autotracking": "ptz_autotracker", "alerts": "review_alerts",
            "detections": "review_detections"}
# which that list does not hold
SETTINGS = {"motion": "ON", "improve_contrast": "ON", "birdseye": "ON", "birdseye_mode": "OBJECTS",
            "motion_threshold": "30", "motion_contour_area": "10"}


class Frigate:
    def __init__(self, port, prefix, picture):
        self.prefix, self.picture = prefix, picture
        self.on = {name: True for name in FEATURES}
        self.client = mqtt.Client(port, "frigate", self.received, keepalive=10,
                                  will=(prefix + "/available", "offline"))
        self.settings = dict(SETTINGS)
        for topic in (prefix + "/onConnect", prefix + "/+/+/set", prefix + "/+/ptz", "standin/frigate"):
            self.client.subscribe(topic)
        for name in FEATURES:
            self.tell(name)
        for name, value in SETTINGS.items():
            self.publish("%s/%s/state" % (CAMERA, name), value, True)
        self.publish("available", "online", True)

    def publish(self, topic, payload, retain=False):
        self.client.publish(self.prefix + "/" + topic, payload, 1, retain)

    def tell(self, name):
        self.publish("%s/%s/state" % (CAMERA, FEATURES[name]), "ON" if self.on[name] else "OFF", True)

    def received(self, topic, payload, _):
        if topic == "standin/frigate":
            {b"hear": self.hear, b"count": self.count}.get(payload, self.see)()
        elif topic.endswith("/ptz"):
            print(payload.decode(), flush=True)
        elif topic == self.prefix + "/onConnect":
            self.publish("camera_activity", json.dumps(
                {CAMERA: {"config": self.on, "motion": False, "objects": []}}))
            self.publish("stats", json.dumps({"detection_fps": 1.5, "cameras": {}, "service": {
                "version": "0.16.1-e664cb2", "latest_version": "0.16.4"}}))
        else:
            self.set(topic.split("/")[-2], payload)

    def set(self, word, payload):
        if word in SETTINGS:
            if word == "birdseye_mode" and payload not in (b"CONTINUOUS", b"MOTION", b"OBJECTS"):
                return  # as the real one: nothing
            self.settings[word] = payload.decode()
            self.publish("%s/%s/state" % (CAMERA, word), self.settings[word], True)
        else:
            name = next(key for key, value in FEATURES.items() if value == word)
            self.on[name] = payload == b"ON"
            self.tell(name)

    def see(self):
        now = time.time()
        after = {"id": "%f-abc" % now, "camera": CAMERA, "label": "person", "sub_label": ["Ann", 0.8], "score": 0.87,
                 "current_zones": ["porch"], "entered_zones": ["porch"], "start_time": now}
        self.publish(CAMERA + "/motion", "ON")
        for kind in ("new", "update", "update"):
            self.publish("events", json.dumps({"type": kind, "before": after, "after": after}))
        review = {"id": "%f-xyz" % now, "camera": CAMERA, "start_time": now, "end_time": None,
                  "severity": "alert", "data": {"detections": [after["id"]], "objects": ["person"],
                                                "sub_labels": ["Ann"], "zones": ["porch"], "audio": []}}
        self.publish("reviews", json.dumps({"type": "new", "before": review, "after": review}))
        self.publish(CAMERA + "/review_status", "ALERT")
        self.publish(CAMERA + "/person", "1")
        self.publish(CAMERA + "/person/active", "1")
        self.publish("porch/person", "1")
        with open(self.picture, "rb") as f:
            self.publish(CAMERA + "/person/snapshot", f.read(), True)

    def count(self):
        self.publish(CAMERA + "/car", "2")
        self.publish(CAMERA + "/car/active", "1")

    def hear(self):
        now = time.time()
        self.publish(CAMERA + "/audio/bark", "ON")
        self.publish(CAMERA + "/audio/all", "ON")
        self.publish("audio_detections", json.dumps(
            {CAMERA: {"bark": {"id": "%f-dog" % now, "score": 0.7, "last_detection": now}}}))


if __name__ == "__main__":
    Frigate(int(sys.argv[1]), sys.argv[2], sys.argv[3]).client.thread.join()
