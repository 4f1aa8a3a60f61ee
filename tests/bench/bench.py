#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
#
# The benchmark: starts its own servers on free ports in its own directory, measures ceiling, product,
# ceiling, product ... in turn, prints a table and writes build/bench.json. It asserts nothing.
#
#   make bench                    everything
#   make bench ONLY="read ingest" some of it
#
# BENCH_SECONDS (5): how long one point takes. BENCH_ROUNDS (3): points per number; medians are shown.
"""Numbers of the product and their ratios to the ceilings of the same run."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

from house import (Background, Ceiling, Failure, House, median, run_json, spread, wait_for, wrk)

SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ENTITIES = 1000

rows = []


def row(name, unit, values, ceiling=None, target="", note="", smaller=False):
    """One line of the table. values, ceiling: what the rounds gave."""
    value = median(values)
    top = median(ceiling) if ceiling else None
    rows.append({
        "name": name, "unit": unit, "value": value, "values": values, "ceiling": top,
        "ceilings": ceiling, "ratio": value / top if top else None, "spread_percent":
        spread(values), "target": target, "note": note, "smaller_is_better": smaller})
    print_row(rows[-1])


def number(v):
    if v is None:
        return ""
    return f"{v:,.0f}" if abs(v) >= 100 else f"{v:.2f}" if abs(v) >= 1 else f"{v:.3f}"


FORMAT = "{:<38} {:>11} {:>11} {:>6} {:>7}  {:<8} {:<22} {}"


def print_head():
    print(FORMAT.format("what", "value", "ceiling", "ratio", "spread", "unit", "target", "note"))


def print_row(r):
    print(FORMAT.format(
        r["name"], number(r["value"]), number(r["ceiling"]),
        "" if r["ratio"] is None else f"{r['ratio']:.2f}", f"{r['spread_percent']:.0f} %",
        r["unit"], r["target"], r["note"]), flush=True)


def in_turn(ceiling, product):
    """Rounds of both, after a short warm-up of each."""
    ceilings, products = [], []
    ceiling(1)
    product(1)
    for _ in range(ROUNDS):
        ceilings.append(ceiling(SECONDS))
        products.append(product(SECONDS))
    return ceilings, products


def http_pair(h, path, name, target, body=None):
    with Ceiling(h, body) as c:
        ceilings, products = in_turn(
            lambda s: wrk(c.port, path, s),
            lambda s: wrk(h.port, path, s, h.token))
    errors = sum(p["errors"] for p in products)
    note = f"p99 {median([p['p99_ms'] for p in products]):.2f} ms, ceiling's " \
           f"{median([p['p99_ms'] for p in ceilings]):.2f}"
    row(name, "req/s", [p["rps"] for p in products], [p["rps"] for p in ceilings], target,
        note + (f", {errors} ERRORS" if errors else ""))


def bench_read(h):
    """one device, with a token"""
    device = h.api("GET", "/api/v1/devices?limit=1")["devices"][0]["id"]
    http_pair(h, f"/api/v1/devices/{device}", "read one device", ">= 0.75")


def bench_list(h):
    """100 devices, with a token"""
    path = "/api/v1/devices?limit=100"
    status, body = h.request("GET", path)
    if status != 200 or len(json.loads(body)["devices"]) != 100:
        raise Failure(f"no list of 100 devices: {status}")
    http_pair(h, path, f"list 100 devices ({len(body) // 1024} KiB)", ">= 0.4", body)


# Round all devices: on, the next time off, so that every request changes a state.
CONTROL_LUA = """
local ids = {%s}
local n = 0
request = function()
  local action = math.floor(n / #ids) %% 2 == 0 and "turn_on" or "turn_off"
  local id = ids[n %% #ids + 1]
  n = n + 1
  return wrk.format("POST", "/api/v1/devices/" .. id .. "/control",
    {["Content-Type"] = "application/json", ["Authorization"] = "Bearer %s"},
    '{"action":"' .. action .. '"}')
end
"""


def bench_control(h):
    """switching, durable"""
    devices = h.api("GET", "/api/v1/devices?limit=100")["devices"]
    script = f"{h.data}/control.lua"
    with open(script, "w", encoding="ascii") as f:
        f.write(CONTROL_LUA % (",".join(f'"{d["id"]}"' for d in devices), h.token))
    before, total, costs = h.query("SELECT count(*) FROM command"), 0, []

    def ceiling(seconds):
        path = f"{h.data}/ceiling.db"
        result = run_json([f"{h.build}/bench/ceiling_sqlite", path, str(seconds)])
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(path + suffix):
                os.unlink(path + suffix)
        return result

    def product(seconds):
        nonlocal total
        busy = h.processor()
        with Background([f"{h.build}/bench/load_mqtt", "--port", str(h.broker), "obey"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE) as switches:
            switches.process.stdout.readline()
            result = wrk(h.port, "/", seconds, script=script)
            h.settle()
        total += result["rps"] * seconds
        costs.append((h.processor() - busy) * 1e6 / max(1, result["rps"] * seconds))
        return result

    ceilings, products = in_turn(ceiling, product)
    h.settle()
    recorded = h.query("SELECT count(*) FROM command") - before
    errors = sum(p["errors"] for p in products)
    row("switch, durable", "req/s", [p["rps"] for p in products],
        [c["writes"] for c in ceilings], ">= 0.4",
        f"p99 {median([p['p99_ms'] for p in products]):.2f} ms; {recorded:,} commands recorded of "
        f"{total:,.0f} answered" + (f", {errors} ERRORS" if errors else ""))
    row("processor time per switch", "us", costs[1:],
        note="of the own processes, without nginx and the broker", smaller=True)


def react(h):
    """Round trips of motion and command, with 200 messages/s beside them."""
    with h.flood(rate=200, seconds=600, entities=ENTITIES, quiet=True):
        return h.load("--count", str(max(200, SECONDS * 100)), "react")


def bench_reaction(h):
    """motion to command, 200 messages/s beside it"""
    h.react_to_motion()
    count = max(200, SECONDS * 100)

    def product(_):
        return react(h)

    def ceiling(_):
        motion, command = "ceiling/0/motion", "ceiling/0/lamp/set"
        with h.flood(rate=200, seconds=600, entities=ENTITIES, quiet=True, base="ceiling"), \
                Background([f"{h.build}/bench/ceiling_mqtt", str(h.broker), "echo", motion,
                            command], stdout=subprocess.PIPE) as echo:
            echo.process.stdout.readline()
            return h.load("--count", str(count), "--motion", motion, "--command", command,
                          "react")

    ceilings, products = in_turn(ceiling, product)
    lost = sum(p["lost"] for p in products)
    for q, target in (("p50", "<= 1.3"), ("p99", "<= 2")):
        row(f"reaction, {q}", "ms", [p[f"{q}_us"] / 1000 for p in products],
            [c[f"{q}_us"] / 1000 for c in ceilings], target,
            f"{lost} without answer" if lost else "", smaller=True)


def bench_ingest(h):
    """state messages, each recorded"""
    def ceiling(seconds):
        with Background([f"{h.build}/bench/ceiling_mqtt", str(h.broker), "count"],
                        stdout=subprocess.PIPE) as counter:
            counter.process.stdout.readline()
            with h.flood(entities=ENTITIES, seconds=seconds, base="ceiling") as flood:
                flood.process.wait()
            time.sleep(2)
            counter.process.terminate()
            result = json.loads(counter.process.stdout.read())
        return result["received"] / result["seconds"]

    def product(seconds):
        first, start = h.last_event(), time.monotonic()
        with h.flood(entities=ENTITIES, seconds=seconds) as flood:
            flood.process.wait()
            sent = json.loads(flood.process.stdout.read())["sent"]
        last, end = h.settle()
        return {"rate": (last - first) / (end - start), "sent": sent, "recorded": last - first}

    ceilings, products = in_turn(ceiling, product)
    row("ingest at saturation, recorded", "msg/s", [p["rate"] for p in products], ceilings,
        ">= 50,000", f"sent {median([p['sent'] for p in products]) / SECONDS:,.0f}/s, recorded "
        f"{sum(p['recorded'] for p in products) / sum(p['sent'] for p in products):.0%}; "
        "ceiling: one that only counts")
    bench_sustained(h, 50000)


def bench_sustained(h, rate):
    losses = []
    for _ in range(ROUNDS):
        first = h.last_event()
        with h.flood(entities=ENTITIES, seconds=SECONDS * 2, rate=rate) as flood:
            flood.process.wait()
            sent = json.loads(flood.process.stdout.read())["sent"]
        last, _ = h.settle()
        losses.append(100 * max(0, sent - (last - first)) / sent)
    row(f"lost at {rate:,} msg/s for {SECONDS * 2} s", "%", losses, target="0", smaller=True)


def bench_soak(h):
    """memory under 10 minutes of load (BENCH_SOAK seconds)"""
    seconds = int(os.environ.get("BENCH_SOAK", "600"))
    rate = int(os.environ.get("BENCH_SOAK_RATE", "50000"))
    first, sizes, end = h.last_event(), [], time.monotonic() + seconds
    with h.flood(entities=ENTITIES, seconds=seconds, rate=rate) as flood:
        while flood.process.poll() is None and time.monotonic() < end + 60:
            engines = h.pss().get("consciousness-engine", (0, 1))
            sizes.append(engines[0] / 1024 / max(1, engines[1]))
            time.sleep(5)
        sent = json.loads(flood.process.stdout.read())["sent"]
    last, _ = h.settle()
    row(f"engine's memory, {seconds} s at {rate:,}/s", "MiB", sizes, target="flat",
        note=f"first {sizes[0]:.1f}, last {sizes[-1]:.1f}, most {max(sizes):.1f}; recorded "
             f"{(last - first) / sent:.1%} of {sent:,}", smaller=True)


def pss_total(h):
    parts = h.pss()
    return sum(kib for kib, _ in parts.values()) / 1024, parts


def bench_memory(h):
    """PSS of all own processes"""
    values = []
    for _ in range(ROUNDS):
        h.standby()
        total, parts = pss_total(h)
        values.append(total)
        time.sleep(1)
    note = ", ".join(f"{p.replace('consciousness-', '')} x{n} {kib / 1024:.1f}"
                     for p, (kib, n) in sorted(parts.items()))
    row("memory, 1,000 entities, standby", "MiB PSS", values, target="<= 20", note=note,
        smaller=True)


def bench_loaded(h):
    """PSS of all own processes after everything else"""
    total, parts = pss_total(h)
    note = ", ".join(f"{p.replace('consciousness-', '')} x{n} {kib / 1024:.1f}"
                     for p, (kib, n) in sorted(parts.items()))
    row("memory after all of the above", "MiB PSS", [total], note=note, smaller=True)


def bench_entity(build):
    """PSS per further entity"""
    more = 10000
    with House(build) as h:
        sizes = []
        for n in (ENTITIES, ENTITIES + more):
            h.furnish(n)
            h.fresh_engines()
            sizes.append(pss_total(h)[0])
    row("memory per further entity", "KiB PSS", [1024 * (sizes[1] - sizes[0]) / more],
        target="<= 1.5", note="active and standby together", smaller=True)


def start_once(h):
    """Seconds from the start of an engine, with none running, to its being active."""
    for pid in h.processes("consciousness-engine"):
        os.kill(pid, 9)
    wait_for(lambda: not h.processes("consciousness-engine"), 10, "end of the engines")
    before = h.metric("consciousness_engine_handovers_total")
    start = time.monotonic()
    h.start_engine()
    wait_for(lambda: h.metric("consciousness_engine_handovers_total") > before, 20, "active",
             0.002)
    return time.monotonic() - start


def bench_start(h):
    """from start to active"""
    row("engine's start to active", "s", [start_once(h) for _ in range(ROUNDS)],
        target="<= 0.2", note="1,000 entities", smaller=True)


def bench_websocket(h):
    """5,000 idle clients and 100 that want a change"""
    values, idle = [], []
    for n in (5000,):
        for _ in range(ROUNDS):
            before = pss_total(h)[1].get("consciousness-bridge", (0, 0))[0]
            load = Background(
                [f"{h.build}/bench/load_ws", "--http", str(h.port), "--port", str(h.broker),
                 "--token", h.token, "--idle", str(n), "--subscribed", "100", "--count",
                 str(SECONDS * 20), "--entity", "sensor.bench_1_temperature", "--topic",
                 "bench/1/temperature"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            with load:
                result = json.loads(load.process.stdout.readline())
                after = pss_total(h)[1].get("consciousness-bridge", (0, 0))[0]
                load.process.stdin.close()
            values.append(result)
            idle.append((after - before) / max(1, result["clients"]))
            time.sleep(1)
    missing = sum(v["missing"] + v["lost_later"] for v in values)
    for q, target in (("p50", ""), ("p99", "<= 20")):
        row(f"message to WebSocket, {q}", "ms", [v[f"{q}_us"] / 1000 for v in values],
            target=target, note=f"{values[0]['clients']:,} clients in "
            f"{values[0]['open_seconds']:.1f} s, {missing} missing", smaller=True)
    row("bridge's memory per client", "KiB PSS", [max(idle)], note="the first time they come", smaller=True)


def bench_disk(build):
    """bytes written per state change"""
    with House(build, {"ENGINE_WINDOW_SECONDS": "0"}) as h:
        h.furnish(ENTITIES)
        time.sleep(2)
        seconds, values, growth = max(30, SECONDS * 6), [], []
        size = lambda: sum(os.path.getsize(f"{h.data}/consciousness.db{s}")
                           for s in ("", "-wal") if os.path.exists(f"{h.data}/consciousness.db{s}"))
        for _ in range(min(2, ROUNDS)):
            first, before, grown = h.last_event(), h.written(), size()
            with h.flood(entities=ENTITIES, seconds=seconds, rate=100) as flood:
                flood.process.wait()
            last, _ = h.settle()
            after = h.written()
            written = sum(v - before.get(pid, 0) for pid, v in after.items())
            values.append(written / (last - first))
            growth.append((size() - grown) / (last - first))
    row("written per state change, 100/s", "bytes", values, target="", smaller=True,
        note=f"{median(values) * 100 * 86400 / 1e9:.2f} GB a day at 100/s (target 1); files grow "
        f"{median(growth):.0f} bytes a change before packing")


RULES = 10000


def idle_rules(h, entities, n):
    """n automations, each about another entity, that do not run by themselves. In one transaction: saved one
    by one, each is compared with all others."""
    names = [e["entity_id"] for e in h.every("/api/v1/entities", "entities")
             if e["domain"] == "sensor"]
    if len(names) < entities / 2:
        raise Failure(f"only {len(names)} sensors")
    h.insert_automations((f"idle_{i}", {
        "name": f"Idle {i}", "mode": "single", "conditions": [],
        "triggers": [{"trigger": "numeric_state", "entity_id": names[i % len(names)],
                      "above": 1000000 + i}],
        "actions": [{"delay": 3600}]}) for i in range(n))


def engine_kib(h):
    return h.pss().get("consciousness-engine", (0, 0))[0]


def bench_rules(build):
    """10,000 automations over 10,000 entities"""
    with House(build) as few, House(build) as many:
        for h in (few, many):
            h.furnish(RULES)
            h.react_to_motion()
        idle_rules(few, RULES, 1)
        idle_rules(many, RULES, RULES - 1)
        many.settle()
        react(few)
        react(many)
        values, ceilings = [], []
        for _ in range(ROUNDS):
            ceilings.append(react(few))
            values.append(react(many))
        row("reaction with 10,000 rules, p50", "ms", [v["p50_us"] / 1000 for v in values],
            [c["p50_us"] / 1000 for c in ceilings], "<= 1.2", "beside the same with 2 rules", smaller=True)
        before = engine_kib(many)
        for i in range(1000):
            many.api("POST", f"/api/v1/automations/idle_{i}/trigger")
        wait_for(lambda: many.query("SELECT count(*) FROM run WHERE status = 'running'") >= 1000, 60,
                 "1,000 runs that wait")
        many.settle()
        row("1,000 runs that wait", "MiB PSS", [(engine_kib(many) - before) / 1024], target="<= 10",
            smaller=True)
        size = many.query("SELECT 1.0 * (SELECT sum(pgsize) FROM dbstat WHERE name IN "
                          "('trace', 'trace_automation', 'trace_run')) / (SELECT count(*) FROM trace)")
        row("trace of a simple evaluation", "bytes", [size], target="<= 300",
            note="on disk, with its indexes", smaller=True)
    costs = [run_json([f"{build}/bench/evaluate", str(max(1, SECONDS))]) for _ in range(ROUNDS)]
    for kind, target in (("simple", "<= 5"), ("no", ""), ("template", "")):
        row(f"evaluation of a rule, {kind}", "us", [c[kind] / 1000 for c in costs], target=target,
            smaller=True)


def bench_backtest(build):
    """a rule against a month of history of 200 entities"""
    results = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as data:
            results.append(run_json([f"{build}/bench/backtest", data]))
    for name, what in (("simple", "one motion sensor"), ("clock", "a template every minute"),
                       ("template", "templates over all 200")):
        one = results[0][name]
        row(f"back-test of a month, {what}", "ms", [r[name]["ms"] for r in results], target="<= 2000",
            note=f"{median([r[name]['cpu_ms'] for r in results]):,.0f} of processor time; "
            f"{one['entities']} entities, {one['changes']:,} changes, {one['runs']:,} runs, "
            f"{one['noes']:,} times no", smaller=True)


SHARED = (("memory", bench_memory), ("read", bench_read), ("list", bench_list),
          ("reaction", bench_reaction), ("websocket", bench_websocket), ("start", bench_start),
          ("control", bench_control), ("ingest", bench_ingest), ("loaded", bench_loaded))
LONG = (("soak", bench_soak),)
OWN = (("entity", bench_entity), ("rules", bench_rules), ("disk", bench_disk),
       ("backtest", bench_backtest))


def attempt(name, run, argument):
    try:
        run(argument)
    except (Failure, subprocess.SubprocessError, OSError, KeyError, ValueError) as e:
        print(f"{name}: not measured: {e}", flush=True)
        rows.append({"name": name, "error": str(e)})


def main():
    names = [n for n, _ in SHARED + OWN + LONG]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the build directory")
    parser.add_argument("only", nargs="*", help=", ".join(names))
    o = parser.parse_args()
    for name in o.only:
        if name not in names:
            parser.error(f"there is no {name}: {', '.join(names)}")
    wanted = o.only or [n for n, _ in SHARED + OWN]
    print_head()
    shared = [(n, f) for n, f in SHARED + LONG if n in wanted]
    if shared:
        with House(o.build) as h:
            h.furnish(ENTITIES)
            for name, run in shared:
                attempt(name, run, h)
    for name, run in OWN:
        if name in wanted:
            attempt(name, run, o.build)
    result = {"seconds": SECONDS, "rounds": ROUNDS, "cpus": os.cpu_count(),
              "system": platform.platform(), "time": int(time.time()), "rows": rows}
    with open(f"{o.build}/bench.json", "w", encoding="utf-8") as f:
        json.dump(result, f, indent=1)
    print(f"{o.build}/bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
