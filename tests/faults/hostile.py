# SPDX-License-Identifier: ISC
"""Everything wrong that can be said to a house, through all its doors: it answers 4xx or counts a drop,
no process ends, and it serves as before."""

import glob
import json
import os
import socket
import time

import load
from load import h, mqtt, ws

DATA = os.path.join(os.environ["SRC_DIR"], "tests", "data", "hostile")
REFUSED = range(400, 500)


def samples(kind):
    paths = sorted(glob.glob("%s/%s/*" % (DATA, kind)))
    h.check(paths, "no samples of %s", kind)
    for path in paths:
        with open(path, "rb") as f:
            yield os.path.basename(path), f.read()


def is_json(data):
    try:
        json.loads(data.decode("utf-8"))
        return True
    except (ValueError, RecursionError):
        return False


# ---- HTTP ----

def rest(house):
    """Every JSON sample as the body of every kind of write; none is what they take."""
    doors = [("POST", "/api/v1/automations"), ("POST", "/api/v1/auth/login"),
             ("POST", "/api/v1/entities/%s/command" % load.LAMP), ("PATCH", "/api/v1/entities/" + load.LAMP),
             ("POST", "/api/v1/devices/batch-control"), ("POST", "/api/v1/areas")]
    n = 0
    for name, data in samples("json"):
        for method, path in doors:
            status, body = house.request(method, path, data)
            h.check(status in REFUSED or method == "PATCH" and status == 200,
                    "%s %s with %s: %d %s", method, path, name, status, body)
            h.check(status == 200 or isinstance(body, dict) and body.get("code"),
                    "%s %s with %s: no problem document: %s", method, path, name, body)
            n += 1
    return n


def addresses(house):
    """Every field sample as a query and as a part of the path."""
    n = 0
    for name, data in samples("field"):
        text = "".join(chr(c) if 33 <= c < 127 else "%%%02X" % c for c in data)[:6000]
        for path in ("/api/v1/history?" + text, "/api/v1/events?limit=" + text,
                     "/api/v1/history?entity_id=%s&from=%s" % (load.SEQUENCE, text),
                     "/api/v1/entities?" + text, "/api/v1/entities/" + text, "/api/v1/commands/" + text,
                     "/api/v1/explain?entity_id=" + text):
            status, _ = raw_reply(house, b"GET " + path.encode() + b" HTTP/1.1\r\nHost: x\r\n"
                                  b"Authorization: Bearer " + house.token.encode() + b"\r\n"
                                  b"Connection: close\r\n\r\n")
            h.check(status in REFUSED or status == 200, "GET with %s (%s): %s", name, path[:60], status)
            n += 1
    return n


def raw_reply(house, data, patience=10):
    """Status and text of the answer, status None when the connection was closed without one. What waits for more than
    `patience` seconds waits for the rest of the request: then the stream ends."""
    reply = b""
    with socket.create_connection(("127.0.0.1", house.port), patience) as s:
        try:
            s.sendall(data)
            while True:
                try:
                    more = s.recv(4096)
                except socket.timeout:
                    if reply:
                        break
                    s.shutdown(socket.SHUT_WR)
                    more = s.recv(4096)
                if not more:
                    break
                reply += more
        except ConnectionError:
            pass
        except socket.timeout:
            raise h.Failure("no answer to %r" % data[:80])
    words = reply.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None, reply


