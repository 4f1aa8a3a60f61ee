#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
#
# Instructions of the fast paths, counted by valgrind's callgrind: per message of the engine and per
# request of the API. Two runs of different length each; their difference leaves out start and end.
#
#   make profile
#
# PROFILE_KEEP=1 keeps the profiles (callgrind_annotate reads them) and says where they are.
"""Instructions per message and per request."""

import argparse
import glob
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

from house import Background, Failure, can_connect, free_port, run_json, wait_for
from house import database_value as query

ENTITIES = 100
RATE = 400  # messages a second: what the engine keeps up with under valgrind


class Fcgi:
    """A FastCGI client with one kept connection (FastCGI 1.0, responder role)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.rest = b""

    def record(self, kind, body):
        return struct.pack(">BBHHBx", 1, kind, 1, len(body), 0) + body

    def param(self, name, value):
        def size(s):
            return bytes([len(s)]) if len(s) < 128 else struct.pack(">I", len(s) | 1 << 31)
        name, value = name.encode(), value.encode()
        return size(name) + size(value) + name + value

    def read(self, n):
        while len(self.rest) < n:
            more = self.socket.recv(65536)
            if not more:
                raise Failure("the API closed the connection")
            self.rest += more
        head, self.rest = self.rest[:n], self.rest[n:]
        return head

    def request(self, method, path, token, body=b""):
        uri, _, query_string = path.partition("?")
        params = {"REQUEST_METHOD": method, "REQUEST_URI": path, "QUERY_STRING": query_string,
                  "CONTENT_TYPE": "application/json" if body else "",
                  "CONTENT_LENGTH": str(len(body)) if body else "", "SCRIPT_NAME": "",
                  "PATH_INFO": uri, "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_SCHEME": "http",
                  "REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "1", "SERVER_ADDR": "127.0.0.1",
                  "SERVER_PORT": "80", "SERVER_NAME": "_", "REQUEST_ID": "0" * 32,
                  "HTTP_HOST": "127.0.0.1", "HTTP_AUTHORIZATION": f"Bearer {token}"}
        text = b"".join(self.param(k, v) for k, v in params.items())
        packet = self.record(1, struct.pack(">HB5x", 1, 1)) + self.record(4, text)
        packet += self.record(4, b"") + (self.record(5, body) if body else b"")
        self.socket.sendall(packet + self.record(5, b""))
        answer = b""
        while True:
            _, kind, _, length, padding = struct.unpack(">BBHHBx", self.read(8))
            content = self.read(length + padding)[:length]
            if kind == 6:
                answer += content
            elif kind == 3:
                return answer


class Bench:
    """A broker, a data directory and programs under callgrind in it."""

    def __init__(self, build):
        self.build = build
        os.makedirs(f"{build}/bench/run", exist_ok=True)
        self.data = tempfile.mkdtemp(prefix="profile-", dir=f"{build}/bench/run")
        self.port = free_port()
        self.runs = 0

    def __enter__(self):
        with open(f"{self.data}/mosquitto.conf", "w", encoding="ascii") as f:
            f.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n"
                    "set_tcp_nodelay true\nmax_queued_messages 100000\n")
        with open(f"{self.data}/consciousness.conf", "w", encoding="ascii") as f:
            f.write(f"MQTT_URL=mqtt://127.0.0.1:{self.port}\nENGINE_WINDOW_SECONDS=0\n"
                    "API_THREADS=1\n")
        self.broker = Background(
            ["mosquitto", "-c", f"{self.data}/mosquitto.conf"],
            env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin"),
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_for(lambda: can_connect(self.port), 10, "broker")
        return self

    def __exit__(self, *_):
        self.broker.end()
        if os.environ.get("PROFILE_KEEP"):
            print(f"profiles: {self.data}/callgrind.*")
        else:
            shutil.rmtree(self.data, ignore_errors=True)

    def under_callgrind(self, program, before=()):
        self.runs += 1
        prefix = f"{self.data}/callgrind.{program}.{self.runs}"
        log = open(f"{self.data}/{program}.log", "ab")
        return prefix, Background(
            [*before, shutil.which("valgrind") or "valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={prefix}",
             f"{self.build}/bin/{program}", "--data", self.data], stdout=log, stderr=log)

    def instructions(self, prefix, run):
        os.kill(run.process.pid, signal.SIGTERM)
        run.process.wait(60)
        found = [int(n) for name in glob.glob(prefix + "*")
                 for n in re.findall(r"^(?:summary|totals): (\d+)", open(name).read(), re.M)[:1]]
        if not found:
            raise Failure(f"no profile {prefix}")
        return sum(found)

    def last_event(self):
        return query(self.data, "SELECT coalesce(max(id), 0) FROM event")

    def load(self, *options):
        return run_json([f"{self.build}/bench/load_mqtt", "--port", str(self.port),
                         "--entities", str(ENTITIES), *options])

    def listening(self):
        """A second engine finds its entities there before it hears anything."""
        before = self.last_event()

        def heard():
            self.load("--rate", str(RATE), "--seconds", "1", "flood")
            return self.last_event() > before
        wait_for(heard, 60, "an engine that listens")

    def engine(self, messages):
        """Instructions of an engine that lives long enough for so many changes."""
        prefix, run = self.under_callgrind("consciousness-engine")
        with run:
            self.load("announce")
            wait_for(lambda: query(self.data, "SELECT count(*) FROM entity") >= ENTITIES, 60,
                     "entities")
            self.listening()
            first = self.last_event()
            sent = self.load("--rate", str(RATE), "--seconds", str(messages / RATE),
                             "flood")["sent"]
            wait_for(lambda: self.last_event() >= first + sent * 0.9, 120, "messages")
            return self.instructions(prefix, run), sent

    def api(self, method, path, token, requests, body=b""):
        socket_path = f"{self.data}/run/profile.sock"
        prefix, run = self.under_callgrind(
            "consciousness-api", ("spawn-fcgi", "-n", "-s", socket_path, "--"))
        with run:
            client = wait_for(lambda: self.connect(socket_path), 60, "API")
            for i in range(requests):
                answer = client.request(method, path, token, body)
                if i == 0 and b"Status: 4" in answer or b"Status: 5" in answer:
                    raise Failure(answer[:300].decode())
            return self.instructions(prefix, run)

    def connect(self, path):
        try:
            return Fcgi(path)
        except OSError:
            return None


def show(what, count, unit):
    print(f"{what:<42} {count:>12,.0f} instructions per {unit}", flush=True)


def profile_engine(b):
    b.engine(400)  # the announcements are work of the first run alone
    (few, n), (many, m) = b.engine(2000), b.engine(8000)
    show("engine: a changed state, recorded", (many - few) / (m - n), "message")


def profile_api(b):
    token = subprocess.run(
        [f"{b.build}/bin/consciousness", "--data", b.data, "token", "create", "--name", "p"],
        stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    device = query(b.data, "SELECT id FROM device ORDER BY id LIMIT 1")
    for what, method, path, body in (
            ("API: one device", "GET", f"/api/v1/devices/{device}", b""),
            ("API: a list of 20 devices", "GET", "/api/v1/devices?limit=20", b""),
            ("API: a command", "POST", f"/api/v1/devices/{device}/control",
             b'{"action":"turn_on"}')):
        few = b.api(method, path, token, 200, body)
        many = b.api(method, path, token, 1200, body)
        show(what, (many - few) / 1000, "request")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the build directory")
    o = parser.parse_args()
    with Bench(o.build) as b:
        profile_engine(b)
        profile_api(b)
    return 0


if __name__ == "__main__":
    sys.exit(main())
