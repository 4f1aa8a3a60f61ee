# SPDX-License-Identifier: ISC
"""Who notices are sent to in the tests: a web server and a mail server on ports of loopback.

    receiver.py http PORT LOG       answers as the file LOG.mode says: a status, "slow" or "slow SECONDS" (5, then 200),
                                    "moved"
    receiver.py smtp PORT LOG [CERTIFICATE KEY]     with STARTTLS when there is a certificate; LOG.mode: a reply
                                                    to MAIL, such as "451 later"

Each request or mail is one line of JSON in LOG.
"""
import base64
import http.server
import json
import os
import socketserver
import ssl
import sys
import time
import urllib.parse


def mode(log, otherwise):
    try:
        with open(log + ".mode", encoding="utf-8") as f:
            return f.read().strip() or otherwise
    except FileNotFoundError:
        return otherwise


def numbers(log, body):
    """The answer to who sends a text message to one of LOG.numbers, {number: status}."""
    try:
        with open(log + ".numbers", encoding="utf-8") as f:
            return str(json.load(f).get(urllib.parse.parse_qs(body).get("To", [""])[0], "")) or None
    except FileNotFoundError:
        return None


def note(log, what):
    with open(log, "a", encoding="utf-8") as f:
        f.write(json.dumps(what) + "\n")


class Web(http.server.BaseHTTPRequestHandler):
    log = ""

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        note(self.log, {"method": self.command, "path": self.path, "body": body,
                        "headers": {k.lower(): v for k, v in self.headers.items()}})
        how = numbers(self.log, body) or mode(self.log, "200")
        if how.startswith("slow"):
            time.sleep(int(how[5:] or 5))
            how = "200"
        try:
            self.send_response(302 if how == "moved" else int(how))
            if how == "moved":
                self.send_header("Location", self.path + "/elsewhere")
            if how == "429":
                self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")
        except OSError:
            pass

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer


class Mail(socketserver.BaseRequestHandler):
    log, certificate = "", None

    def say(self, text):
        self.request.sendall((text + "\r\n").encode())

    def setup(self):
        self.mail = {"to": [], "tls": False, "user": None}
        self.left = b""

    def line(self):
        while b"\r\n" not in self.left:
            more = self.request.recv(65536)
            if not more:
                return None
            self.left += more
        line, self.left = self.left.split(b"\r\n", 1)
        return line.decode()

    def hello(self):
        self.say("250-receiver")
        if self.certificate and not self.mail["tls"]:
            self.say("250-STARTTLS")
        self.say("250 AUTH PLAIN")

    def data(self):
        self.say("354 go on")
        lines = []
        while (line := self.line()) not in (None, "."):
            lines.append(line[1:] if line.startswith(".") else line)
        self.mail["text"] = "\r\n".join(lines)
        note(self.log, self.mail)
        self.say("250 taken")

    def command(self, line):
        word = line.split(" ")[0].split(":")[0].upper()
        if word in ("EHLO", "HELO"):
            self.hello()
        elif word == "STARTTLS":
            self.say("220 go on")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self.request = context.wrap_socket(self.request, server_side=True)
            self.mail["tls"] = True
        elif word == "AUTH":
            if len(line.split(" ")) == 2:
                self.say("334 ")
                line += " " + self.line()
            self.mail["user"] = base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:]
            self.say("235 welcome")
        elif word == "MAIL":
            self.mail["from"] = line[10:]
            self.say(mode(self.log, "250 fine"))
        elif word == "RCPT":
            self.mail["to"].append(line[8:])
            self.say("250 fine")
        elif word == "DATA":
            self.data()
        elif word == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 fine")
        return True

    def handle(self):
        self.say("220 receiver")
        try:
            while (line := self.line()) is not None and self.command(line):
                pass
        except OSError:
            pass


class Mails(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main():
    kind, port, log = sys.argv[1], int(sys.argv[2]), os.path.abspath(sys.argv[3])
    if kind == "http":
        Web.log = log
        http.server.ThreadingHTTPServer(("0.0.0.0", port), Web).serve_forever()
    Mail.log = log
    if len(sys.argv) > 4:
        Mail.certificate = sys.argv[4:6]
    Mails(("127.0.0.1", port), Mail).serve_forever()


main()