def requests(house):
    """Requests that are none, or try tricks with paths, headers and lengths."""
    auth = b"Host: x\r\nAuthorization: Bearer " + house.token.encode() + b"\r\n"
    json_head = auth + b"Content-Type: application/json\r\n"
    post = b"POST /api/v1/automations HTTP/1.1\r\n" + json_head
    get = b"GET /api/v1/entities HTTP/1.1\r\n"
    heads = {
        "nothing": b"\r\n\r\n", "binary": os.urandom(2000) + b"\r\n\r\n",
        "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
        "no version": b"GET /api/v1/entities\r\n\r\n", "version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "method": b"BREW /api/v1/entities HTTP/1.1\r\n" + auth + b"\r\n",
        "long method": b"A" * 9000 + b" / HTTP/1.1\r\n" + auth + b"\r\n",
        "trace": b"TRACE /api/v1/entities HTTP/1.1\r\n" + auth + b"\r\n",
        "long path": b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + auth + b"\r\n",
        "up": b"GET /api/v1/../../../../etc/passwd HTTP/1.1\r\n" + auth + b"\r\n",
        "up encoded": b"GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + auth + b"\r\n",
        "up twice encoded": b"GET /api/v1/entities/%252e%252e%252fpasswd HTTP/1.1\r\n" + auth + b"\r\n",
        "nul": b"GET /api/v1/entities/a%00b HTTP/1.1\r\n" + auth + b"\r\n",
        "raw nul": b"GET /api/v1/entities/a\0b HTTP/1.1\r\n" + auth + b"\r\n",
        "bad escape": b"GET /api/v1/entities/%zz HTTP/1.1\r\n" + auth + b"\r\n",
        "bad utf-8": b"GET /api/v1/entities/%ff%fe HTTP/1.1\r\n" + auth + b"\r\n",
        "newline": b"GET /api/v1/entities/a%0d%0aX-Evil:1 HTTP/1.1\r\n" + auth + b"\r\n",
        "slashes": b"GET /api/v1/" + b"/" * 5000 + b" HTTP/1.1\r\n" + auth + b"\r\n",
        "many parameters": b"GET /api/v1/entities?" + b"&".join(b"a%d=1" % i for i in range(700)) +
                           b" HTTP/1.1\r\n" + auth + b"\r\n",
        "no host": b"GET /api/v1/entities HTTP/1.1\r\n\r\n",
        "two hosts": get + b"Host: a\r\nHost: b\r\n\r\n",
        "host": b"GET /health HTTP/1.1\r\nHost: a b<>\r\n\r\n",
        "no token": get + b"Host: x\r\n\r\n", "empty token": get + b"Host: x\r\nAuthorization: Bearer \r\n\r\n",
        "token": get + b"Host: x\r\nAuthorization: Bearer " + b"\xff" * 500 + b"\r\n\r\n",
        "long token": get + b"Host: x\r\nAuthorization: Bearer " + b"a" * 7000 + b"\r\n\r\n",
        "basic": get + b"Host: x\r\nAuthorization: Basic eDp5\r\n\r\n",
        "big header": get + auth + b"X-A: " + b"a" * 70000 + b"\r\n\r\n",
        "many headers": get + auth + b"".join(b"X-%d: a\r\n" % i for i in range(3000)) + b"\r\n",
        "folded": get + auth + b"X-A: a\r\n b\r\n\x01: c\r\n\r\n",
        "length": post + b"Content-Length: -5\r\n\r\n{}",
        "length word": post + b"Content-Length: five\r\n\r\n{}",
        "length huge": post + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        "too large": post + b"Content-Length: 10485761\r\n\r\n{}",
        "two lengths": post + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}abc",
        "length and chunks": post + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "chunks": post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
        "encoding": post + b"Transfer-Encoding: gzip, what\r\n\r\n{}",
        "short body": post + b"Content-Length: 500\r\n\r\n{}",
        "no type": b"POST /api/v1/automations HTTP/1.1\r\n" + auth + b"Content-Length: 2\r\n\r\n{}",
        "form": b"POST /api/v1/automations HTTP/1.1\r\n" + auth +
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
        "key": post + b"Idempotency-Key: " + b"\xff\x01" * 200 + b"\r\nContent-Length: 2\r\n\r\n{}",
        "upgrade": b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "upgrade key": b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n",
        "upgrade version": b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           b"Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "upgrade post": b"POST /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        b"Content-Length: 2\r\n\r\n{}",
    }
    for name, data in heads.items():
        status, reply = raw_reply(house, data, 1)
        # 501, 505: nginx's words for what HTTP does not have
        h.check(status is None or status in REFUSED or status in (501, 505) or
                name == "up encoded" and b"root:" not in reply, "request \"%s\": %s", name, status)
    big = b'{"name":"' + b"a" * (10485760 - 12) + b'"}'
    status, _ = house.request("POST", "/api/v1/automations", big, timeout=60)
    h.check(status in REFUSED, "a body of 10 MiB: %s", status)
    return len(heads) + 1


# ---- WebSocket ----

