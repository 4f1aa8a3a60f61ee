#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
#
# usage: slow_broker.py PORT BROKER_PORT
#
# Passes MQTT on to a broker, but lets everything wait that a client sends from its first SUBSCRIBE on, as a
# machine under load does: what other clients send overtakes it.
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mqtt import SUBSCRIBE

DELAY = 0.5


def copy(source, target, delayed):
    """delayed: whether a SUBSCRIBE waits. Clients send one in a piece of its own, behind CONNECT."""
    try:
        while data := source.recv(65536):
            if delayed and data[0] >> 4 == SUBSCRIBE:
                time.sleep(DELAY)
            target.sendall(data)
    except OSError:
        pass
    for s in (source, target):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    while True:
        client, _ = listener.accept()
        broker = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
        for s in (client, broker):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pair in ((client, broker, True), (broker, client, False)):
            threading.Thread(target=copy, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
