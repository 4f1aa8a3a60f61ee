#!/usr/bin/python3
"""Makes random templates with payloads, for the comparison with Jinja2.

  template_generate.py [--seed N] [--count N]     {"template", "vars"} lines on standard output

A grammar of everything the template language has, weighted towards what devices send. Most programs
are sensible, a part of them mixes types at random so that errors are compared, too. What is random in
Python itself (the order of sets, addresses of objects) is left out.
"""

import argparse
import json
import random

KEYS = ["state", "temperature", "battery", "level", "action", "color", "x", "a", "item", "mode", "0", "update", "name"]
WORDS = ["ON", "OFF", "on", "off", "idle", "single_left", "21.5", "-3", "0", "", " padded ", "Küche", "a,b,c", "x'y", 'q"r', "<b>&", "None", "true", "1e3", "0x1f", "ß", "line\nline", "12 345", "nan", "100%"]
NUMBERS = ["0", "1", "-1", "2", "3", "10", "60", "255", "0.5", "1.0", "2.5", "-2.5", "0.1", "100.0", "1e3", "1e-7", "3.14159", "1000000"]
TESTS0 = ["defined", "undefined", "none", "number", "string", "mapping", "iterable", "sequence", "true", "false", "boolean", "integer", "float", "odd", "even", "lower", "upper", "list", "tuple", "is_number", "callable", "datetime", "escaped"]
TESTS1 = ["eq", "ne", "lt", "gt", "le", "ge", "equalto", "in", "divisibleby", "sameas", "contains", "=="]
COMPARE = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
ARITHMETIC = ["+", "-", "*", "/", "//", "%"]
METHODS = ["lower()", "upper()", "strip()", "title()", "capitalize()", "split(',')", "split()", "replace('a', 'b')", "startswith('s')", "endswith('f')", "find('i')", "count('i')", "isdigit()", "zfill(6)", "partition('_')", "rsplit('_', 1)", "center(9, '*')", "ljust(7)", "swapcase()", "splitlines()", "removeprefix('on')", "index('O')", "isupper()", "rfind('e')", "join(['a', 'b'])", "format(1, 2)", "lstrip('0')", "rstrip('%')", "islower()", "isalpha()", "isalnum()", "casefold()"]
PATTERNS = ["[a-z]+", "^(on|off)$", "(\\\\w)(\\\\d)?", "(?P<head>[a-z]+)_(?P<tail>[a-z]+)", "\\\\d+", "x*", "", "O[NF]", "(a", "[.,]", "\\\\bs"]
SPECS = ["", ".2f", "5", "<5", ">6", "^7", "05.1f", ",", "+d", "x", "#x", "e", ".3", "g", "%", "s", "08.3f", "*>4", "b", "_", "10.4g", "d"]
PERCENT = ["%s", "%d", "%.2f", "%5s|", "%-5s|", "%05.1f", "%x", "%r", "%+d", "%%", "%e", "%g", "%(a)s", "%i %s", "%10.3e", "% d", "%#x", "%o"]


