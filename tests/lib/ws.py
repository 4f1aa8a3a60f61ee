# SPDX-License-Identifier: ISC
"""A small WebSocket client for tests (RFC 6455). It can send frames that break the protocol."""

import base64
import json
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload=b"", fin=True, masked=True, reserved=0, length=None, wide=0):
    """wide: 2 or 8 bytes of length although fewer would do. length: a lie."""
    n = len(payload) if length is None else length
    head = bytearray([(128 if fin else 0) | reserved << 4 | opcode])
    bit = 128 if masked else 0
    if wide == 8 or n > 65535:
        head += bytes([bit | 127]) + struct.pack("!Q", n)
    elif wide == 2 or n > 125:
        head += bytes([bit | 126]) + struct.pack("!H", n)
    else:
        head.append(bit | n)
    if not masked:
        return bytes(head) + payload
    mask = os.urandom(4)
    return bytes(head) + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(payload))


class Closed(Exception):
    """The other side ended the connection; `code` is its close code or None."""

    def __init__(self, code=None):
        super().__init__("closed with %s" % code)
        self.code = code


class WebSocket:
    def __init__(self, port, path="/ws", timeout=10):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.sock.settimeout(timeout)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(("GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                           "Sec-WebSocket-Version: 13\r\n\r\n" % (path, port, key)).encode())
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            self.sock.close()
            raise Closed()

    def fill(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Closed()
        self.buffer += data

    def bytes(self, n):
        while len(self.buffer) < n:
            self.fill()
        out, self.buffer = self.buffer[:n], self.buffer[n:]
        return out

    def raw(self, data):
        try:
            self.sock.sendall(data)
        except ConnectionError:
            raise Closed()

    def send(self, message):
        self.raw(frame(TEXT, json.dumps(message).encode()))

    def receive(self):
        """The next text message; answers pings."""
        while True:
            head = self.bytes(2)
            n = head[1] & 127
            if n == 126:
                n = struct.unpack("!H", self.bytes(2))[0]
            elif n == 127:
                n = struct.unpack("!Q", self.bytes(8))[0]
            payload = self.bytes(n)
            opcode = head[0] & 15
            if opcode == TEXT:
                return json.loads(payload)
            if opcode == PING:
                self.raw(frame(PONG, payload))
            elif opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if n >= 2 else None
                raise Closed(code)

    def sign_in(self, token):
        self.send({"type": "auth", "token": token})
        reply = self.receive()
        if reply.get("type") != "auth_ok":
            raise Closed()

    def close(self):
        self.sock.close()
