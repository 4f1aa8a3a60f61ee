# SPDX-License-Identifier: ISC
#
# What the benchmark runs: a house of its own, ceilings beside it, load on both. Python's library only.
"""Servers and load of the benchmark."""

import atexit
import glob
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Failure(Exception):
    """A measurement that could not be made."""


def wait_for(condition, seconds, what, pause=0.05):
    """Until condition() is true; its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds} s")
        time.sleep(pause)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def can_connect(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def run_json(command):
    """The JSON object that a load program prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise Failure(f"{os.path.basename(command[0])} ended with {done.returncode}")
    return json.loads(done.stdout)


def database_value(data, sql):
    """One value out of a house's database, read beside the running house; 0 before it is there."""
    try:
        db = sqlite3.connect(f"file:{data}/consciousness.db?mode=ro", uri=True, timeout=30)
    except sqlite3.OperationalError:
        return 0
    try:
        return db.execute(sql).fetchone()[0]
    except sqlite3.OperationalError as e:
        if "no such table" in str(e):
            return 0
        raise
    finally:
        db.close()


class Background:
    """A process (with its children) that lives as long as the block."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, start_new_session=True, **options)
        atexit.register(self.end)

    def end(self):
        atexit.unregister(self.end)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class House:
    """A house without demo, started as a person starts one."""

    def __init__(self, build, settings=None, parent=None):
        self.build = build
        parent = parent or f"{build}/bench/run"
        os.makedirs(parent, exist_ok=True)
        self.data = tempfile.mkdtemp(prefix="house-", dir=parent)
        self.port = free_port()
        with open(f"{self.data}/consciousness.conf", "w", encoding="ascii") as f:
            for key, value in (settings or {}).items():
                f.write(f"{key}={value}\n")
        self.env = dict(os.environ, BUILD_DIR=build)
        self.token = None
        self.broker = None
        self.automations = 0

    def script(self, *options):
        done = subprocess.run(
            [f"{ROOT}/scripts/run", "--no-install", "--data", self.data, *options],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise Failure(done.stdout.decode())

    def __enter__(self):
        atexit.register(self.end)
        self.script("--no-demo", "--detach", "--port", str(self.port))
        done = subprocess.run(
            [f"{self.build}/bin/consciousness", "--data", self.data, "token", "create",
             "--name", "bench"], stdout=subprocess.PIPE, check=True)
        self.token = done.stdout.decode().strip()
        with open(f"{self.data}/consciousness.conf", encoding="utf-8") as f:
            url = re.findall(r"^MQTT_URL=(.*)$", f.read(), re.M)[-1]
        self.broker = int(url.rsplit(":", 1)[1])
        return self

    def end(self):
        atexit.unregister(self.end)
        try:
            self.script("--stop")
        finally:
            if not os.environ.get("BENCH_KEEP"):
                shutil.rmtree(self.data, ignore_errors=True)

    def __exit__(self, *_):
        self.end()

    # what it says

    def request(self, method, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        c.request(method, path, None if body is None else json.dumps(body),
                  {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        answer = c.getresponse()
        text = answer.read()
        c.close()
        return answer.status, text

    def api(self, method, path, body=None):
        status, text = self.request(method, path, body)
        if status >= 300:
            raise Failure(f"{method} {path}: {status} {text[:300].decode()}")
        return json.loads(text)

    def every(self, path, name):
        """All pages of a list."""
        found, after = [], None
        while after != "":
            page = self.api("GET", f"{path}?limit=1000" + (f"&after={after}" if after else ""))
            found += page[name]
            after = page["next"] or ""
        return found

    def metric(self, name):
        for line in self.request("GET", "/metrics")[1].decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    def query(self, sql):
        return database_value(self.data, sql)

    def insert_automations(self, automations):
        """automations: of (id, document). Behind the API's back, so the engines start anew."""
        db = sqlite3.connect(self.data + "/consciousness.db", timeout=60)
        with db:
            db.executemany(
                "INSERT INTO automation (id, name, config, created, updated) VALUES (?, ?, ?, 1, 1)",
                ((name, config["name"], json.dumps(config)) for name, config in automations))
        db.close()
        self.fresh_engines()

    def last_event(self):
        return self.query("SELECT coalesce(max(id), 0) FROM event")

    def settle(self, seconds=120):
        """Until nothing is recorded any more; the last event and when it was first seen."""
        last, since = self.last_event(), time.monotonic()
        end = since + seconds
        while time.monotonic() < since + 1.0 and time.monotonic() < end:
            time.sleep(0.05)
            now = self.last_event()
            if now != last:
                last, since = now, time.monotonic()
        return last, since

    # its processes

    def processes(self, name=None):
        """{pid: program} of the house's own processes."""
        found = {}
        for exe in glob.glob("/proc/[0-9]*/exe"):
            pid = int(exe.split("/")[2])
            try:
                program = os.readlink(exe)
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    mine = self.data.encode() in f.read()
            except OSError:
                continue
            base = os.path.basename(program)
            if mine and program.startswith(f"{self.build}/bin/") and name in (None, base):
                found[pid] = base
        return found

    def start_engine(self):
        """As cron does."""
        with open(f"{self.data}/log/engine.log", "ab") as log:
            subprocess.Popen([f"{self.build}/bin/consciousness-engine", "--data", self.data],
                             stdout=log, stderr=log, start_new_session=True)

    def standby(self):
        """Makes sure that a standby is running beside the active engine."""
        while len(self.processes("consciousness-engine")) < 2:
            self.start_engine()
            time.sleep(1)

    def fresh_engines(self):
        """Kills the engines, and starts an active one and a standby."""
        for pid in self.processes("consciousness-engine"):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self.processes("consciousness-engine"), 10, "end of the engines")
        self.standby()
        time.sleep(2)

    def pss(self):
        """{program: KiB}, all processes of a program together, and their number."""
        total = {}
        for pid, program in self.processes().items():
            try:
                with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
                    kib = int(re.search(r"^Pss: +(\d+)", f.read(), re.M).group(1))
            except OSError:
                continue
            size, n = total.get(program, (0, 0))
            total[program] = (size + kib, n + 1)
        return total

    def processor(self):
        """Seconds of processor time that the own processes have used."""
        ticks = 0
        for pid in self.processes():
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii") as f:
                    fields = f.read().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def written(self):
        """{pid: bytes given to the disk} of the own processes."""
        result = {}
        for pid in self.processes():
            try:
                with open(f"/proc/{pid}/io", encoding="ascii") as f:
                    result[pid] = int(re.search(r"^write_bytes: (\d+)", f.read(), re.M).group(1))
            except OSError:
                pass
        return result

    # load

    def load(self, *options):
        return run_json([f"{self.build}/bench/load_mqtt", "--port", str(self.broker), *options])

    def flood(self, **options):
        words = [f"--{k}={v}" if v is not True else f"--{k}" for k, v in options.items()]
        return Background([f"{self.build}/bench/load_mqtt", "--port", str(self.broker), *words,
                           "flood"], stdout=subprocess.PIPE)

    def furnish(self, entities):
        """Announces so many entities and reports each once."""
        self.load("--entities", str(entities), "announce")
        wait_for(lambda: self.query("SELECT count(*) FROM entity") >= entities, 120,
                 f"{entities} entities")
        self.settle()
        self.load("--entities", str(entities), "--rate", "5000", "--seconds",
                  str(max(0.3, 2.2 * entities / 5000)), "flood")
        self.settle()

    def react_to_motion(self):
        """The automation that the reaction is measured with."""
        self.api("POST", "/api/v1/automations", {
            "name": "Bench", "mode": "restart",
            "triggers": [{"trigger": "state", "entity_id": "binary_sensor.bench_0_motion",
                          "to": "on"}],
            "conditions": [],
            "actions": [{"action": "switch.turn_on",
                         "target": {"entity_id": "switch.bench_0_lamp"}}]})
        time.sleep(1)


