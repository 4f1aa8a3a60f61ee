# SPDX-License-Identifier: ISC
"""What an entity must show after the messages it heard: Home Assistant's rules for its MQTT components,
written down a second time and independently of the product, with the real Jinja2 for the templates."""

import datetime as dt
import json
import math
import os
import sys
from zoneinfo import ZoneInfo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))

import template_oracle  # noqa: E402

UNKNOWN = None
IGNORE = object()       # the message says nothing about this entity
ANY = object()          # cannot be told from outside (a time of now)


def text(value):
    """A scalar of a discovery payload as Python's str() prints it."""
    return value if isinstance(value, str) else str(value)


class Entity:
    """One announced entity and what it heard last on each topic."""

    oracle = template_oracle.Oracle(dt.datetime.now(dt.timezone.utc), ZoneInfo("UTC"))

    def __init__(self, component, config):
        self.component, self.config = component, config
        self.heard = {}

    def get(self, key, default=None):
        value = self.config.get(key)
        return default if value is None else value

    def topics(self):
        """Topics that it listens to."""
        return {v for k, v in self.config.items() if isinstance(v, str) and k in TOPICS}

    def render(self, topic_key, template_key, raw_when_undefined=False):
        """The text that the newest message means; IGNORE when there is none or it is dropped."""
        payload = self.heard.get(self.get(topic_key))
        if payload is None:
            return IGNORE
        template = self.get(template_key)
        if template is None:
            return payload
        result = self.oracle.render({"template": template, "vars": {"value": payload}})
        if result["status"] == "ok":
            return result["out"]
        if result["status"] == "undefined" and raw_when_undefined:
            return payload
        return IGNORE

    def json(self, topic_key):
        try:
            value = json.loads(self.heard.get(self.get(topic_key), ""))
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def expected(self):
        """(state, {attribute: value}): only what the rules fix; ANY for what they leave open."""
        return RULES[self.component](self)


TOPICS = {"state_topic", "position_topic", "tilt_status_topic", "action_topic", "mode_state_topic",
          "temperature_state_topic", "temperature_high_state_topic", "temperature_low_state_topic",
          "current_temperature_topic", "fan_mode_state_topic", "swing_mode_state_topic",
          "preset_mode_state_topic", "percentage_state_topic", "latest_version_topic",
          "oscillation_state_topic", "direction_state_topic", "current_humidity_topic",
          "target_humidity_state_topic", "json_attributes_topic"}


def number(value):
    try:
        v = float(value)
    except (TypeError, ValueError):
        return None
    return v if math.isfinite(v) else None


# Home Assistant's sensor classes whose values are numbers
NUMBER_CLASSES = frozenset("""absolute_humidity apparent_power aqi area atmospheric_pressure battery
    blood_glucose_concentration carbon_dioxide carbon_monoxide conductivity current data_rate data_size distance
    duration energy energy_distance energy_storage frequency gas humidity illuminance irradiance moisture monetary
    nitrogen_dioxide nitrogen_monoxide nitrous_oxide ozone ph pm1 pm10 pm25 pm4 power power_factor precipitation
    precipitation_intensity pressure reactive_energy reactive_power signal_strength sound_pressure speed
    sulphur_dioxide temperature temperature_delta volatile_organic_compounds volatile_organic_compounds_parts voltage
    volume volume_flow_rate volume_storage water weight wind_direction wind_speed""".split())


def sensor(e):
    v = e.render("state_topic", "value_template")
    if "now()" in e.get("value_template", ""):
        return ANY, {}
    if v is IGNORE or v == "None":
        return UNKNOWN, {}
    device_class = e.get("device_class")
    numeric = device_class in NUMBER_CLASSES or (device_class not in ("enum", "date", "timestamp") and any(
        e.get(k) is not None for k in ("unit_of_measurement", "state_class", "suggested_display_precision")))
    if numeric and number(v) is None:
        return UNKNOWN, {}
    if e.get("options") and v not in e.config["options"]:
        return UNKNOWN, {}
    return (v if len(v) <= 255 else UNKNOWN), {}


def one_of(v, table):
    if v is IGNORE or v == "None":
        return UNKNOWN
    return table.get(v, UNKNOWN)