def frames():
    """Name, bytes. Each breaks RFC 6455 or what the house takes."""
    text = json.dumps({"type": "ping"}).encode()
    yield "unmasked", ws.frame(ws.TEXT, text, masked=False)
    for bits in (1, 2, 4, 7):
        yield "reserved bits %d" % bits, ws.frame(ws.TEXT, text, reserved=bits)
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield "opcode %d" % opcode, ws.frame(opcode, text)
    yield "wide length 2", ws.frame(ws.TEXT, text, wide=2)
    yield "wide length 8", ws.frame(ws.TEXT, text, wide=8)
    yield "length 2^63", ws.frame(ws.TEXT, text, wide=8, length=1 << 63)
    yield "length 2^62", ws.frame(ws.TEXT, text, wide=8, length=1 << 62)
    yield "length 2^32", ws.frame(ws.TEXT, text, wide=8, length=1 << 32)
    yield "too big", ws.frame(ws.TEXT, b"[" + b" " * (2 << 20) + b"]")
    yield "too big in parts", ws.frame(ws.TEXT, b"[", fin=False) + \
        ws.frame(0, b" " * 60000, fin=False) * 40
    yield "fragmented ping", ws.frame(ws.PING, b"a", fin=False)
    yield "fragmented close", ws.frame(ws.CLOSE, b"\x03\xe8", fin=False)
    yield "long ping", ws.frame(ws.PING, b"a" * 126)
    yield "continuation of nothing", ws.frame(0, text)
    yield "text inside text", ws.frame(ws.TEXT, b"{", fin=False) + ws.frame(ws.TEXT, b"}")
    yield "bad utf-8", ws.frame(ws.TEXT, b'{"type":"\xc3\x28"}')
    yield "bad utf-8 over parts", ws.frame(ws.TEXT, b'{"a":"\xe2\x82', fin=False) + ws.frame(0, b'"}')
    yield "surrogate", ws.frame(ws.TEXT, b'{"type":"\xed\xa0\x80"}')
    yield "binary", ws.frame(ws.BINARY, os.urandom(100))
    yield "noise", os.urandom(5000)
    for payload in (b"\x03", b"\0\0", b"\x03\xec", b"\x03\xed", b"\x03\xee", b"\x03\xf7\xff", b"\xff\xff",
                    b"\x03\xe8\xff\xfe", b"\x03\xe7", b"\x03\xe8" + b"a" * 124):
        yield "close %s" % payload[:4].hex(), ws.frame(ws.CLOSE, payload)


def closes(house, name, data, signed_in):
    client = ws.WebSocket(house.port)
    try:
        if signed_in:
            client.sign_in(house.token)
        client.raw(data)
        # noise may look like a frame that is not complete: the end of the stream ends that too
        client.sock.shutdown(socket.SHUT_WR)
        while True:
            client.receive()
    except ws.Closed as closed:
        h.check(closed.code is None or closed.code >= 1000, "%s: closed with %s", name, closed.code)
    except socket.timeout:
        raise h.Failure("WebSocket %s: neither closed nor answered" % name)
    except (ValueError, OSError):
        pass
    finally:
        client.close()


def must_close_with_code(house, name, data):
    """Protocol errors are answered with a close frame that says why."""
    client = ws.WebSocket(house.port)
    client.sign_in(house.token)
    try:
        client.raw(data)
        while True:
            client.receive()
    except ws.Closed as closed:
        h.check(closed.code in (1002, 1003, 1007, 1009), "WebSocket %s: closed with %s", name, closed.code)
    except socket.timeout:
        raise h.Failure("WebSocket %s: no close frame" % name)
    finally:
        client.close()


def sockets(house):
    n = 0
    for name, data in frames():
        closes(house, name, data, signed_in=False)
        closes(house, name, data, signed_in=True)
        if name not in ("noise", "too big", "too big in parts") and not name.startswith("close "):
            must_close_with_code(house, name, data)
        n += 3
    for name, data in samples("json"):
        closes(house, "text " + name, ws.frame(ws.TEXT, data), signed_in=True)
        n += 1
    return n + messages(house)


def messages(house):
    """Valid JSON that is no message: an answer that says so, or a close code."""
    wrong = [{}, [], {"type": None}, {"type": "what"}, {"type": "subscribe"},
             {"type": "subscribe", "id": 1, "since": -1}, {"type": "subscribe", "id": 1, "since": "x"},
             {"type": "subscribe", "id": 1, "kinds": "state"}, {"type": "subscribe", "id": 1, "what": 1},
             {"type": "subscribe", "id": 1, "entities": [{"a": 1}]}, {"type": "ping", "x": "y" * 1000},
             {"type": "auth", "token": "again"}, {"type": "subscribe", "id": 1, "kinds": ["no such kind"]}]
    for message in wrong:
        client = ws.WebSocket(house.port)
        client.sign_in(house.token)
        client.send(message)
        try:
            reply = client.receive()
            h.check(reply.get("type") == "error" or reply.get("success") is False,
                    "WebSocket message %s: %s", message, reply)
        except ws.Closed as closed:
            h.check(closed.code is not None, "WebSocket message %s: closed without a word", message)
        client.close()
    for token in ("", "x", "hc_" + "a" * 43, "a" * 5000):
        client = ws.WebSocket(house.port)
        try:
            client.sign_in(token)
            raise h.Failure("signed in with the token " + token[:20])
        except ws.Closed:
            client.close()
    return len(wrong) + 4


