#!/usr/bin/python3
"""Renders MQTT templates with the real Jinja2, set up as Home Assistant sets it up.

  template_oracle.py < pairs.ndjson                 one JSON result per line
  template_oracle.py --compare FILE < pairs.ndjson  checks FILE (an evaluator's results) line by line

Input, per line: {"template": str, "vars": {...}, "kind"?: "value"|"command"}. A string `value`
that parses as JSON also becomes `value_json` (kind "value", the default), as for a message that
arrived. Result, per line, one of
  {"status": "ok", "out": str}           rendered, outer white space stripped
  {"status": "undefined", "error": str}  Jinja raised: the hub falls back to the raw payload
  {"status": "error", "error": str}      a filter or operator raised: the hub drops the message
  {"status": "syntax", "error": str}     does not compile: the hub rejects the entity
  {"status": "any"}                      shows a Python object's address: nothing to compare
Only status and out are compared. What is beyond the limits of the evaluator (whole numbers of more than
64 bits, complex numbers, 20,000 steps, 64 KiB) is counted and may be 1 % at most.
"""

import argparse
import base64
import collections.abc
import datetime as dt
import hashlib
import json
import math
import re
import statistics
import struct
import sys
from zoneinfo import ZoneInfo

import jinja2
import jinja2.filters
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

NO_DEFAULT = object()
TRUE, FALSE = {"1", "true", "yes", "on", "enable"}, {"0", "false", "no", "off", "disable"}


def loads(text):
    """JSON as strict as the hub reads it: no NaN or Infinity."""

    def reject(name):
        raise ValueError(name)

    return json.loads(text, parse_constant=reject)


def forgiving(name, fn, errors=(ValueError, TypeError)):
    """fn(value, *args); when that fails, `default` if given, else ValueError."""

    def wrapped(value, *args, default=NO_DEFAULT, **kwargs):
        try:
            return fn(value, *args, **kwargs)
        except errors as e:
            if default is NO_DEFAULT:
                raise ValueError(f"{name} got invalid input {value!r} but no default was specified") from e
            return default

    return wrapped


def default_second(name, fn):
    """As forgiving(), with the default as second positional argument."""
    inner = forgiving(name, fn)
    return lambda value, default=NO_DEFAULT: inner(value, default=default)


def to_int(value, default=NO_DEFAULT, base=10):
    result = jinja2.filters.do_int(value, default=NO_DEFAULT, base=base)
    if result is not NO_DEFAULT:
        return result
    if default is NO_DEFAULT:
        raise ValueError(f"int got invalid input {value!r} but no default was specified")
    return default


def to_bool(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.lower().strip()
        if word in TRUE or word in FALSE:
            return word in TRUE
    elif isinstance(value, (int, float)):
        return value != 0
    raise ValueError(f"invalid boolean {value!r}")


def rounded(value, precision=0, method="common", default=NO_DEFAULT):
    try:
        factor = float(10**precision)
        if method == "ceil":
            value = math.ceil(float(value) * factor) / factor
        elif method == "floor":
            value = math.floor(float(value) * factor) / factor
        elif method == "half":
            value = round(float(value) * 2) / 2
        else:
            value = round(float(value), precision)
        return int(value) if precision == 0 else value
    except (ValueError, TypeError) as e:
        if default is NO_DEFAULT:
            raise ValueError(f"round got invalid input {value!r}") from e
        return default


def is_number(value):
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def is_defined(value):
    if isinstance(value, jinja2.Undefined):
        value()  # raises UndefinedError
    return value


def iif(value, if_true=True, if_false=False, if_none=NO_DEFAULT):
    if value is None and if_none is not NO_DEFAULT:
        return if_none
    return if_true if value else if_false


def to_json(value, ensure_ascii=False, pretty_print=False, sort_keys=False):
    if ensure_ascii:
        return json.dumps(value, ensure_ascii=True, indent=2 if pretty_print else None, sort_keys=sort_keys)
    return json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, allow_nan=False, **({"indent": 2} if pretty_print else {"separators": (",", ":")}))


def regex(method):
    def f(value, find="", *args, **kwargs):
        extra = {"replace": kwargs.pop("replace", args[0] if args else "")} if method == "sub" else {}
        rest = args[1:] if method == "sub" else args
        pattern = re.compile(find, re.IGNORECASE if kwargs.pop("ignorecase", rest[0] if rest else False) else 0)
        text = value if isinstance(value, str) else str(value)
        return pattern.sub(extra["replace"], text) if method == "sub" else getattr(pattern, method)(text)

    return f


