# SPDX-License-Identifier: ISC
"""The broker dies under load and comes back, with what it had saved and without: the house goes on by
itself, and commands of the meantime are sent afterwards or end with a reason."""

import fcntl
import glob
import os
import signal
import time

import load
from load import h

REPEAT_SECONDS = 2.5    # the engine repeats an unconfirmed command after 2


class Broker:
    def __init__(self, house):
        self.house = house

    def pid(self):
        with open(self.house.dir + "/run/mosquitto.pid") as f:
            return int(f.read().split()[0])

    def saved(self):
        """When the broker's file was written last."""
        return [os.stat(path).st_mtime_ns for path in glob.glob(self.house.dir + "/mosquitto/*.db")]

    def save(self):
        before = self.saved()
        os.kill(self.pid(), signal.SIGUSR1)
        h.wait(lambda: self.saved() != before, "the broker's file")

    def stop(self):
        """It reads nothing any more, but its connections stay."""
        os.kill(self.pid(), signal.SIGSTOP)

    def kill(self):
        """It stays dead until start(): cron finds its lock held."""
        os.kill(self.pid(), signal.SIGKILL)
        self.lock = open(self.house.dir + "/run/mosquitto.lock", "a", encoding="ascii")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        h.wait(lambda: not self.component()["healthy"], "health to say that the broker is gone")

    def forget(self):
        for path in glob.glob(self.house.dir + "/mosquitto/*"):
            os.unlink(path)

    def start(self):
        self.lock.close()
        self.house.start("mosquitto")
        h.wait(lambda: self.component()["healthy"], "the engine to be connected again", 60)

    def component(self):
        return self.house.components()["components"]["mqtt"]


def order(house, service):
    status, body = house.request("POST", "/api/v1/entities/%s/command" % load.PLUG,
                                 {"service": service})
    h.check(status == 202, "a command without a broker: %d %s", status, body)
    return body["id"]


def command_is(house, command, status):
    now = house.get("/api/v1/commands/%d" % command)
    return now if now["status"] == status else None


def lose_broker(house, broker, work, spans, keep):
    """Returns the span in which acknowledged messages may be lost."""
    begin = work.caught_up(spans)
    if keep:
        broker.save()
    broker.kill()
    h.check(house.components()["status"] != "healthy", "the house calls itself healthy without a broker")
    h.check(house.healthy(), "the API does not answer without a broker")
    if not keep:
        broker.forget()
    told = work.arrived["fault/plug/set"]
    command = order(house, "turn_off" if keep else "turn_on")
    work.accepted.append(command)
    time.sleep(0.5)
    end = time.monotonic()
    broker.start()
    h.wait(lambda: command_is(house, command, "confirmed"), "the command of the meantime to be confirmed")
    h.check(work.arrived["fault/plug/set"] > told, "the command of the meantime did not arrive")
    # with its file the broker keeps messages for the engine that is not back yet
    return begin, end if keep else time.monotonic()


def freeze(house, broker, work):
    """A broker that says nothing for a while keeps nobody else waiting, and nothing is lost."""
    os.kill(broker.pid(), signal.SIGSTOP)
    try:
        beat = house.metric("consciousness_engine_heartbeat_seconds")
        command = order(house, "turn_on")
        work.accepted.append(command)
        h.wait(lambda: house.metric("consciousness_engine_heartbeat_seconds") > beat + 2,
               "the engine's heartbeat beside a silent broker")
        h.check(house.get("/api/v1/commands/%d" % command)["status"] in ("pending", "sent"),
                "the command beside a silent broker: %s", house.get("/api/v1/commands/%d" % command))
    finally:
        os.kill(broker.pid(), signal.SIGCONT)
    h.wait(lambda: command_is(house, command, "confirmed"), "the command to be confirmed")


def order_into_the_void(house, broker, service):
    """A command that is written into a connection of a broker that never reads it."""
    broker.stop()
    command = order(house, service)
    h.wait(lambda: command_is(house, command, "sent"), "the command to be sent")
    broker.kill()
    return command


def lose_sent(house, broker, work, spans):
    """What a dying broker swallowed is sent again, also when the time to repeat it passed meanwhile."""
    begin = work.caught_up(spans)
    broker.save()
    told = work.arrived["fault/plug/set"]
    command = order_into_the_void(house, broker, "turn_on")
    work.accepted.append(command)
    given = time.monotonic()
    h.wait(lambda: time.monotonic() > given + REPEAT_SECONDS, "the time to repeat the command")
    end = time.monotonic()
    broker.start()
    h.wait(lambda: command_is(house, command, "confirmed"), "the swallowed command to be confirmed")
    h.check(work.arrived["fault/plug/set"] > told, "the swallowed command did not arrive")
    return begin, end


def outlast(house, broker, work, spans, give):
    """A command that waits for the broker longer than its deadline."""
    begin = work.caught_up(spans)
    broker.save()
    command = give()
    h.wait(lambda: house.get("/api/v1/commands/%d" % command)["status"] in h.FINAL, "the command to end", 30)
    ended = house.get("/api/v1/commands/%d" % command)
    h.check(ended["status"] == "expired" and ended["reason"] and "broker" in ended["reason"], "no expiry with a reason: %s", ended)
    h.say("expired: %s", ended["reason"])
    end = time.monotonic()
    broker.start()
    return begin, end


def order_without_broker(house, broker):
    broker.kill()
    return order(house, "turn_off")


def test(house):
    broker = Broker(house)
    work = load.Load(house, motions=2, commands=0, watch=False)
    work.prepare()
    work.start()
    spans = []
    h.wait(lambda: len(work.numbers.acknowledged) > 200, "some load")
    spans.append(lose_broker(house, broker, work, spans, keep=True))
    mark = work.counter
    h.wait(lambda: work.counter > mark + 200, "some load")
    spans.append(lose_broker(house, broker, work, spans, keep=False))
    spans.append(lose_sent(house, broker, work, spans))
    spans.append(outlast(house, broker, work, spans, lambda: order_without_broker(house, broker)))
    spans.append(outlast(house, broker, work, spans, lambda: order_into_the_void(house, broker, "turn_off")))
    freeze(house, broker, work)
    mark = work.counter
    h.wait(lambda: work.counter > mark + 200, "some load")
    work.stop()
    work.settle()
    house.check_integrity()
    work.check_numbers(10 ** 9, spans)
    work.check_commands()
    h.say("broker lost 5 times, %d connections of the load", work.numbers.connections)
    prove_alive(house, work)
    work.close()


def prove_alive(house, work):
    """The rule still leads from the sensor to the lamp."""
    told = work.arrived["fault/lamp/set"]
    work.mover.publish("fault/motion", "OFF", qos=1)
    work.mover.publish("fault/motion", "ON", qos=1)
    h.wait(lambda: work.arrived["fault/lamp/set"] > told, "the automation's command")
    h.wait(lambda: house.components()["components"]["mqtt"]["healthy"], "a healthy broker connection")


h.main(test)
