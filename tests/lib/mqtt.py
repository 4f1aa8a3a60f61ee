# SPDX-License-Identifier: ISC
"""A small MQTT 3.1.1 client for tests: it knows which QoS 1 messages the broker has acknowledged,
and can send what the standard forbids. Standard library only."""

import itertools
import socket
import struct
import threading
import time

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 14


def text(value):
    if isinstance(value, str):
        value = value.encode()
    return struct.pack("!H", len(value)) + value


def packet(kind, flags, body):
    length, out = len(body), bytearray([kind << 4 | flags])
    while True:
        length, digit = divmod(length, 128)
        out.append(digit | (128 if length else 0))
        if not length:
            return bytes(out) + body


class Client:
    """Connects in a thread of its own and again whenever the connection is lost. Published QoS 1
    messages that are not acknowledged are sent again then."""

    def __init__(self, port, client_id, on_message=None, clean=True, keepalive=30, will=None):
        """will: (topic, payload), retained, that the broker sends when the client is gone."""
        self.port, self.client_id, self.clean = port, client_id, clean
        self.on_message, self.keepalive, self.will = on_message, keepalive, will
        self.lock = threading.Lock()
        self.sock = None
        self.filters = []
        self.waiting = {}       # mid -> (packet, tag)
        self.acknowledged = {}  # tag -> monotonic time, in the order of acknowledgement
        self.connections = 0
        self.stopped = False
        self.connected = threading.Event()
        self.mids = itertools.cycle(range(1, 65536))
        self.suback = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    # ---- for the test ----

    def publish(self, topic, payload, qos=0, retain=False, tag=None):
        """tag lands in `acknowledged` when the broker has acknowledged the message."""
        if isinstance(payload, str):
            payload = payload.encode()
        with self.lock:
            head = text(topic)
            flags = qos << 1 | (1 if retain else 0)
            if qos > 0:
                mid = next(self.mids)
                while mid in self.waiting:
                    mid = next(self.mids)
                head += struct.pack("!H", mid)
                self.waiting[mid] = (packet(PUBLISH, flags | 8, head + payload), tag)
            self.send(packet(PUBLISH, flags, head + payload))

    def subscribe(self, topic, qos=1):
        with self.lock:
            self.filters.append((topic, qos))
            self.suback.clear()
            self.send_subscribe(topic, qos)
        if not self.suback.wait(20):
            raise TimeoutError("the broker did not answer SUBSCRIBE " + topic)

    def flush(self, seconds=20):
        """Until everything is acknowledged."""
        end = time.monotonic() + seconds
        while self.waiting:
            if time.monotonic() > end:
                raise TimeoutError("%d messages were not acknowledged" % len(self.waiting))
            time.sleep(0.01)

    def close(self):
        self.stopped = True
        with self.lock:
            self.send(packet(DISCONNECT, 0, b""))
            self.drop()
        self.thread.join(5)

    # ---- the protocol ----

    def send(self, data):
        if self.sock is None:
            return
        try:
            self.sock.sendall(data)
        except OSError:
            self.drop()

    def drop(self):
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.sock = None
        self.connected.clear()

    def send_subscribe(self, topic, qos):
        self.send(packet(SUBSCRIBE, 2, struct.pack("!H", 1) + text(topic) + bytes([qos])))

    def run(self):
        while not self.stopped:
            try:
                self.serve()
            except OSError:
                pass
            with self.lock:
                self.drop()
            if not self.stopped:
                time.sleep(0.05)

    def serve(self):
        sock = socket.create_connection(("127.0.0.1", self.port), 5)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(self.keepalive / 3)
        flags = (2 if self.clean else 0) | (36 if self.will else 0)
        sock.sendall(packet(CONNECT, 0, text("MQTT") + bytes([4, flags]) +
                            struct.pack("!H", self.keepalive) + text(self.client_id) +
                            b"".join(text(part) for part in self.will or ())))
        self.buffer = bytearray()
        self.receive(sock)
        with self.lock:
            self.sock = sock
            for topic, qos in self.filters:
                self.send_subscribe(topic, qos)
            for again, _ in list(self.waiting.values()):
                self.send(again)
            self.connections += 1
        self.connected.set()
        while not self.stopped:
            self.handle(*self.receive(sock))

    def receive(self, sock):
        while True:
            one = self.take()
            if one is not None:
                return one
            try:
                data = sock.recv(65536)
            except socket.timeout:
                with self.lock:
                    self.send(packet(PINGREQ, 0, b""))
                continue
            if not data:
                raise OSError("the broker closed the connection")
            self.buffer += data

    def take(self):
        b, length = self.buffer, 0
        for i in range(1, min(len(b), 5)):
            length |= (b[i] & 127) << 7 * (i - 1)
            if not b[i] & 128:
                if len(b) < i + 1 + length:
                    return None
                kind, body = b[0], bytes(b[i + 1:i + 1 + length])
                del b[:i + 1 + length]
                return kind, body
        return None

    def handle(self, kind, body):
        if kind >> 4 == PUBLISH:
            n = struct.unpack_from("!H", body)[0]
            topic, rest = body[2:2 + n].decode(), body[2 + n:]
            if kind >> 1 & 3:
                with self.lock:
                    self.send(packet(PUBACK, 0, rest[:2]))
                rest = rest[2:]
            if self.on_message:
                self.on_message(topic, rest, bool(kind & 1))
        elif kind >> 4 == PUBACK:
            with self.lock:
                _, tag = self.waiting.pop(struct.unpack("!H", body)[0], (None, None))
                if tag is not None:
                    self.acknowledged[tag] = time.monotonic()
        elif kind >> 4 == SUBACK:
            self.suback.set()