def findall_index(value, find="", index=0, ignorecase=False):
    return regex("findall")(value, find, ignorecase)[index]


def extreme(name):
    """min()/max() over one iterable or several arguments."""

    @jinja2.pass_environment
    def f(env, *args, **kwargs):
        return env.filters[name](env, args[0] if len(args) == 1 else args, **kwargs)

    return f


def pack(value, fmt):
    try:
        return struct.pack(fmt, value)
    except struct.error:
        return None


def unpack(value, fmt, offset=0):
    try:
        return struct.unpack_from(fmt, value, offset)[0]
    except struct.error:
        return None


def combine(*args, recursive=False):
    out = {}
    for a in args:
        for k, v in a.items():
            out[k] = combine(out[k], v, recursive=True) if recursive and isinstance(v, dict) and isinstance(out.get(k), dict) else v
    return out


class Environment(ImmutableSandboxedEnvironment):
    def __init__(self, now, zone):
        super().__init__(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"])
        local = lambda t: (t if t.tzinfo else t.replace(tzinfo=zone)).astimezone(zone)
        utc = lambda ts: dt.datetime.fromtimestamp(ts, dt.timezone.utc)

        def as_datetime(value, default=NO_DEFAULT):
            if isinstance(value, dt.datetime):
                return value
            try:
                return utc(float(value))
            except (ValueError, TypeError):
                pass
            try:
                return dt.datetime.fromisoformat(value)
            except (ValueError, TypeError) as e:
                if default is not NO_DEFAULT:
                    return default
                if isinstance(value, str):
                    return None
                raise ValueError(f"as_datetime got invalid input {value!r}") from e

        def as_timestamp(value):
            if isinstance(value, str):
                value = dt.datetime.fromisoformat(value)
            if not isinstance(value, dt.datetime):
                raise ValueError("not a datetime")
            return (value if value.tzinfo else value.replace(tzinfo=zone)).timestamp()

        def timestamp_custom(value, fmt="%Y-%m-%d %H:%M:%S", use_local=True, default=NO_DEFAULT):
            return forgiving("timestamp_custom", lambda v: (local(utc(v)) if use_local else utc(v)).strftime(fmt))(value, default=default)

        def ordinal(value):
            last = int(str(value)[-1])
            return str(value) + ("th" if last > 3 or int(str(value)[-2:]) % 100 in range(11, 14) else ["th", "st", "nd", "rd"][last])

        def as_set(value):
            if not isinstance(value, collections.abc.Iterable) or isinstance(value, str):
                raise TypeError("no list")
            return set(value)

        def flatten(value, levels=None):
            if not isinstance(value, collections.abc.Iterable) or isinstance(value, str):
                raise TypeError("no list")
            out = []
            for item in value:
                if isinstance(item, collections.abc.Iterable) and not isinstance(item, str) and levels != 0:
                    out += flatten(item, None if levels is None else levels - 1)
                else:
                    out.append(item)
            return out

        def statistical_mode(*args):
            return statistics.mode(args[0] if isinstance(args[0], (list, tuple)) else args)

        def wrap(value, low, high):
            value, low, high = float(value), float(low), float(high)
            return low if low == high else low + (value - low) % (high - low)

        def remap(value, in_min, in_max, out_min, out_max, steps=0, edges="none"):
            value, in_min, in_max, out_min, out_max = map(float, (value, in_min, in_max, out_min, out_max))
            if in_min == in_max:
                raise ValueError("no width")
            if edges == "clamp":
                value = max(min(value, max(in_min, in_max)), min(in_min, in_max))
            elif edges == "wrap":
                value = wrap(value, in_min, in_max)
            elif edges == "mirror":
                times, offset = divmod(value - in_min, in_max - in_min)
                value = in_min + (in_max - in_min - offset if times % 2 else offset)
            elif edges != "none":
                raise ValueError("no such edges")
            if steps <= 0 and (in_min, in_max) == (out_min, out_max):
                return value
            share = (value - in_min) / (in_max - in_min)
            if steps > 0:
                share = round(share * steps) / steps
            return out_min + share * (out_max - out_min)

        def as_timedelta(value):
            forms = (
                r"^(?:(?P<days>-?\d+) (days?, )?)?(?P<sign>-?)((?:(?P<hours>\d+):)(?=\d+:\d+))?(?:(?P<minutes>\d+):)?"
                r"(?P<seconds>\d+)(?:[\.,](?P<microseconds>\d{1,6})\d{0,6})?$",
                r"^(?P<sign>[-+]?)P(?:(?P<days>\d+([\.,]\d+)?)D)?(?:T(?:(?P<hours>\d+([\.,]\d+)?)H)?"
                r"(?:(?P<minutes>\d+([\.,]\d+)?)M)?(?:(?P<seconds>\d+([\.,]\d+)?)S)?)?$",
                r"^(?:(?P<days>-?\d+) (days? ?))?(?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)"
                r"(?:\.(?P<microseconds>\d{1,6}))?)?$")
            for number, form in enumerate(forms):
                if not (match := re.match(form, value)):
                    continue
                kw = match.groupdict()
                sign = -1 if kw.pop("sign", "+") == "-" else 1
                if kw.get("microseconds"):
                    kw["microseconds"] = kw["microseconds"].ljust(6, "0")
                kw = {k: float(v.replace(",", ".")) for k, v in kw.items() if v}
                days = dt.timedelta(kw.pop("days", 0.0) or 0.0)
                return days * sign + sign * dt.timedelta(**kw) if number == 1 else days + sign * dt.timedelta(**kw)
            return None

        def digest(name):
            return lambda value: hashlib.new(name, value.encode()).hexdigest()

        both = {
            "md5": digest("md5"), "sha1": digest("sha1"), "sha256": digest("sha256"), "sha512": digest("sha512"),
            "difference": lambda a, b: list(as_set(a) - as_set(b)), "intersect": lambda a, b: list(as_set(a) & as_set(b)),
            "symmetric_difference": lambda a, b: list(as_set(a) ^ as_set(b)), "union": lambda a, b: list(as_set(a) | as_set(b)),
            "as_timedelta": as_timedelta, "flatten": flatten, "statistical_mode": statistical_mode, "wrap": wrap, "remap": remap,
            "atan": default_second("atan", lambda v: math.atan(float(v))),
            "atan2": lambda y, x, default=NO_DEFAULT: forgiving("atan2", lambda a, b: math.atan2(float(a), float(b)))(y, x, default=default),
            "float": default_second("float", float), "int": to_int, "bool": default_second("bool", to_bool), "is_number": is_number, "iif": iif,
            "typeof": lambda v: type(v).__name__, "combine": combine, "pack": pack, "unpack": unpack,
            "sin": default_second("sin", lambda v: math.sin(float(v))), "cos": default_second("cos", lambda v: math.cos(float(v))),
            "sqrt": default_second("sqrt", lambda v: math.sqrt(float(v))),
            "log": lambda v, base=math.e, default=NO_DEFAULT: forgiving("log", lambda x: math.log(float(x), float(base)))(v, default=default),
            "average": lambda *a: statistics.fmean(a[0] if len(a) == 1 else a), "median": lambda *a: statistics.median(a[0] if len(a) == 1 else a),
            "bitwise_and": lambda a, b: a & b, "bitwise_or": lambda a, b: a | b, "bitwise_xor": lambda a, b: a ^ b,
            "clamp": lambda v, lo, hi: max(float(lo), min(float(hi), float(v))),
            "as_datetime": as_datetime, "as_timestamp": default_second("as_timestamp", as_timestamp), "as_local": local,
        }
        self.filters.update(both)
        self.globals.update(both)
        self.filters.update({
            "round": rounded, "is_defined": is_defined, "add": forgiving("add", lambda v, n: float(v) + n), "multiply": forgiving("multiply", lambda v, n: float(v) * n),
            "from_json": default_second("from_json", loads), "to_json": to_json, "apply": lambda value, fn, *a, **k: fn(value, *a, **k), "from_hex": bytes.fromhex, "ord": ord, "ordinal": ordinal, "contains": lambda s, x: x in s,
            "base64_encode": lambda v: base64.b64encode(v.encode() if isinstance(v, str) else v).decode(),
            "base64_decode": lambda v, encoding="utf-8": base64.b64decode(v) if encoding is None else base64.b64decode(v).decode(encoding),
            "regex_match": lambda *a, **k: bool(regex("match")(*a, **k)), "regex_search": lambda *a, **k: bool(regex("search")(*a, **k)),
            "regex_replace": regex("sub"), "regex_findall": regex("findall"), "regex_findall_index": findall_index,
            "timestamp_custom": timestamp_custom, "timestamp_local": default_second("timestamp_local", lambda v: local(utc(v)).isoformat()), "timestamp_utc": default_second("timestamp_utc", lambda v: utc(v).isoformat()),
        })
        self.globals.update({
            "zip": zip, "set": set, "tuple": tuple, "min": extreme("min"), "max": extreme("max"), "pi": math.pi, "e": math.e, "tau": math.tau,
            "now": lambda: now.astimezone(zone), "utcnow": lambda: now, "timedelta": dt.timedelta,
            "strptime": lambda s, fmt, default=NO_DEFAULT: forgiving("strptime", dt.datetime.strptime)(s, fmt, default=default),
        })
        self.tests.update({
            "is_number": is_number, "match": self.filters["regex_match"], "search": self.filters["regex_search"], "contains": lambda s, x: x in s,
            "list": lambda v: isinstance(v, list), "set": lambda v: isinstance(v, set), "tuple": lambda v: isinstance(v, tuple),
            "datetime": lambda v: isinstance(v, dt.datetime), "string_like": lambda v: isinstance(v, (str, bytes, bytearray)),
        })

    def is_safe_attribute(self, obj, attr, value):
        return isinstance(obj, Namespace) or super().is_safe_attribute(obj, attr, value)


class Oracle:
    def __init__(self, now, zone):
        self.env = Environment(now, zone)
        self.compiled = {}

    def render(self, pair):
        template = pair["template"].strip()
        if not re.search(r"\{[{%#]", template):
            return {"status": "ok", "out": template}
        if template not in self.compiled:
            try:
                self.compiled[template] = self.env.from_string(template)
            except jinja2.TemplateError as e:  # syntax, unknown filter or test
                self.compiled[template] = {"status": "syntax", "error": str(e)}
        compiled = self.compiled[template]
        if isinstance(compiled, dict):
            return compiled
        variables = dict(pair["vars"])
        if pair.get("kind", "value") == "value" and isinstance(variables.get("value"), str) and "value_json" not in variables:
            try:
                variables["value_json"] = loads(variables["value"])
            except ValueError:
                pass
        try:
            out = compiled.render(**variables).strip()
            return {"status": "any"} if re.search(r"<[^<>]* at 0x[0-9a-f]+>", out) else {"status": "ok", "out": out}
        except jinja2.TemplateError as e:
            return {"status": "undefined", "error": f"{type(e).__name__}: {e}"}
        except NameError:
            return {"status": "any"}  # Jinja2 folded a constant into nan or inf, which Python does not know
        except Exception as e:
            return {"status": "error", "error": f"{type(e).__name__}: {e}"}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--now", default="2026-01-01T12:00:00+00:00", help="what now() is (default %(default)s)")
    a.add_argument("--tz", default="UTC", help="local time zone (default %(default)s)")
    a.add_argument("--compare", metavar="FILE")
    a.add_argument("--show", type=int, default=20, help="mismatches to print (default %(default)s)")
    opt = a.parse_args()
    oracle = Oracle(dt.datetime.fromisoformat(opt.now).astimezone(dt.timezone.utc), ZoneInfo(opt.tz))
    if not opt.compare:
        for line in sys.stdin:
            print(json.dumps(oracle.render(json.loads(line)), ensure_ascii=False))
        return 0
    total = wrong = beyond = 0
    templates, bad = set(), set()
    with open(opt.compare, encoding="utf-8") as theirs:
        for line in sys.stdin:
            pair = json.loads(line)
            want = oracle.render(pair)
            text = theirs.readline()
            try:
                got = json.loads(text)
            except ValueError:
                got = {"status": "(no result)", "out": text.rstrip("\n")}
            total += 1
            templates.add(pair["template"])
            if want != got and (got.get("status") == "limit" or re.search("more than 64 bits|no real number", got.get("error", ""))):
                beyond += 1
            elif want["status"] != "any" and (got.get("status"), got.get("out")) != (want["status"], want.get("out")):
                wrong += 1
                bad.add(pair["template"])
                if wrong <= opt.show:
                    print(json.dumps({"line": total, **pair, "want": want, "got": got}, ensure_ascii=False))
    if beyond * 100 > total:
        print(f"{beyond} results beyond the limits are too many to be the exception")
        wrong = max(wrong, 1)
    print(f"{total - wrong} of {total} pairs agree; {len(templates) - len(bad)} of {len(templates)} templates agree on all of theirs; {beyond} beyond our limits")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