# ---- MQTT ----

def sayable(topic):
    try:
        topic.decode("utf-8")
    except ValueError:
        return False
    return 0 < len(topic) < 65536 and not set(topic) & set(b"+#\0") and not topic.startswith(b"$")


def topics_of(payload):
    """Topics that an announcement asks to listen to."""
    found = []

    def look(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, str) and (key.endswith("topic") or key.endswith("_t") or key == "t"):
                    found.append(inner.encode("utf-8", "replace"))
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)
    try:
        look(json.loads(payload))
    except (ValueError, RecursionError):
        pass
    return [t for t in found if sayable(t)][:50]


def announcements(client):
    for name, data in samples("discovery"):
        topic, _, rest_of = data.partition(b"\n")
        payload, _, message = rest_of.partition(b"\n%%\n")
        for where in (topic, b"homeassistant/sensor/hostile_%s/config" % name.encode()):
            if sayable(where):
                client.publish(where, payload)
        for heard in topics_of(payload):
            client.publish(heard, message or b"1")


def templates(client):
    n = 0
    for name, data in samples("template"):
        text, _, payload = data.partition(b"\0")
        text = text.decode("utf-8", "replace")
        for key, component in (("value_template", "sensor"), ("command_template", "number"),
                               ("state_value_template", "light"), ("json_attributes_template", "sensor")):
            n += 1
            topic = "hostile/template/%d" % n
            client.publish("homeassistant/%s/template%d/config" % (component, n), json.dumps({
                "unique_id": "template%d" % n, "name": "Template %d" % n, key: text, "state_topic": topic,
                "command_topic": topic + "/set", "json_attributes_topic": topic}))
            for value in (payload, b"1", b'{"a":{"b":[1,2,3]}}', b"x" * 100000, b"\xff\0"):
                client.publish(topic, value)


def payloads(client):
    """Every JSON sample as an announcement and as what a device says. Returns how many are no JSON."""
    wrong = 0
    client.publish("homeassistant/light/hostile_json/config", json.dumps({
        "unique_id": "hostile_json", "name": "Hostile JSON", "schema": "json", "brightness": True,
        "state_topic": "hostile/json", "command_topic": "hostile/json/set",
        "json_attributes_topic": "hostile/json"}))
    time.sleep(0.2)
    for name, data in samples("json"):
        client.publish("homeassistant/sensor/json_%s/config" % name, data)
        client.publish("homeassistant/device/json_%s/config" % name, data)
        client.publish("hostile/json", data)
        wrong += 2 * (not is_json(data) and data.strip() != b"")
    return wrong


def absurd(client):
    def announce(where, **config):
        client.publish("homeassistant/" + where + "/config", json.dumps(config))

    announce("sensor/megabyte", unique_id="megabyte", name="a" * (1 << 20), state_topic="m")
    announce("sensor/wide", **{"key%d" % i: "x" * 40 for i in range(20000)})
    announce("sensor/base", **{"~": "~/~", "unique_id": "base", "stat_t": "~/~/a", "name": "Base"})
    announce("sensor/base2", **{"~": "~", "unique_id": "base2", "stat_t": "~", "name": "Base"})
    announce("device/thousand", dev={"ids": "thousand", "name": "Thousand"}, o={"name": "x"}, cmps={
        "c%d" % i: {"p": "sensor", "unique_id": "t%d" % i, "name": "T%d" % i, "stat_t": "thousand/%d" % i}
        for i in range(1000)})
    for one, other in (("a", "b"), ("b", "a"), ("c", "c"), ("d", "e"), ("e", "f"), ("f", "d")):
        announce("sensor/via_" + one, unique_id="via_" + one, name="V", state_topic="via/" + one,
                 device={"identifiers": ["via_" + one], "name": "Via " + one, "via_device": "via_" + other})
    for n in range(20):
        announce("sensor/same", unique_id="same", name="Same", state_topic="same", device={
            "identifiers": ["same%d" % n, "same%d" % (n + 1)], "name": "Same %d" % n})
    deep = b'{"a":' * 30000 + b"1" + b"}" * 30000
    client.publish("homeassistant/sensor/deep/config", deep)
    client.publish("fault/lamp", deep)
    long_topic = "homeassistant/sensor/" + "x" * 65000 + "/config"
    client.publish(long_topic, json.dumps({"unique_id": "l", "name": "L", "state_topic": "y" * 65000}))
    client.publish("y" * 65000, "1")
    client.publish("/".join(["z" * 300] * 190), "1")
    client.publish("fault/sequence", b"x" * (1 << 20))
    client.publish("fault/motion", b"\0" * 65536)
    for n in range(2000):
        client.publish("nobody/listens/%d" % n, b"x" * 2000)


