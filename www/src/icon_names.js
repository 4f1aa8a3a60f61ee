// SPDX-License-Identifier: ISC
// The icons that people and devices may name: which of Home Assistant's names the dashboard draws, with
// which of its own shapes, and what they are called.

/** [name after "mdi:", shape, in words] in the order of the choice: lamps, devices, what is measured, rooms. */
export const ICONS = [
	['lightbulb', 'light', 'Light bulb'], ['lamp', 'lamp', 'Table lamp'],
	['floor-lamp', 'floorLamp', 'Floor lamp'], ['ceiling-light', 'ceilingLamp', 'Ceiling lamp'],
	['desk-lamp', 'deskLamp', 'Desk lamp'], ['wall-sconce', 'wallLamp', 'Wall lamp'],
	['power', 'power', 'Power button'], ['power-socket', 'plug', 'Plug, socket'],
	['toggle-switch', 'toggle', 'Switch'], ['television', 'tv', 'Television'],
	['speaker', 'speaker', 'Speaker'], ['projector', 'projector', 'Projector'],
	['gamepad-variant', 'game', 'Game console'], ['laptop', 'laptop', 'Laptop'],
	['monitor', 'auto', 'Monitor'], ['printer', 'printer', 'Printer'],
	['router-wireless', 'router', 'Router'], ['wifi', 'wifi', 'Wireless network'],
	['chip', 'device', 'Chip, controller'], ['fridge', 'fridge', 'Refrigerator'],
	['microwave', 'microwave', 'Microwave, oven'], ['coffee-maker', 'coffee', 'Coffee machine'],
	['washing-machine', 'washer', 'Washing machine, dryer'], ['robot-vacuum', 'robot', 'Robot'],
	['fan', 'fan', 'Fan'], ['air-conditioner', 'air', 'Air conditioner'],
	['radiator', 'heater', 'Radiator, heating'], ['fire', 'flame', 'Fire, gas'],
	['snowflake', 'snow', 'Cooling, frost'], ['blinds', 'cover', 'Blinds, curtain'],
	['door', 'doorClosed', 'Door'], ['door-open', 'doorOpen', 'Door, open'],
	['window-closed', 'window', 'Window'], ['lock', 'lock', 'Lock'], ['key', 'key', 'Key'],
	['shield-home', 'shield', 'Alarm system'], ['alarm-light', 'siren', 'Siren'],
	['bell', 'bell', 'Bell'], ['bell-ring', 'bellRing', 'Bell, ringing'],
	['cctv', 'camera', 'Camera'], ['mailbox', 'mail', 'Mailbox'],
	['package-variant', 'parcel', 'Parcel'], ['sprinkler', 'water', 'Water, valve'],
	['robot-mower', 'mower', 'Mower, plant'], ['solar-power', 'solar', 'Solar panel'],
	['ev-station', 'charger', 'Charging station'], ['flash', 'energy', 'Electricity'],
	['battery', 'battery', 'Battery'], ['thermometer', 'temperature', 'Temperature'],
	['water-percent', 'humidity', 'Humidity'], ['gauge', 'gauge', 'Gauge'],
	['weather-sunny', 'sun', 'Sun, brightness'], ['weather-night', 'moon', 'Moon, night'],
	['weather-rainy', 'rain', 'Rain'], ['weather-windy', 'wind', 'Wind, air'],
	['smoke-detector', 'smoke', 'Smoke'], ['motion-sensor', 'person', 'Person, motion'],
	['vibrate', 'vibration', 'Vibration'], ['volume-high', 'sound', 'Sound'],
	['signal', 'signal', 'Signal'], ['remote', 'radio', 'Remote, radio'],
	['clock-outline', 'clock', 'Clock'], ['timer-outline', 'timer', 'Timer'],
	['calendar', 'calendar', 'Calendar'], ['map-marker', 'pin', 'Place'],
	['image', 'picture', 'Picture'], ['message-text', 'message', 'Message'],
	['palette', 'palette', 'Colours, scene'], ['tune', 'number', 'Setting'],
	['play', 'play', 'Play'], ['home', 'home', 'House'], ['sofa', 'sofa', 'Living room, sofa'],
	['bed', 'bed', 'Bedroom, bed'], ['baby-face', 'child', 'Nursery, child'],
	['silverware-fork-knife', 'meal', 'Dining room'], ['pot-steam', 'pot', 'Kitchen, pot'],
	['bathtub', 'bath', 'Bathroom, bath'], ['shower', 'shower', 'Shower'],
	['toilet', 'toilet', 'Toilet'], ['tshirt-crew', 'clothes', 'Wardrobe, clothes'],
	['briefcase', 'work', 'Office, work'], ['bookshelf', 'book', 'Library, book'],
	['dumbbell', 'sport', 'Sports'], ['stairs', 'stairs', 'Stairs'],
	['warehouse', 'storage', 'Store, shed'], ['tools', 'tools', 'Workshop, tools'],
	['car', 'car', 'Garage, car'], ['bicycle', 'bike', 'Bicycle'],
	['tree', 'trees', 'Garden, trees'], ['flower', 'flower', 'Terrace, flower'],
	['fence', 'fence', 'Yard, fence'], ['pool', 'pool', 'Pool'],
	['office-building', 'building', 'Building'], ['dog', 'dog', 'Dog'], ['cat', 'cat', 'Cat'],
	['account', 'user', 'Somebody'], ['heart', 'heart', 'Heart'], ['star', 'star', 'Star'],
];

const shapes = new Map(ICONS.map(([name, shape]) => [`mdi:${name}`, shape]));

/** The shape that is drawn for an icon as the house stores it; undefined when there is none. */
export const shapeOf = (icon) => shapes.get(icon);