class Maker:
    def __init__(self, rng):
        self.r = rng
        self.names = []

    def pick(self, seq):
        return self.r.choice(seq)

    def chance(self, p):
        return self.r.random() < p

    # payloads

    def scalar(self):
        return self.r.choice([lambda: self.pick(WORDS), lambda: self.r.randint(-40, 400), lambda: round(self.r.uniform(-50, 1500), self.r.randint(0, 4)), lambda: self.chance(0.5), lambda: None, lambda: self.pick([0, 1, 1e21, 1e-9, 0.1, 2**31, -0.0, 1234567.891, 123456789012345678])])()

    def data(self, depth=2):
        k = self.r.random()
        if depth == 0 or k < 0.55:
            return self.scalar()
        if k < 0.7:
            return [self.data(depth - 1) for _ in range(self.r.randint(0, 4))]
        if k < 0.8:
            return [self.r.randint(-9, 99) for _ in range(self.r.randint(0, 5))]
        return {self.pick(KEYS): self.data(depth - 1) for _ in range(self.r.randint(0, 4))}

    def payload(self):
        k = self.r.random()
        if k < 0.85:
            return json.dumps({key: self.data() for key in self.r.sample(KEYS, self.r.randint(1, 6))}, ensure_ascii=self.chance(0.5))
        return self.pick(WORDS) if k < 0.95 else json.dumps(self.data())

    # expressions

    def quote(self, s):
        q = self.pick("'\"")
        return q + s.replace("\\", "\\\\").replace(q, "\\" + q).replace("\n", "\\n") + q

    def variable(self):
        k = self.r.random()
        if self.names and k < 0.3:
            return self.pick(self.names)
        if k < 0.36:
            return "value"
        if k < 0.38:
            return "missing"
        key = self.pick(KEYS)
        path = f'value_json["{key}"]' if self.chance(0.5) or key == "0" else f"value_json.{key}"
        if self.chance(0.15):
            path += self.pick([".a", "[0]", ".0", "['x']", "[-1]", "[1:]", "[::-1]", ".get('a', 3)", "[:2]", ".real"])
        return path

    def literal(self, depth):
        k = self.r.random()
        if k < 0.35:
            return self.pick(NUMBERS)
        if k < 0.7:
            return self.quote(self.pick(WORDS))
        if k < 0.78:
            return self.pick(["true", "false", "none", "True", "None"])
        items = [self.expr(depth - 1) for _ in range(self.r.randint(0, 3))]
        if k < 0.87:
            return "[" + ", ".join(items) + "]"
        if k < 0.92:
            return "(" + "".join(i + ", " for i in items) + ")" if items else "()"
        keys = [self.quote(self.pick(KEYS)) if self.chance(0.7) else self.pick(["None", "1", "true", "2.5"]) for _ in items]
        return "{" + ", ".join(f"{k2}: {v}" for k2, v in zip(keys, items)) + "}"

    def atom(self, depth):
        k = self.r.random()
        if depth <= 0 or k < 0.5:
            return self.variable() if self.chance(0.65) else self.literal(min(depth, 1))
        if k < 0.6:
            return self.literal(depth)
        if k < 0.85:
            return "(" + self.expr(depth - 1) + ")"
        if k < 0.92:
            return self.function(depth)
        return self.atom(depth - 1) + "." + self.pick(METHODS)

    def function(self, depth):
        e = lambda: self.expr(depth - 1)
        return self.pick([
            lambda: f"float({e()}, 0)", lambda: f"int({e()}, default=7)", lambda: f"min({e()}, {e()})", lambda: f"max({e()})", lambda: f"is_number({e()})",
            lambda: f"range({self.pick(['3', '1, 5', '9, 0, -2', '0', e()])})|list", lambda: f"iif({e()}, {e()}, {e()})", lambda: f"dict(a={e()}, b=2)",
            lambda: f"zip([1, 2], {e()})|list", lambda: f"dict.from_keys([('a', {e()}), ('b', 1)])", lambda: "now().isoformat()", lambda: "as_timestamp(now())",
            lambda: f"bool({e()}, 'bad')", lambda: f"typeof({e()})", lambda: f"tuple({e()})", lambda: f"sqrt({e()}, none)", lambda: f"log({e()}, 10)",
            lambda: f"clamp({e()}, 0, 100)", lambda: f"average({e()}, {e()})", lambda: f"median([{e()}, {e()}, 3])", lambda: f"timedelta(seconds={self.pick(NUMBERS)})",
            lambda: f"bitwise_and({e()}, 3)", lambda: f"(now() - timedelta(hours={self.r.randint(0, 50)})).strftime('%Y-%m-%d %H:%M')", lambda: f"as_datetime({e()}, none)",
            lambda: f"strptime('2025-0{self.r.randint(1, 9)}-11 10:20', '%Y-%m-%d %H:%M').day", lambda: f"(pack({e()}, '>H')|string)", lambda: f"unpack('0a0bff'|from_hex, '<h', offset={self.r.randint(0, 3)})",
        ])()

    def filter(self, depth):
        e = lambda: self.expr(depth - 1)
        n = lambda: self.pick(["0", "1", "2", "3", "-1", e()])
        return self.pick([
            lambda: "float", lambda: f"float({e()})", lambda: "int", lambda: f"int({e()})", lambda: "int(0, 16)", lambda: "round", lambda: f"round({n()})", lambda: f"round({n()}, '{self.pick(['floor', 'ceil', 'half', 'common'])}')",
            lambda: f"default({e()})", lambda: f"default({e()}, true)", lambda: "d('')", lambda: "lower", lambda: "upper", lambda: "title", lambda: "capitalize", lambda: "trim", lambda: "length", lambda: "count", lambda: "abs", lambda: "string",
            lambda: "list", lambda: "first", lambda: "last", lambda: "sum", lambda: "min", lambda: "max", lambda: "sort", lambda: "sort(reverse=true)", lambda: "unique|list", lambda: "reverse|list", lambda: "join", lambda: "join(', ')",
            lambda: f"replace({self.quote(self.pick(WORDS))}, {e()})", lambda: "tojson", lambda: "to_json", lambda: "to_json(sort_keys=true)", lambda: "from_json(none)", lambda: f"multiply({e()})", lambda: f"multiply({e()}, default=1)", lambda: f"add({e()}, default=0)",
            lambda: "is_defined", lambda: f"iif({e()}, {e()})", lambda: f"truncate({self.r.randint(0, 12)}, {self.pick(['true', 'false'])}, '', 0)", lambda: f"truncate({self.r.randint(4, 20)})",
            lambda: f"regex_match({self.pattern()})", lambda: f"regex_search({self.pattern()}, true)", lambda: f"regex_replace({self.pattern()}, '-')", lambda: f"regex_findall({self.pattern()})", lambda: f"regex_findall_index({self.pattern()}, 0)", lambda: f"regex_replace({self.pattern()}, '[\\\\\\\\1]')",
            lambda: f"map({self.pick(['lower', 'string', 'int', 'float', 'abs', 'length'])!r})|list", lambda: "map('int', default=0)|list", lambda: f"map(attribute={self.quote(self.pick(KEYS))})|list", lambda: f"map(attribute='a', default={e()})|list",
            lambda: f"select({self.pick(TESTS0)!r})|list", lambda: f"reject({self.pick(TESTS0)!r})|list", lambda: f"select({self.pick(TESTS1)!r}, {e()})|list", lambda: f"selectattr('a')|list", lambda: f"rejectattr('x', 'eq', {e()})|list", lambda: "selectattr('a', 'defined')|map(attribute='a')|list",
            lambda: "dictsort", lambda: "dictsort(by='value')", lambda: "items|list", lambda: "batch(2)|list", lambda: "batch(3, 0)|list", lambda: "slice(2)|list", lambda: "slice(3, 'x')|list", lambda: "groupby('a')", lambda: "wordcount", lambda: "bool", lambda: "bool(false)",
            lambda: f"bitwise_or({n()})", lambda: "timestamp_custom('%H:%M', false)", lambda: "timestamp_utc", lambda: "timestamp_local(none)", lambda: "as_timestamp(0)", lambda: "escape", lambda: "urlencode", lambda: "indent(2)", lambda: "center(11)",
            lambda: "base64_encode", lambda: "base64_decode", lambda: "ord", lambda: "contains('a')", lambda: "attr('real')", lambda: "typeof", lambda: "sqrt(0)", lambda: "filesizeformat", lambda: f"combine({{'k': {e()}}})", lambda: "is_number", lambda: "as_datetime", lambda: f"log({n()}, default=9)", lambda: "map('nope')|list", lambda: "forceescape", lambda: "safe", lambda: "median", lambda: "average", lambda: "sin(1)",
        ])()

    def pattern(self):
        return "'" + self.pick(PATTERNS) + "'"

    def expr(self, depth=3):
        k = self.r.random()
        if depth <= 0 or k < 0.3:
            return self.atom(depth)
        e = lambda: self.expr(depth - 1)
        a = lambda: self.atom(depth - 1)
        if k < 0.62:
            return a() + "".join(self.pick(["|", " | "]) + self.filter(depth - 1) for _ in range(self.r.randint(1, 3)))
        if k < 0.72:
            return f"{a()} {self.pick(ARITHMETIC)} {a()}" if self.chance(0.9) else f"{a()} ** {self.pick(['2', '0.5', '-1', a()])}"
        if k < 0.79:
            return f"{a()} {self.pick(COMPARE)} {a()}" + (f" {self.pick(COMPARE[:6])} {a()}" if self.chance(0.15) else "")
        if k < 0.84:
            test = self.pick(TESTS0) if self.chance(0.6) else f"{self.pick(TESTS1[:-1])}({e()})"
            return f"{a()} is {'not ' if self.chance(0.3) else ''}{test}"
        if k < 0.88:
            return f"{e()} if {e()}" + (f" else {e()}" if self.chance(0.8) else "")
        if k < 0.92:
            return f"{e()} {self.pick(['and', 'or'])} {e()}" if self.chance(0.7) else f"not {e()}"
        if k < 0.95:
            return f"{a()} ~ {a()} ~ {self.quote(self.pick(WORDS))}"
        if k < 0.965:
            return f"{self.pick(['-', '+'])}{a()}"
        if k < 0.98:
            return f"{self.quote('{:' + self.pick(SPECS) + '}')}.format({e()})"
        return f"{self.quote(self.pick(PERCENT))} % {a()}" if self.chance(0.5) else f"{self.quote(self.pick(PERCENT))}|format({e()})"

    # statements

    def tag(self, text):
        return "{%" + self.pick(["", "", "-"]) + f" {text} " + self.pick(["", "", "-"]) + "%}"

    def output(self, depth=3):
        return "{{" + self.pick(["", "", "-"]) + f" {self.expr(depth)} " + self.pick(["", "", "-"]) + "}}"

    def loop(self, depth):
        source = self.pick([lambda: self.expr(1), lambda: self.expr(1), lambda: "value_json.items()", lambda: "range(4)", lambda: "[1, 2, 3]", lambda: "[(1, 'a'), (2, 'b')]", lambda: "'abc'", lambda: "value_json"])()
        pair = "items()" in source or "('a'" in source or "(1," in source
        target = self.pick(["k, v", "(k, v)"]) if pair or self.chance(0.1) else "i"
        kept = list(self.names)
        self.names += ["k", "v"] if "," in target else ["i"]
        condition = f" if {self.expr(1)}" if self.chance(0.25) else ""
        body = self.block(depth - 1)
        if self.chance(0.4):
            body += self.pick(["{{ loop.index }}", "{{ loop.last }}", "{{ ',' if not loop.last }}", "{{ loop.revindex }}/{{ loop.length }}", "{{ loop.cycle('a', 'b') }}", "{{ loop.previtem }}", "{{ loop.nextitem|string }}", "{{ loop.first }}", "{{ loop.changed(i) }}"])
        if self.chance(0.2):
            body = self.tag(f"if {self.expr(1)}") + self.tag(self.pick(["break", "continue"])) + self.tag("endif") + body
        self.names = kept
        other = self.tag("else") + self.block(depth - 1) if self.chance(0.2) else ""
        return self.tag(f"for {target} in {source}{condition}") + body + other + self.tag("endfor")

    def block(self, depth):
        return "".join(self.statement(depth) for _ in range(self.r.randint(1, 2)))

    def statement(self, depth):
        k = self.r.random()
        if depth <= 0 or k < 0.4:
            return self.output(2) if self.chance(0.85) else self.pick(["text ", "\n", " {# note #} ", "{% raw %}{{ x }}{% endraw %}", "{#- y -#}", "%"])
        if k < 0.65:
            out = self.tag(f"if {self.expr(2)}") + self.block(depth - 1)
            if self.chance(0.3):
                out += self.tag(f"elif {self.expr(2)}") + self.block(depth - 1)
            if self.chance(0.6):
                out += self.tag("else") + self.block(depth - 1)
            return out + self.tag("endif")
        if k < 0.8:
            return self.loop(depth)
        name = self.pick(["p", "q", "s"])
        if k < 0.9:
            out = self.tag(f"set {name} = {self.expr(2)}")
        elif k < 0.93:
            out = self.tag(f"set {name}{self.pick(['', ' | upper', ' | trim | length'])}") + self.block(depth - 1) + self.tag("endset")
        elif k < 0.96:
            out = self.tag(f"set ns = namespace(n={self.expr(1)})") + self.tag("for j in [1, 2, 3]") + self.tag(f"set ns.n = {self.pick(['ns.n + j', 'j', '[ns.n, j]'])}") + self.tag("endfor") + "{{ ns.n }}"
        elif k < 0.975:
            return self.tag(f"with {name} = {self.expr(1)}") + "{{ " + name + " }}" + self.tag("endwith")
        elif k < 0.99:
            return "{% macro m(a, b=2) %}" + "[{{ a }}{{ b }}]" + "{% endmacro %}{{ m(" + self.expr(1) + ") }}{{ m(b=1, a=2) }}"
        else:
            return "{% filter upper %}" + self.block(depth - 1) + "{% endfilter %}"
        self.names.append(name)
        return out

    def program(self):
        self.names = []
        k = self.r.random()
        if k < 0.5:
            text = self.output(self.r.randint(1, 4))
        elif k < 0.97:
            text = self.block(3)
        else:
            text = self.block(2)
            cut = self.r.randrange(len(text)) if text else 0
            text = text[:cut] + self.pick(["", "}", "%}", "{{", "|", "||", "(", "{% endif %}", "é", "'"]) + text[cut + self.r.randint(0, 2):]
        return {"template": text, "vars": {"value": self.payload(), "entity_id": "sensor.x", "position": self.r.randint(0, 100)}}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--count", type=int, default=3000)
    opt = a.parse_args()
    maker = Maker(random.Random(opt.seed))
    for _ in range(opt.count):
        print(json.dumps(maker.program(), ensure_ascii=False))


if __name__ == "__main__":
    main()
