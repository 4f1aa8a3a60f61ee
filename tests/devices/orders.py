# SPDX-License-Identifier: ISC
"""Which service call makes a hub send what a device's command example wants: the way back from the
payload to Home Assistant's services."""

import json


def text(value):
    return value if isinstance(value, str) else str(value)


def onoff(config, payload):
    if payload == text(config.get("payload_on", "ON")):
        return "turn_on", {}
    if payload == text(config.get("payload_off", "OFF")):
        return "turn_off", {}
    return None


def light(config, example):
    message = json.loads(example["payload"])
    if message["state"] == "OFF":
        return "turn_off", {}
    data = {}
    if "brightness" in message:
        # the brightness of 255 that this lamp's scale makes that number of
        scale = config.get("brightness_scale", 255)
        data["brightness"] = next(b for b in range(256) if round(b * scale / 255) == message["brightness"])
    if "color_temp" in message:
        data["color_temp"] = message["color_temp"]
    color = message.get("color", {})
    if "x" in color:
        data["xy_color"] = [color["x"], color["y"]]
    if "h" in color:
        data["hs_color"] = [color["h"], color["s"]]
    if "r" in color:
        data["rgb_color"] = [color["r"], color["g"], color["b"]]
    for key in ("effect", "transition"):
        if key in message:
            data[key] = message[key]
    return "turn_on", data


def cover(config, example):
    if example["topic"] == config.get("set_position_topic") and "position" in value_of(example, "position"):
        position = value_of(example, "position")["position"]
        low, high = config.get("position_closed", 0), config.get("position_open", 100)
        return "set_cover_position", {"position": round((position - low) * 100 / (high - low))}
    if example["topic"] == config.get("tilt_command_topic") and "tilt_position" in value_of(example, "tilt_position"):
        tilt = value_of(example, "tilt_position")["tilt_position"]
        low, high = config.get("tilt_min", 0), config.get("tilt_max", 100)
        return "set_cover_tilt_position", {"tilt_position": round((tilt - low) * 100 / (high - low))}
    for service, key, default in (("open_cover", "payload_open", "OPEN"), ("close_cover", "payload_close", "CLOSE"),
                                  ("stop_cover", "payload_stop", "STOP")):
        if example.get("payload") == config.get(key, default):
            return service, {}
    return None


def value_of(example, name):
    """The number that a template or a plain payload carries."""
    if "vars" in example:
        return example["vars"] if name in example["vars"] else {}
    try:
        return {name: float(example["payload"])}
    except ValueError:
        return {}


def lock(config, example):
    for service, key, default in (("lock", "payload_lock", "LOCK"), ("unlock", "payload_unlock", "UNLOCK"),
                                  ("open", "payload_open", None)):
        if example["payload"] == config.get(key, default):
            return service, {}
    return None


def plain(example):
    return example["vars"]["value"] if "vars" in example else example["payload"]


CLIMATE = {
    "mode_command_topic": ("set_hvac_mode", "hvac_mode", str),
    "temperature_command_topic": ("set_temperature", "temperature", float),
    "fan_mode_command_topic": ("set_fan_mode", "fan_mode", str),
    "swing_mode_command_topic": ("set_swing_mode", "swing_mode", str),
    "preset_mode_command_topic": ("set_preset_mode", "preset_mode", str),
    "target_humidity_command_topic": ("set_humidity", "humidity", int),
}


def climate(config, example):
    value = plain(example)
    for key in ("low", "high"):
        if example["topic"] == config.get("temperature_%s_command_topic" % key):
            # both ends belong together: the other one stays where the device has it
            other = {"low": "max_temp", "high": "min_temp"}[key]
            other = float(config.get(other, 35 if key == "low" else 7))
            low, high = (float(value), other) if key == "low" else (other, float(value))
            return "set_temperature", {"target_temp_low": low, "target_temp_high": high}
    for topic, (service, field, convert) in CLIMATE.items():
        if example["topic"] == config.get(topic):
            return service, {field: convert(value)}
    return None


def speed_range(config):
    return config.get("speed_range_min", 1), config.get("speed_range_max", 100)


def fan(config, example):
    value = plain(example)
    if example["topic"] == config.get("command_topic") and onoff(config, value) is not None:
        return onoff(config, value)
    if example["topic"] == config.get("preset_mode_command_topic") and value in config.get("preset_modes", []):
        return "set_preset_mode", {"preset_mode": value}
    if example["topic"] == config.get("percentage_command_topic"):
        low, high = speed_range(config)
        return "set_percentage", {"percentage": int((float(value) - low + 1) * 100 / (high - low + 1))
                                  if float(value) else 0}
    if example["topic"] == config.get("oscillation_command_topic"):
        return "oscillate", {"oscillating": value == config.get("payload_oscillation_on", "oscillate_on")}
    if example["topic"] == config.get("direction_command_topic"):
        return "set_direction", {"direction": value}
    return None


def siren(config, example):
    values = dict(example["vars"]) if "vars" in example else json.loads(example["payload"])
    value = values.pop("value", values.pop("state", None))
    on = text(config.get("state_on", config.get("payload_on", "ON")))
    return ("turn_on" if value == on else "turn_off"), values


def switch(config, example):
    return onoff(config, plain(example))


def number(_, example):
    return "set_value", {"value": float(plain(example))}


def select(_, example):
    return "select_option", {"option": plain(example)}


def text_entity(_, example):
    return "set_value", {"value": plain(example)}


def press(_, __):
    return "press", {}


def install(_, __):
    return "install", {}


def infrared(_, example):
    return "send_command", {k: v for k, v in example.get("vars", json.loads(example.get("payload", "{}"))).items()
                            if k != "value"}


ORDERS = {
    "light": light, "switch": switch, "cover": cover, "lock": lock, "climate": climate, "fan": fan,
    "siren": siren, "number": number, "select": select, "text": text_entity, "button": press,
    "update": install, "infrared": infrared, "scene": lambda _, __: ("turn_on", {}),
}


def service_of(component, config, example):
    """(service, data) or None when no service means it."""
    make = ORDERS.get(component)
    return None if make is None else make(config, example)


def payload_of(oracle, config, example, call):
    """What must arrive on the topic."""
    values = dict(example.get("vars", {"value": example.get("payload")}))
    if call[0] == "set_percentage":
        # percentages are whole numbers: not every speed of a finer range has one
        low, high = speed_range(config)
        values["value"] = round(call[1]["percentage"] * (high - low + 1) / 100 + low - 1)
    if call[1].get("color_temp"):
        # the service takes mireds, but a hub thinks in whole kelvins
        message = json.loads(values["value"])
        message["color_temp"] = 1000000 // (1000000 // message["color_temp"])
        return json.dumps(message)
    if "template" not in example:
        return text(values["value"])
    return oracle.render({"kind": "command", "template": example["template"], "vars": values}).get("out")


def same_payload(wanted, got):
    """Equal bytes, equal JSON, or equal numbers."""
    if wanted == got:
        return True
    try:
        a, b = json.loads(wanted), json.loads(got)
    except (TypeError, ValueError):
        return False
    return a == b or (isinstance(a, (int, float)) and isinstance(b, (int, float)) and abs(a - b) < 1e-9)
