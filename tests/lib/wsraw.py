# SPDX-License-Identifier: ISC
"""A WebSocket client for tests, on plain sockets: it can break every rule on purpose."""
import base64
import json
import os
import socket
import struct


class Closed(Exception):
    """The server said goodbye (code, reason) or is just gone (None)."""

    def __init__(self, code=None, reason=''):
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(status, body)
        self.status = status
        self.body = body


def handshake(path='/ws', headers=None, method='GET'):
    lines = {'Host': 'house.test', 'Upgrade': 'websocket', 'Connection': 'Upgrade',
             'Sec-WebSocket-Version': '13',
             'Sec-WebSocket-Key': base64.b64encode(os.urandom(16)).decode()}
    lines.update(headers or {})
    text = f'{method} {path} HTTP/1.1\r\n'
    text += ''.join(f'{k}: {v}\r\n' for k, v in lines.items() if v is not None)
    return (text + '\r\n').encode()


def frame(opcode, payload, fin=True, mask=True):
    out = bytes([(0x80 if fin else 0) | opcode])
    n = len(payload)
    bit = 0x80 if mask else 0
    if n < 126:
        out += bytes([bit | n])
    elif n < 65536:
        out += bytes([bit | 126]) + struct.pack('>H', n)
    else:
        out += bytes([bit | 127]) + struct.pack('>Q', n)
    if not mask:
        return out + payload
    key = os.urandom(4)
    long_key = (key * (n // 4 + 1))[:n]
    masked = int.from_bytes(payload, 'big') ^ int.from_bytes(long_key, 'big')
    return out + key + masked.to_bytes(n, 'big')


class Client:
    def __init__(self, address, path='/ws', headers=None, method='GET', timeout=20, behind=b''):
        if isinstance(address, str):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(timeout)
            self.sock.connect(address)
        else:
            self.sock = socket.create_connection(address, timeout)
        self.data = b''
        self.sock.sendall(handshake(path, headers, method) + behind)
        head = self.until(b'\r\n\r\n').decode()
        self.status = int(head.split(' ')[1])
        if self.status != 101:
            raise Refused(self.status, head)

    def until(self, mark):
        while mark not in self.data:
            self.more()
        found, self.data = self.data.split(mark, 1)
        return found

    def more(self):
        got = self.sock.recv(65536)
        if not got:
            raise Closed()
        self.data += got

    def need(self, n):
        while len(self.data) < n:
            self.more()

    def frame(self):
        """(opcode, payload) of the next frame; Closed for a close frame."""
        self.need(2)
        opcode, n, at = self.data[0] & 15, self.data[1] & 127, 2
        assert self.data[1] & 128 == 0, 'a server does not mask'
        assert self.data[0] & 0x70 == 0
        if n == 126:
            self.need(4)
            n, at = struct.unpack('>H', self.data[2:4])[0], 4
        elif n == 127:
            self.need(10)
            n, at = struct.unpack('>Q', self.data[2:10])[0], 10
        self.need(at + n)
        payload, self.data = self.data[at:at + n], self.data[at + n:]
        if opcode == 8:
            code = struct.unpack('>H', payload[:2])[0] if n >= 2 else None
            raise Closed(code, payload[2:].decode())
        return opcode, payload

    def message(self):
        """The next text message as JSON; pings are answered."""
        while True:
            opcode, payload = self.frame()
            if opcode == 9:
                self.sock.sendall(frame(10, payload))
            elif opcode == 1:
                return json.loads(payload)

    def send(self, message):
        self.sock.sendall(frame(1, json.dumps(message).encode()))

    def ask(self, message):
        self.send(message)
        return self.message()

    def login(self, token):
        answer = self.ask({'type': 'auth', 'token': token})
        assert answer == {'type': 'auth_ok'}, answer
        return self

    def subscribe(self, number, **fields):
        answer = self.ask({'type': 'subscribe', 'id': number, **fields})
        assert answer['type'] == 'result' and answer['success'] is True, answer
        assert answer['id'] == number
        return answer

    def end(self):
        """Reads until the server closes; returns the Closed."""
        try:
            while True:
                self.frame()
        except Closed as closed:
            return closed
        except ConnectionResetError:
            return Closed()

    def close(self):
        self.sock.close()
