// SPDX-License-Identifier: ISC
// Icons by the name of what they mean. The shapes come from Lucide; only those named here
// end up in the bundle.
import {
	Activity, AppWindow, ArrowDown, ArrowUp, Battery, BatteryLow, Bell, BellRing, Blinds, Bot,
	Calendar, Camera, Check, ChevronDown, ChevronLeft, ChevronRight, CircleDot,
	CircleQuestionMark, Clock, CloudFog, Cpu, DoorClosed, DoorOpen, Droplet, Droplets, Eye,
	EyeOff, Fan, Flame, Gauge, HeartPulse, House, Image, Info, KeyRound, Layers, Lightbulb, Link2,
	List, ListChecks, Lock, LockOpen, LogOut, MapPin, MessageSquareText, Minus, Monitor, Moon,
	Palette, Pause, Pencil, PersonStanding, Play, Plug, Plus, Power, Radio, RefreshCw, Replace,
	ScrollText, Search, ShieldCheck, Signal, Siren, SlidersHorizontal, Sprout, Square, Sun,
	Thermometer, Timer, ToggleRight, Trash2, TriangleAlert, User, Vibrate, Volume2, Wifi, WifiOff,
	Wind, Workflow, X, Zap,
} from 'lucide';
import { h } from 'preact';

const SHAPES = {
	activity: Activity, window: AppWindow, down: ArrowDown, up: ArrowUp, battery: Battery,
	batteryLow: BatteryLow, bell: Bell, cover: Blinds, check: Check, chevronDown: ChevronDown,
	back: ChevronLeft, forward: ChevronRight, dot: CircleDot, why: CircleQuestionMark,
	clock: Clock, smoke: CloudFog, device: Cpu, doorClosed: DoorClosed, doorOpen: DoorOpen,
	water: Droplet, humidity: Droplets, eye: Eye, fan: Fan, flame: Flame, gauge: Gauge,
	health: HeartPulse, home: House, info: Info, key: KeyRound, light: Lightbulb, list: List,
	checks: ListChecks, lock: Lock, unlock: LockOpen, logout: LogOut, minus: Minus, auto: Monitor,
	moon: Moon, palette: Palette, edit: Pencil, person: PersonStanding, play: Play, plug: Plug,
	plus: Plus, power: Power, radio: Radio, refresh: RefreshCw, events: ScrollText,
	search: Search, siren: Siren, number: SlidersHorizontal, stop: Square, sun: Sun,
	temperature: Thermometer, timer: Timer, toggle: ToggleRight, trash: Trash2,
	warning: TriangleAlert, user: User, vibration: Vibrate, sound: Volume2, wifi: Wifi,
	offline: WifiOff, wind: Wind, automation: Workflow, close: X, energy: Zap, bellRing: BellRing,
	shield: ShieldCheck, camera: Camera, calendar: Calendar, pin: MapPin, picture: Image,
	mower: Sprout, robot: Bot, pause: Pause, layers: Layers, message: MessageSquareText,
	swap: Replace, hide: EyeOff, link: Link2, signal: Signal,
};

/** An icon of 1.25em; decoration only, the words beside it carry the meaning. */
export function Icon({ name, ...rest }) {
	return h('svg', {
		class: 'icon', viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor',
		'stroke-width': 1.9, 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
		'aria-hidden': 'true', focusable: 'false', ...rest,
	}, (SHAPES[name] ?? SHAPES.dot).map(([tag, attributes]) => h(tag, attributes)));
}