def binary_sensor(e):
    v = e.render("state_topic", "value_template", True)
    return one_of(v, {text(e.get("payload_off", "OFF")): "off",
                      text(e.get("payload_on", "ON")): "on"}), {}


def switch(e):
    if e.get("state_topic") is None:
        return ANY, {}
    v = e.render("state_topic", "value_template", True)
    on = e.get("state_on", e.get("payload_on", "ON"))
    off = e.get("state_off", e.get("payload_off", "OFF"))
    return one_of(v, {text(off): "off", text(on): "on"}), {}


def kelvin(mireds):
    return math.floor(1e6 / mireds)


def scaled(value, scale):
    return min(255, max(1, round(value * 255 / scale)))


def light_color(e, message, modes, out):
    mode = message.get("color_mode")
    if mode is None and len(modes) == 1:
        mode = modes[0]
    if mode not in modes:
        return
    color = message.get("color") or {}
    try:
        if mode == "color_temp":
            out["color_temp_kelvin"] = kelvin(float(message["color_temp"]))
        elif mode == "xy":
            out["xy_color"] = [float(color["x"]), float(color["y"])]
        elif mode == "hs":
            out["hs_color"] = [float(color["h"]), float(color["s"])]
        elif mode == "rgb":
            out["rgb_color"] = [int(color[c]) for c in "rgb"]
        out["color_mode"] = mode
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        pass    # an incomplete colour changes nothing


def light(e):
    message = e.json("state_topic")
    if "state" not in message:
        return (ANY if e.get("state_topic") is None else UNKNOWN), {}
    state = {"ON": "on", "OFF": "off"}.get(message["state"])
    out = {}
    if state != "on":
        return state, out
    modes = e.get("supported_color_modes", [])
    if e.get("brightness") or any(m not in ("onoff",) for m in modes):
        if isinstance(message.get("brightness"), (int, float)) and message["brightness"] > 0:
            out["brightness"] = scaled(message["brightness"], e.get("brightness_scale", 255))
    light_color(e, message, modes, out)
    if e.get("effect") and isinstance(message.get("effect"), str):
        out["effect"] = message["effect"]
    return state, out


def climate(e):
    out = {}
    for attribute, topic, template in (
            ("current_temperature", "current_temperature_topic", "current_temperature_template"),
            ("temperature", "temperature_state_topic", "temperature_state_template"),
            ("target_temp_high", "temperature_high_state_topic", "temperature_high_state_template"),
            ("target_temp_low", "temperature_low_state_topic", "temperature_low_state_template")):
        v = number(e.render(topic, template, True))
        if v is not None:
            out[attribute] = v
    for attribute, topic, template, options in (
            ("fan_mode", "fan_mode_state_topic", "fan_mode_state_template", "fan_modes"),
            ("swing_mode", "swing_mode_state_topic", "swing_mode_state_template", "swing_modes"),
            ("preset_mode", "preset_mode_state_topic", "preset_mode_value_template", "preset_modes")):
        v = e.render(topic, template, True)
        if v is not IGNORE and v in e.get(options, []):
            out[attribute] = v
    v = e.render("action_topic", "action_template", True)
    if v in ("off", "heating", "cooling", "drying", "idle", "fan", "preheating", "defrosting"):
        out["hvac_action"] = v
    v = e.render("mode_state_topic", "mode_state_template", True)
    modes = ("auto", "off", "cool", "heat", "dry", "fan_only", "heat_cool")
    if e.get("mode_state_topic") is None:
        return ANY, out
    return (v if v is not IGNORE and v in e.get("modes", modes) else UNKNOWN), out


def cover(e):
    out, state = {}, UNKNOWN
    closed, opened = e.get("position_closed", 0), e.get("position_open", 100)
    v = number(e.render("position_topic", "position_template", True))
    if v is not None:
        out["current_position"] = max(0, min(100, round((v - closed) * 100 / (opened - closed))))
        if e.get("state_topic") is None:
            state = "closed" if out["current_position"] == 0 else "open"
    v = number(e.render("tilt_status_topic", "tilt_status_template", True))
    if v is not None:
        low, high = e.get("tilt_min", 0), e.get("tilt_max", 100)
        out["current_tilt_position"] = round((v - low) * 100 / (high - low))
    if e.get("state_topic") is not None:
        v = e.render("state_topic", "value_template", True)
        words = {text(e.get("state_" + s, s)): s for s in ("open", "opening", "closed", "closing")}
        stopped = text(e.get("state_stopped", "stopped"))
        if v == stopped:
            if e.get("position_topic") is None:
                state = ANY
            elif "current_position" in out:
                state = "closed" if out["current_position"] == 0 else "open"
        else:
            state = one_of(v, words)
    return state, out