def orders(house):
    """A command to everything that was understood after all: answered, nothing ends."""
    path, n = "/api/v1/entities?limit=500", 0
    while path:
        page = house.get(path)
        for e in page["entities"]:
            if e["domain"] in ("sensor", "binary_sensor") or n > 400:
                continue
            status, body = house.request("POST", "/api/v1/entities/%s/command" % e["entity_id"],
                                         {"service": "turn_on"})
            h.check(status in REFUSED or status == 202, "a command to %s: %d %s", e["entity_id"], status, body)
            n += 1
        path = page["next"] and "/api/v1/entities?limit=500&after=" + page["next"]
    return n


def broker(house, work):
    client = mqtt.Client(house.broker, "hostile")
    h.check(client.connected.wait(10), "no connection to the broker")
    dropped = house.metric("consciousness_mqtt_dropped_total")
    for step in (announcements, templates, payloads, absurd):
        wrong = step(client) or 0
        # the broker has taken all of it before what `served` sends on another connection
        client.publish("hostile/end", step.__name__, qos=1)
        client.flush(60)
        served(house, work, step.__name__)
        now = house.metric("consciousness_mqtt_dropped_total")
        h.say("%s: %d drops counted, %d samples are no JSON", step.__name__, now - dropped, wrong)
        h.check(now - dropped >= max(wrong, 1), "%s: only %d drops were counted", step.__name__, now - dropped)
        dropped = now
    h.say("%d commands to what was understood", orders(house))
    h.check(client.connections == 1, "the broker threw the test out: something was not sayable")
    client.close()


# ---- all of it ----

def served(house, work, after):
    """A message still becomes a state, and a rule still acts."""
    work.counter += 1
    work.numbers.publish("fault/sequence", str(work.counter), qos=1)
    h.wait(lambda: house.state(load.SEQUENCE) == str(work.counter), "a state after %s" % after, 60)
    told = work.arrived["fault/lamp/set"]
    work.mover.publish("fault/motion", "OFF", qos=1)
    work.mover.publish("fault/motion", "ON", qos=1)
    h.wait(lambda: work.arrived["fault/lamp/set"] > told, "a command after %s" % after)


def test(house):
    work = load.Load(house, watch=False)
    work.prepare()
    standby = house.standby()
    before = {house.active(), standby, *house.pids("api"), *house.pids("multiwatch"), *house.pids("bridge")}
    for door, counted, label in ((rest, "api", "door=\"api\""), (addresses, "api", "door=\"api\""),
                                 (requests, None, None), (sockets, "ws", "door=\"websocket\"")):
        bad = house.metric("consciousness_bad_input_total", label) if counted else 0
        n = door(house)
        served(house, work, door.__name__)
        if counted:
            more = house.metric("consciousness_bad_input_total", label) - bad
            h.check(more > n / 4, "%s: of %d wrong inputs only %d were counted", door.__name__, n, more)
        h.say("%s: %d wrong inputs", door.__name__, n)
    broker(house, work)
    h.check(house.get("/api/v1/devices?limit=100")["devices"], "no devices")
    now = house.processes()
    h.check(before <= {pid for pid, _ in now} and house.active() not in (None, standby),
            "processes before: %s, after: %s", sorted(before), now)
    # what was stored does not harm who reads it next
    house.kill(house.active())
    h.wait(lambda: house.active() == standby, "the standby")
    served(house, work, "another engine")
    house.check_integrity()
    work.close()


h.main(test)
