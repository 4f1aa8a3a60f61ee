# SPDX-License-Identifier: ISC
"""One running house as a test sees it: its API, its processes, its database. Needs what
tests/lib/house.sh knows in the environment: HOUSE_DIR, HOUSE_URL, HOUSE_TOKEN, HOUSE_BROKER."""

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse

FINAL = ("confirmed", "failed", "expired", "refused")
SLOW = 10 if os.environ.get("BUILD_DIR", "").endswith("-san") else 1
PROGRAMS = ("consciousness-api", "consciousness-engine", "consciousness-bridge", "consciousness-job")


class Failure(Exception):
    """What the test found wrong."""


def check(truth, message, *values):
    if not truth:
        raise Failure(message % values if values else message)


def say(message, *values):
    print(message % values if values else message, flush=True)


def wait(condition, what, seconds=20, pause=0.02):
    """The first true value of condition()."""
    end = time.monotonic() + seconds * SLOW
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, "waited %d s in vain: %s", seconds * SLOW, what)
        time.sleep(pause)


class House:
    def __init__(self):
        self.dir = os.path.realpath(os.environ["HOUSE_DIR"])
        self.url = urllib.parse.urlsplit(os.environ["HOUSE_URL"])
        self.port = self.url.port
        self.token = os.environ["HOUSE_TOKEN"]
        self.broker = int(os.environ["HOUSE_BROKER"])
        self.bin = os.path.join(os.environ["BUILD_DIR"], "bin")

    # ---- the API ----

    def request(self, method, path, body=None, timeout=10, headers=()):
        """(status, body), or (0, reason) without an answer. body: bytes as they are, else JSON."""
        all_headers = {"Authorization": "Bearer " + self.token}
        if body is not None:
            all_headers["Content-Type"] = "application/json"
            if not isinstance(body, bytes):
                body = json.dumps(body).encode()
        all_headers.update(headers)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, all_headers)
            reply = connection.getresponse()
            data = reply.read()
            try:
                return reply.status, json.loads(data)
            except ValueError:
                return reply.status, data
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            connection.close()

    def get(self, path):
        status, body = self.request("GET", path)
        check(status == 200, "GET %s: %d %s", path, status, body)
        return body

    def try_get(self, path):
        status, body = self.request("GET", path)
        return body if status == 200 else None

    def healthy(self):
        return self.request("GET", "/health", timeout=5)[0] == 200

    def components(self):
        """Of /health/detailed, also when that is 503."""
        status, body = self.request("GET", "/health/detailed")
        check(status in (200, 503) and isinstance(body, dict), "/health/detailed: %d %s", status, body)
        return body

    def metric(self, name, label=""):
        """Sum of the series of a metric whose labels contain `label`."""
        status, page = self.request("GET", "/metrics")
        check(status == 200, "/metrics: %d", status)
        found = re.findall(r"^%s(?:\{([^}]*)\})? (\S+)$" % re.escape(name), page.decode(), re.M)
        return sum(float(value) for labels, value in found if label in labels)

    def state(self, entity):
        return self.get("/api/v1/entities/" + entity)["state"]

    # ---- the database ----

    def query(self, sql, *values):
        db = sqlite3.connect("file:%s/consciousness.db?mode=ro" % self.dir, uri=True, timeout=20)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def row_of(self, entity):
        return self.query("SELECT row FROM entity WHERE entity_id = ?", entity)[0][0]

    def check_integrity(self):
        check(self.query("PRAGMA integrity_check") == [("ok",)], "the database is damaged")
        check(self.query("PRAGMA foreign_key_check") == [], "rows refer to rows that are not there")

    # ---- its processes ----

    def processes(self):
        """[(pid, name)]: our programs, and what keeps the API (named multiwatch)."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid, "rb") as f:
                    words = f.read().decode("utf-8", "replace").split("\0")
                with open("/proc/%s/stat" % pid) as f:
                    if f.read().rsplit(")", 1)[1].split()[0] == "Z":
                        continue
            except OSError:
                continue
            names = [os.path.basename(w) for w in words]
            program = next((n for n in names if n in PROGRAMS), None)
            if program is None or "--data" not in words:
                continue
            if os.path.realpath(words[words.index("--data") + 1]) != self.dir:
                continue
            name = program[len("consciousness-"):]
            if names[0] != program and names[0].split(":")[0] not in ("valgrind.bin", "memcheck-amd64-"):
                name = names[0]
            found.append((int(pid), name))
        return sorted(found)

    def pids(self, name):
        return [pid for pid, n in self.processes() if n == name]

    def lock(self, name):
        """(holder, waiters) of run/NAME.lock, holder None."""
        try:
            inode = os.stat("%s/run/%s.lock" % (self.dir, name)).st_ino
        except FileNotFoundError:
            return None, []
        holder, waiters = None, []
        with open("/proc/locks") as f:
            for line in f:
                words = line.split()
                waits = words[1] == "->"
                kind, _, _, pid, place = words[2 if waits else 1:][:5]
                if kind != "FLOCK" or place.rsplit(":", 1)[1] != str(inode):
                    continue
                if waits:
                    waiters.append(int(pid))
                else:
                    holder = int(pid)
        return holder, waiters

    def active(self):
        return self.lock("engine")[0]

    def ready_standby(self):
        """The engine that has loaded everything and waits for the lock, or None."""
        waiters = self.lock("engine")[1]
        return waiters[0] if waiters else None

    def cron_line(self, word):
        """The command of the first line of this house's crontab that names `word`."""
        with open(self.dir + "/run/cron/root") as f:
            for line in f:
                if word in line:
                    return line.split(None, 5)[5].strip()
        raise Failure("no line of the crontab names " + word)

    def start(self, word):
        """What cron does each minute."""
        subprocess.run(["sh", "-c", self.cron_line(word)], cwd=self.dir, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def standby(self):
        """A ready standby, started when there is none."""
        if self.ready_standby() is None:
            self.start("consciousness-engine")
        return wait(self.ready_standby, "a standby engine")

    def kill(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
            return True
        except ProcessLookupError:
            return False


def main(test):
    """Runs test(house): exit status 1 and one line for what was wrong."""
    try:
        test(House())
    except Failure as failure:
        print("FAILED: %s" % failure, file=sys.stderr, flush=True)
        sys.exit(1)