def lock(e):
    v = e.render("state_topic", "value_template", True)
    words = {}
    for word, default in (("locked", "LOCKED"), ("unlocked", "UNLOCKED"), ("locking", "LOCKING"),
                          ("unlocking", "UNLOCKING"), ("jammed", "JAMMED")):
        words.setdefault(text(e.get("state_" + word, default)), word)
    return one_of(v, words), {}


def select(e):
    if e.get("state_topic") is None:
        return ANY, {}
    v = e.render("state_topic", "value_template")
    return (v if v is not IGNORE and v in map(text, e.config["options"]) else UNKNOWN), {}


def number_entity(e):
    if e.get("state_topic") is None:
        return ANY, {}
    v = e.render("state_topic", "value_template")
    n = number(v) if v is not IGNORE else None
    if n is None or not float(e.get("min", 1)) <= n <= float(e.get("max", 100)):
        return UNKNOWN, {}
    return n, {}


def text_entity(e):
    if e.get("state_topic") is None:
        return ANY, {}
    v = e.render("state_topic", "value_template")
    if v is IGNORE or v == "None" or not e.get("min", 0) <= len(v) <= e.get("max", 255):
        return UNKNOWN, {}
    return v, {}


def versions(e):
    """(installed, latest) as the update component understands text or JSON."""
    v = e.render("state_topic", "value_template", True)
    installed = latest = None
    if v is not IGNORE and v not in ("", "None"):
        try:
            message = json.loads(v)
        except ValueError:
            message = v
        if isinstance(message, dict):
            installed, latest = message.get("installed_version"), message.get("latest_version")
        else:
            installed = v
    v = e.render("latest_version_topic", "latest_version_template", True)
    if v is not IGNORE:
        latest = v
    return installed, latest


def update(e):
    installed, latest = versions(e)
    if installed is None or latest is None or "None" in (installed, latest):
        return UNKNOWN, {}
    return ("off" if text(installed) == text(latest) else "on"), {
        "installed_version": text(installed), "latest_version": text(latest)}


def siren(e):
    if e.get("state_topic") is None:
        return ANY, {}
    v = e.render("state_topic", "state_value_template", True)
    return one_of(v, {text(e.get("state_off", e.get("payload_off", "OFF"))): "off",
                      text(e.get("state_on", e.get("payload_on", "ON"))): "on"}), {}


def fan(e):
    out = {}
    v = number(e.render("percentage_state_topic", "percentage_value_template", True))
    low, high = e.get("speed_range_min", 1), e.get("speed_range_max", 100)
    if v is not None and v <= high:
        out["percentage"] = int(min(100, max(0, (v - low + 1) * 100 / (high - low + 1))))
    v = e.render("preset_mode_state_topic", "preset_mode_value_template", True)
    if v is not IGNORE and v in e.get("preset_modes", []):
        out["preset_mode"] = v
    v = e.render("state_topic", "state_value_template", True)
    return one_of(v, {text(e.get("payload_off", "OFF")): "off",
                      text(e.get("payload_on", "ON")): "on"}), out


def stateless(_):
    return ANY, {}


RULES = {
    "sensor": sensor, "binary_sensor": binary_sensor, "switch": switch, "light": light,
    "climate": climate, "cover": cover, "lock": lock, "select": select, "number": number_entity,
    "text": text_entity, "update": update, "siren": siren, "fan": fan, "button": stateless,
    "scene": stateless, "event": stateless, "infrared": stateless, "device_automation": stateless,
}


def same(wanted, shown):
    """Whether what is shown is what was wanted; numbers by value."""
    if wanted is ANY:
        return True
    if isinstance(wanted, float) or isinstance(shown, float):
        a, b = number(wanted), number(shown)
        return a is not None and b is not None and abs(a - b) <= 0.006 + 1e-9 * abs(a)
    if isinstance(wanted, list):
        return isinstance(shown, list) and len(wanted) == len(shown) and all(map(same, wanted, shown))
    return wanted == shown
