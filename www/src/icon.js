// SPDX-License-Identifier: ISC
// Icons by the name of what they mean. The shapes come from Lucide; only those named here
// end up in the bundle.
import {
	Activity, AirVent, AppWindow, ArrowDown, ArrowUp, ArrowUpDown, Baby, Bath, Battery,
	BatteryLow, BedDouble, Bell, BellRing, Bike, Blinds, BookOpen, Bot, Briefcase, Building,
	Calendar, Camera, Car, Cat, Check, ChevronDown, ChevronLeft, ChevronRight, CircleDot,
	CircleQuestionMark, Clock, CloudFog, CloudRain, Coffee, CookingPot, Cpu, Dog, DoorClosed,
	DoorOpen, Droplet, Droplets, Dumbbell, EvCharger, Eye, EyeOff, Fan, Fence, Flame,
	Flower2, Gamepad2, Gauge, Heart, HeartPulse, Heater, House, Image, Info, KeyRound, Lamp,
	LampCeiling, LampDesk, LampFloor, LampWallDown, Laptop, Layers, Lightbulb, Link2, List,
	ListChecks, Lock, LockOpen, LogOut, Mailbox, MapPin, MessageSquareText, Microwave, Minus,
	Monitor, Moon, Package, Palette, Pause, Pencil, PersonStanding, Play, Plug, Plus, Power,
	Printer, Projector, Radio, Redo2, RefreshCw, Refrigerator, Replace, Router, ScrollText, Search,
	ShieldCheck, Shirt, ShowerHead, Signal, Siren, SlidersHorizontal, Snowflake, Sofa,
	SolarPanel, Speaker, Sprout, Square, Star, Sun, Tag, Thermometer, Timer, ToggleRight, Toilet,
	Trash2, Trees, TriangleAlert, Tv, Undo2, User, Utensils, Vibrate, Volume2, Warehouse,
	WashingMachine, WavesLadder, Wifi, WifiOff, Wind, Workflow, Wrench, X, Zap,
} from 'lucide';
import { h } from 'preact';

/** name -> what is drawn */
export const SHAPES = {
	activity: Activity, window: AppWindow, down: ArrowDown, up: ArrowUp, battery: Battery,
	batteryLow: BatteryLow, bell: Bell, cover: Blinds, check: Check, chevronDown: ChevronDown,
	back: ChevronLeft, forward: ChevronRight, dot: CircleDot, why: CircleQuestionMark,
	clock: Clock, smoke: CloudFog, device: Cpu, doorClosed: DoorClosed, doorOpen: DoorOpen,
	water: Droplet, humidity: Droplets, eye: Eye, fan: Fan, flame: Flame, gauge: Gauge,
	health: HeartPulse, home: House, info: Info, key: KeyRound, light: Lightbulb, list: List,
	checks: ListChecks, lock: Lock, unlock: LockOpen, logout: LogOut, minus: Minus, auto: Monitor,
	moon: Moon, palette: Palette, edit: Pencil, person: PersonStanding, play: Play, plug: Plug,
	plus: Plus, power: Power, radio: Radio, refresh: RefreshCw, redo: Redo2, undo: Undo2, events: ScrollText,
	search: Search, siren: Siren, number: SlidersHorizontal, stop: Square, sun: Sun,
	temperature: Thermometer, timer: Timer, toggle: ToggleRight, trash: Trash2,
	warning: TriangleAlert, user: User, vibration: Vibrate, sound: Volume2, wifi: Wifi,
	offline: WifiOff, wind: Wind, automation: Workflow, close: X, energy: Zap, bellRing: BellRing,
	shield: ShieldCheck, camera: Camera, calendar: Calendar, pin: MapPin, picture: Image,
	mower: Sprout, robot: Bot, pause: Pause, layers: Layers, message: MessageSquareText,
	tag: Tag, swap: Replace, hide: EyeOff, link: Link2, signal: Signal,
	sofa: Sofa, bed: BedDouble, pot: CookingPot, meal: Utensils, bath: Bath,
	shower: ShowerHead, toilet: Toilet, washer: WashingMachine, car: Car, trees: Trees,
	child: Baby, tv: Tv, book: BookOpen, storage: Warehouse, lamp: Lamp,
	ceilingLamp: LampCeiling, deskLamp: LampDesk, floorLamp: LampFloor,
	wallLamp: LampWallDown, fridge: Refrigerator, microwave: Microwave, coffee: Coffee,
	heater: Heater, snow: Snowflake, air: AirVent, router: Router, speaker: Speaker,
	printer: Printer, laptop: Laptop, dog: Dog, cat: Cat, flower: Flower2, mail: Mailbox,
	game: Gamepad2, sport: Dumbbell, work: Briefcase, pool: WavesLadder, solar: SolarPanel,
	charger: EvCharger, rain: CloudRain, tools: Wrench, parcel: Package, clothes: Shirt,
	star: Star, heart: Heart, building: Building, bike: Bike, stairs: ArrowUpDown,
	projector: Projector, fence: Fence,
};

/** An icon of 1.25em; decoration only, the words beside it carry the meaning. */
export function Icon({ name, ...rest }) {
	return h('svg', {
		class: 'icon', viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor',
		'stroke-width': 1.9, 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
		'aria-hidden': 'true', focusable: 'false', ...rest,
	}, (SHAPES[name] ?? SHAPES.dot).map(([tag, attributes]) => h(tag, attributes)));
}
