# SPDX-License-Identifier: ISC
"""The scenarios of bridge_test.sh: bridge.py NAME, in the case's directory with a bridge at work."""
import calendar
import glob
import json
import os
import random
import resource
import selectors
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.environ['SRC_DIR'] + '/tests/lib')
import wsraw as ws  # noqa: E402

BUILD = os.environ['BUILD_DIR']
# the sanitizers keep freed memory for a while
FACTOR = 6 if BUILD.endswith('-san') else 1
ADDRESS = 'house/run/bridge.sock'
CLI = [BUILD + '/bin/consciousness', '--data', 'house']


def run(*args):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def feed(*args):
    return [BUILD + '/tests/tools/feed', '--data', 'house', *map(str, args)]


def token():
    return run(*CLI, 'token', 'create', '--name', 'test')


def connect(**options):
    return ws.Client(ADDRESS, **options)


def known(secret, **options):
    return connect(**options).login(secret)


def refused(status, **options):
    try:
        connect(**options)
    except ws.Refused as r:
        assert r.status == status, (status, r.body, options)
        return r.body
    raise AssertionError(f'was let in: {options}')


def memory(pid):
    """Private and shared parts of a process, in KiB."""
    with open(f'/proc/{pid}/smaps_rollup') as f:
        return sum(int(line.split()[1]) for line in f if line.startswith('Pss:'))


def bridge_pid():
    with open('house/run/bridge.lock') as f:
        return int(f.read())


def clients_of_bridge():
    status = subprocess.run([*CLI, '--json', 'status'], stdout=subprocess.PIPE, text=True,
                            stderr=subprocess.DEVNULL).stdout
    return json.loads(status)['components']['bridge']['clients']


def handshake():
    refused(404, path='/')
    refused(404, path='/api/v1/devices')
    refused(404, path='/ws/')
    refused(405, method='POST')
    refused(426, headers={'Upgrade': None})
    refused(426, headers={'Upgrade': 'h2c'})
    refused(426, headers={'Connection': 'close'})
    refused(426, headers={'Sec-WebSocket-Version': '8'})
    assert 'sec-websocket-version: 13' in refused(426, headers={'Sec-WebSocket-Version': None}).lower()
    refused(400, headers={'Sec-WebSocket-Key': None})
    refused(400, headers={'Sec-WebSocket-Key': 'short'})
    refused(401, headers={'Authorization': 'Bearer nobody'})
    refused(401, headers={'Authorization': 'Basic Zm9v'})
    connect(path='/api/v1/realtime')
    connect(path='/ws?x=1')


def origin():
    for bad in ('https://evil.example', 'http://house.test.evil.example', 'null', 'house.test',
                'http://house.tes', 'https://xhouse.test'):
        refused(403, headers={'Origin': bad})
    refused(403, headers={'Origin': 'http://house.test:1', 'Host': 'house.test:2'})
    for good in ('http://house.test', 'https://HOUSE.test', 'https://house.test:8443',
                 'https://allowed.example'):
        connect(headers={'Origin': good})
    connect(headers={'Origin': 'http://house.test:2', 'Host': 'house.test:2'})


def auth():
    secret = token()
    c = connect()
    answer = c.ask({'type': 'auth', 'token': 'wrong'})
    assert answer['type'] == 'auth_invalid' and answer['message'], answer
    assert c.end().code == 4401
    for first in ({'type': 'ping'}, {'type': 'subscribe', 'id': 1}, {'type': 'nonsense'}, {}):
        c = connect()
        assert c.ask(first)['type'] == 'auth_invalid'
        assert c.end().code == 4401
    c = connect()
    assert c.ask({'type': 'auth'})['code'] == 'invalid'
    c.login(secret)
    assert c.ask({'type': 'auth', 'token': secret})['code'] == 'exists'
    c = connect(headers={'Authorization': 'Bearer ' + secret})
    assert c.message() == {'type': 'auth_ok'}
    c.subscribe(1)
    # the first message may come with the handshake, in pieces
    whole = ws.frame(1, json.dumps({'type': 'auth', 'token': secret}).encode())
    c = connect(behind=whole)
    assert c.message() == {'type': 'auth_ok'}
    c = connect(behind=whole[:5])
    c.sock.sendall(whole[5:])
    assert c.message() == {'type': 'auth_ok'}
    c = connect()
    c.sock.sendall(ws.frame(1, b'[' + b'0' * 5000))
    assert c.end().code == 1009     # a stranger's messages are short


def silent_stranger():
    begin = time.monotonic()
    c = connect(timeout=30)
    assert c.end().code == 4401
    assert time.monotonic() - begin > 8