class Ceiling:
    """libfcgi with the same bytes for every request, under an nginx like the house's."""

    def __init__(self, house, body=None):
        self.house = house
        self.dir = tempfile.mkdtemp(prefix="ceiling-", dir=os.path.dirname(house.data))
        self.port = free_port()
        self.body = body
        self.parts = []

    def __enter__(self):
        for d in ("run/tmp", "log"):
            os.makedirs(f"{self.dir}/{d}")
        with open(f"{self.house.data}/run/nginx.conf", encoding="utf-8") as f:
            conf = f.read()
        conf = conf.replace(self.house.data, self.dir)
        conf = conf.replace(f"127.0.0.1:{self.house.port}", f"127.0.0.1:{self.port}")
        with open(f"{self.dir}/run/nginx.conf", "w", encoding="utf-8") as f:
            f.write(conf)
        os.symlink(f"{ROOT}/nginx/include", f"{self.dir}/run/consciousness")
        command = ["spawn-fcgi", "-n", "-s", f"{self.dir}/run/api.sock", "-M", "0660", "--",
                   "/usr/bin/multiwatch", "-f", "2", "-s", "TERM", "--",
                   f"{self.house.build}/bench/ceiling_fcgi"]
        if self.body is not None:
            with open(f"{self.dir}/body", "wb") as f:
                f.write(self.body)
            command.append(f"{self.dir}/body")
        self.parts.append(Background(command, stderr=subprocess.DEVNULL))
        path = os.environ["PATH"] + ":/usr/sbin"
        self.parts.append(Background(
            ["nginx", "-p", self.dir, "-c", f"{self.dir}/run/nginx.conf",
             "-e", f"{self.dir}/log/nginx.log"],
            env=dict(os.environ, PATH=path), stderr=subprocess.DEVNULL))
        wait_for(lambda: can_connect(self.port), 10, "nginx of the ceiling")
        return self

    def __exit__(self, *_):
        for part in self.parts:
            part.end()
        shutil.rmtree(self.dir, ignore_errors=True)


def wrk(port, path, seconds, token=None, script=None, connections=16):
    """{rps, p50_ms, p99_ms, errors} of one run."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    if script:
        command += ["-s", script]
    command.append(f"http://127.0.0.1:{port}{path}")
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    text = done.stdout.decode()

    def ms(quantile):
        value, unit = re.search(rf"{quantile}%\s+([\d.]+)(us|ms|s|m)\b", text).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]

    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: .*", text)
    return {"rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            "p50_ms": ms(50), "p99_ms": ms(99),
            "errors": (int(bad.group(1)) if bad else 0) + (1 if broken else 0)}


def median(values):
    return statistics.median(values)


def spread(values):
    """(largest - smallest) / median, in percent."""
    m = median(values)
    return 0 if m == 0 else 100 * (max(values) - min(values)) / m
