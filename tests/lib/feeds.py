# SPDX-License-Identifier: ISC
"""Calendars that the house of a test subscribes to: a web server on a port of loopback.

    feeds.py PORT DIR       serves the files of DIR with an ETag; DIR/mode: a status instead ("500"), "moved" (to the
                            same path behind /there), "login" (a page), "endless" (more than anybody reads)

Each request is one line of JSON in DIR/log.
"""
import hashlib
import http.server
import json
import os
import sys

PORT, DIR = int(sys.argv[1]), sys.argv[2]


def mode():
    try:
        with open(os.path.join(DIR, "mode"), encoding="utf-8") as f:
            return f.read().strip()
    except FileNotFoundError:
        return ""


class Feeds(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        how, there = mode(), self.path.startswith("/there")
        tag = self.headers.get("If-None-Match")
        with open(os.path.join(DIR, "log"), "a", encoding="utf-8") as f:
            f.write(json.dumps({"path": self.path, "tag": tag, "mode": how}) + "\n")
        if how == "moved" and not there:
            self.reply(302, Location="/there" + self.path)
        elif how == "login":
            self.reply(200, b"<html><body>Please log in</body></html>")
        elif how == "endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"BEGIN:VCALENDAR\r\n" * 4096)
            except OSError:
                pass
        elif how.isdigit():
            self.reply(int(how))
        else:
            with open(os.path.join(DIR, self.path.rsplit("/", 1)[-1].split("?")[0]), "rb") as f:
                body = f.read()
            mine = '"' + hashlib.sha1(body).hexdigest() + '"'
            self.reply(304, ETag=mine) if tag == mine else self.reply(200, body, ETag=mine)


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Feeds).serve_forever()