def dead():
    """Who answers pings stays; who does not is dropped, since it keeps memory for nobody."""
    secret = token()
    alive, silent = known(secret), known(secret)
    begin = time.monotonic()
    stop = threading.Event()

    def answer():
        while not stop.is_set():
            assert alive.ask({'type': 'ping'}) == {'type': 'pong'}      # answers pings while it reads
            time.sleep(0.5)

    thread = threading.Thread(target=answer)
    thread.start()
    silent.sock.settimeout(20)
    while silent.sock.recv(4096):       # the bridge's pings, unanswered, then the end
        pass
    assert 3 < time.monotonic() - begin < 15, time.monotonic() - begin
    stop.set()
    thread.join()
    assert alive.ask({'type': 'ping'}) == {'type': 'pong'}
    assert clients_of_bridge() == 1


def messages():
    secret = token()
    c = known(secret)
    assert c.ask({'type': 'ping'}) == {'type': 'pong'}
    assert c.ask({'type': 'ping', 'id': 7}) == {'type': 'pong', 'id': 7}
    c.send({'type': 'pong'})
    c.sock.sendall(ws.frame(9, b'hello'))
    assert c.frame() == (10, b'hello')
    for bad, field in (({'type': 'subscribe'}, 'id'), ({'type': 'subscribe', 'id': None}, 'id'),
                       ({'type': 'subscribe', 'id': [1]}, 'id'),
                       ({'type': 'subscribe', 'id': 1, 'kinds': ['nonsense']}, 'kinds'),
                       ({'type': 'subscribe', 'id': 1, 'kinds': 'state_changed'}, 'kinds'),
                       ({'type': 'subscribe', 'id': 1, 'entities': ['no entity']}, 'entities'),
                       ({'type': 'subscribe', 'id': 1, 'entities': [5]}, 'entities'),
                       ({'type': 'subscribe', 'id': 1, 'since': -1}, 'since'),
                       ({'type': 'subscribe', 'id': 1, 'since': '5'}, 'since'),
                       ({'type': 'subscribe', 'id': 1, 'filter': {}}, 'filter'),
                       ({'type': 'dance'}, 'type'), ({'type': 5}, 'type'), ({}, 'type')):
        answer = c.ask(bad)
        assert answer['type'] == 'error' and answer['code'] in ('invalid', 'too_large'), (bad, answer)
        assert answer['message'] and answer.get('field') == field, (bad, answer)
    assert c.ask({'type': 'unsubscribe', 'id': 1})['code'] == 'not_found'
    c.subscribe('a "name"')
    assert c.ask({'type': 'subscribe', 'id': 'a "name"'})['code'] == 'exists'
    assert c.ask({'type': 'unsubscribe', 'id': 'a "name"'})['success'] is True
    for number in range(32):
        c.subscribe(number)
    assert c.ask({'type': 'subscribe', 'id': 32})['code'] == 'limited'
    c = known(secret)
    for _ in range(30):
        c.send({'type': 'dance'})
    assert c.end().code == 1008


def next_event(c):
    m = c.message()
    assert m['type'] == 'event', m
    return m['id'], m['event']


def filters():
    run(*feed('--entities', 2, '--prefix', 'kitchen', '--area', 'kitchen'))
    run(*feed('--entities', 2, '--prefix', 'hall'))
    secret = token()
    c = known(secret)
    c.subscribe(1, entities=['sensor.hall_0', 'sensor.hall_0'])
    c.subscribe(2, areas=['kitchen'])
    c.subscribe(3, kinds=['token_changed'])
    c.subscribe(4, areas=['kitchen'], entities=['sensor.kitchen_1'], kinds=['state_changed'])
    c.subscribe(5, areas=['kitchen'], kinds=['availability'])
    run(*feed('--entities', 2, '--prefix', 'kitchen', '--events', 2))
    run(*feed('--entities', 2, '--prefix', 'hall', '--events', 2))
    token()
    got = [next_event(c) for _ in range(6)]
    seen = sorted((number, e['subject'] if number != 3 else e['kind']) for number, e in got)
    assert seen == [(1, 'sensor.hall_0'), (2, 'sensor.kitchen_0'), (2, 'sensor.kitchen_1'),
                    (3, 'token_changed'), (4, 'sensor.kitchen_0'), (4, 'sensor.kitchen_1')], seen
    e = got[0][1]
    assert e['kind'] == 'state_changed' and e['data']['entity_id'] == e['subject'], e
    assert e['time'].endswith('Z') and e['cause'] is None and e['actor'] is None
    assert c.ask({'type': 'unsubscribe', 'id': 2})['success'] is True
    run(*feed('--entities', 1, '--prefix', 'kitchen', '--events', 1))
    assert next_event(c)[0] == 4
    # what moves into the area is heard from then on
    run(*CLI, 'move', 'sensor.hall_0', 'kitchen')
    run(*feed('--entities', 1, '--prefix', 'hall', '--events', 1))
    moved = sorted((number, e['kind']) for number, e in (next_event(c) for _ in range(3)))
    assert moved == [(1, 'entity_changed'), (1, 'state_changed'), (4, 'state_changed')], moved
    assert c.ask({'type': 'ping'}) == {'type': 'pong'}


def hostile():
    secret = token()
    files = sorted(glob.glob(os.environ['SRC_DIR'] + '/tests/data/hostile/ws/*.bin'))
    assert len(files) >= 50
    bystander = known(secret)
    for name in files:
        code = int(name.rsplit('-', 1)[1].split('.')[0])
        c = known(secret)
        with open(name, 'rb') as f:
            data = f.read()
        try:
            c.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        got = c.end().code
        assert got == code, (name, got)
        c.close()
    seed = random.Random(1)
    for _ in range(200):
        c = known(secret)
        try:
            c.sock.sendall(seed.randbytes(seed.randrange(1, 400)))
        except (BrokenPipeError, ConnectionResetError):
            pass
        c.close()
    for junk in (b'\0' * 5000, b'GET / HTTP/9.9\r\n\r\n', b'GET /ws HTTP/1.1\r\nHost: a' + b'b' * 20000,
                 b'\r\n' * 3000, b'POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n'):
        s = ws.socket.socket(ws.socket.AF_UNIX)
        s.connect(ADDRESS)
        try:
            s.sendall(junk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        s.close()
    assert bystander.ask({'type': 'ping'}) == {'type': 'pong'}


def collect(client, until, ids):
    """Reads events into ids, in a thread of its own, until the last of them is there."""
    while not ids or ids[-1] < until():
        ids.append(next_event(client)[1]['id'])


def since():
    """Replays begun at any moment while events are appended: no gap, nothing twice."""
    count, last, asked = 15000, 10**12, []
    secret = token()
    run(*feed('--entities', 3, '--events', 5000, '--batch', 500))
    writer = subprocess.Popen(feed('--entities', 3, '--events', count, '--batch', 20, '--rate', 5000),
                              stdout=subprocess.PIPE, text=True)
    seed = random.Random(2)
    while writer.poll() is None and len(asked) < 25:
        c = known(secret, timeout=60)
        one = len(asked) % 5 == 4
        first = 0 if len(asked) % 3 == 0 else seed.randrange(0, 5000)
        c.subscribe(1, since=first, kinds=['state_changed'],
                    **({'entities': ['sensor.feed_1']} if one else {}))
        ids = []
        thread = threading.Thread(target=collect, args=(c, lambda: last, ids), daemon=True)
        thread.start()
        asked.append((thread, ids, first, one))
        time.sleep(0.05)
    newest = int(writer.communicate()[0])
    last = newest - 2           # one of three entities may not have the last word
    assert len(asked) >= 5, len(asked)
    run(*feed('--entities', 3, '--events', 3))      # moves those on that wait for their last one
    for thread, ids, first, one in asked:
        thread.join(60)
        assert not thread.is_alive(), (len(ids), ids[-1:], newest)
        lines = run(*CLI, '--json', 'events', '--since', str(first), '--kind', 'state_changed',
                    '--limit', '1000000', *(['--entity', 'sensor.feed_1'] if one else []))
        log = [json.loads(line)['id'] for line in lines.splitlines()]
        assert ids == log[:len(ids)] and ids[-1] >= last, (len(ids), len(log), one)
    last = newest + 3
    # from the future, and from now
    c = known(secret)
    c.subscribe(1, since=10**12, kinds=['state_changed'])
    c.subscribe(2, since=last, kinds=['state_changed'])
    c.subscribe(3, kinds=['state_changed'])
    last = int(run(*feed('--entities', 3, '--events', 1)))
    assert sorted(next_event(c)[0] for _ in range(3)) == [1, 2, 3]


def many():
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    secret = token()
    run(*feed('--entities', 10))
    before = memory(bridge_pid())
    clients = []
    for i in range(500):
        c = known(secret)
        c.subscribe(1, entities=[f'sensor.feed_{i % 10}'])
        clients.append(c)
    per_client = (memory(bridge_pid()) - before) / 500
    print(f'{per_client:.1f} KiB per client')
    run(*feed('--entities', 10, '--events', 10))
    for i, c in enumerate(clients):
        number, e = next_event(c)
        assert number == 1 and e['subject'] == f'sensor.feed_{i % 10}', e
    for c in clients:
        c.send({'type': 'ping'})
    for c in clients:
        assert c.message() == {'type': 'pong'}
    assert per_client < 16 * FACTOR, per_client


def limit():
    secret = token()
    clients = [known(secret) for _ in range(20)]
    assert 'retry-after' in refused(503).lower()
    clients.pop().close()
    deadline = time.monotonic() + 10
    while True:
        try:
            known(secret)
            break
        except ws.Refused:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def slow():
    """Who does not read is sent away; memory stays small and the others get everything."""
    secret = token()
    run(*feed('--entities', 1))
    sleeper = known(secret, timeout=60)
    sleeper.subscribe(1)
    idle = known(secret)
    before = memory(bridge_pid())
    reader = known(secret)
    reader.subscribe(1, kinds=['state_changed'])
    writer = subprocess.Popen(feed('--entities', 1, '--events', 60000, '--batch', 50, '--rate', 30000),
                              stdout=subprocess.PIPE, text=True)
    ids = [next_event(reader)[1]['id'] for _ in range(60000)]
    last = int(writer.communicate()[0])
    assert ids == list(range(ids[0], last + 1))
    grown = memory(bridge_pid()) - before
    assert grown < 8192 * FACTOR, grown
    time.sleep(12)              # it has taken nothing for ten seconds
    code = sleeper.end().code
    assert code in (1013, None), code
    sleeper.close()
    deadline = time.monotonic() + 10
    while clients_of_bridge() != 2:
        assert time.monotonic() < deadline, clients_of_bridge()
        time.sleep(0.1)
    assert idle.ask({'type': 'ping'}) == {'type': 'pong'}


def lagging():
    """Who reads slowly but steadily gets every event, out of the log."""
    secret = token()
    run(*feed('--entities', 1))
    c = known(secret)
    c.subscribe(1, kinds=['state_changed'])
    last = int(run(*feed('--entities', 1, '--events', 40000, '--batch', 1000)))
    ids = []
    while not ids or ids[-1] < last:
        ids.append(next_event(c)[1]['id'])
        if len(ids) % 4000 == 0:
            time.sleep(0.1)
    assert len(ids) == 40000 and ids == list(range(last - 39999, last + 1))


def revoked():
    secret, other = token(), run(*CLI, 'token', 'create', '--name', 'other')
    c, stays = known(secret), known(other)
    c.subscribe(1)
    run(*CLI, 'token', 'revoke', 'test')
    begin = time.monotonic()
    closed = c.end()
    assert closed.code == 4401 and 'revoked' in closed.reason, (closed.code, closed.reason)
    assert time.monotonic() - begin < 5
    refused(401, headers={'Authorization': 'Bearer ' + secret})
    assert stays.ask({'type': 'ping'}) == {'type': 'pong'}
    # the newest token goes and another one comes before the bridge looks
    c, pid = known(run(*CLI, 'token', 'create', '--name', 'old')), bridge_pid()
    os.kill(pid, 19)
    run(*CLI, 'token', 'revoke', 'old')
    run(*CLI, 'token', 'create', '--name', 'new')
    os.kill(pid, 18)
    assert c.end().code == 4401
    short = run(*CLI, 'token', 'create', '--name', 'short', '--expires', '2s')
    c = known(short)
    assert c.end().code == 4401


def latency():
    secret = token()
    run(*feed('--entities', 1))
    clients = [known(secret) for _ in range(100)]
    for c in clients:
        c.subscribe(1, kinds=['state_changed'])
    writer = subprocess.Popen(feed('--entities', 1, '--events', 100, '--rate', 50))
    sel = selectors.DefaultSelector()
    for c in clients:
        sel.register(c.sock, selectors.EVENT_READ, c)
    delays, left = [], 100 * 100
    while left > 0:
        for key, _ in sel.select(5):
            now = time.time()
            key.data.more()
            while len(key.data.data) > 1:
                _, e = next_event(key.data)
                moment = time.strptime(e['time'][:19], '%Y-%m-%dT%H:%M:%S')
                then = calendar.timegm(moment) + float(e['time'][19:-1])
                delays.append(now - then)
                left -= 1
    writer.wait()
    delays.sort()
    print(f'p50 {delays[len(delays) // 2] * 1000:.1f} ms, p99 {delays[len(delays) * 99 // 100] * 1000:.1f} ms')


def goodbye():
    c = known(token())
    os.kill(bridge_pid(), 15)
    assert c.end().code == 1001


globals()[sys.argv[1]]()
