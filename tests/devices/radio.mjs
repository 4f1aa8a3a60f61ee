// SPDX-License-Identifier: ISC
// The radio that is not there: what zigbee2mqtt expects of zigbee-herdsman's controller, devices,
// endpoints and groups, without anything behind them.

export const COORDINATOR = '0x00124b00deadbeef';

const noop = async () => {};

export class Endpoint {
	constructor(device, ID, herdsman) {
		Object.assign(this, {
			ID,
			deviceIeeeAddress: device.ieeeAddr,
			deviceNetworkAddress: device.networkAddress,
			profileID: 260,
			deviceID: 256,
		});
		Object.assign(this, {
			inputClusters: [],
			outputClusters: [],
			binds: [],
			configuredReportings: [],
			meta: {},
			attrs: {},
		});
		Object.defineProperties(this, { device: { value: device }, herdsman: { value: herdsman } });
	}
	getDevice() {
		return this.device;
	}
	supportsInputCluster() {
		return true;
	}
	supportsOutputCluster() {
		return true;
	}
	getInputClusters() {
		return [];
	}
	getOutputClusters() {
		return [];
	}
	getClusterAttributeValue(cluster, attr) {
		return this.attrs[cluster]?.[attr];
	}
	saveClusterAttributeKeyValue(cluster, kv) {
		Object.assign((this.attrs[cluster] ??= {}), kv);
	}
	/** The device reports attributes, as herdsman would hand them over. */
	report(cluster, data, type = 'attributeReport') {
		this.saveClusterAttributeKeyValue(cluster, data);
		this.herdsman.emit('message', {
			device: this.device,
			endpoint: this,
			type,
			cluster,
			data,
			linkquality: this.device.linkquality,
			groupID: 0,
			meta: { zclTransactionSequenceNumber: 1, frameControl: { reservedBits: 0 } },
		});
	}
	async read(cluster, attributes) {
		const known = {};
		for (const a of attributes)
			if (this.attrs[cluster]?.[a] !== undefined) known[a] = this.attrs[cluster][a];
		if (Object.keys(known).length) this.report(cluster, known, 'readResponse');
		return known;
	}
	async write(cluster, attributes) {
		const data = {};
		for (const [k, v] of Object.entries(attributes))
			data[k] = v !== null && typeof v === 'object' && 'value' in v ? v.value : v;
		this.report(cluster, data);
	}
	/** What a device reports after the commands hubs send most; anything else is silently accepted. */
	async command(cluster, command, payload = {}) {
		const now = this.attrs[cluster] ?? {};
		switch (`${cluster}.${command}`) {
			case 'genOnOff.on':
				return this.report(cluster, { onOff: 1 });
			case 'genOnOff.off':
				return this.report(cluster, { onOff: 0 });
			case 'genOnOff.toggle':
				return this.report(cluster, { onOff: now.onOff ? 0 : 1 });
			case 'genLevelCtrl.moveToLevel':
			case 'genLevelCtrl.moveToLevelWithOnOff':
				this.report('genOnOff', { onOff: payload.level ? 1 : 0 });
				return this.report(cluster, { currentLevel: payload.level });
			case 'lightingColorCtrl.moveToColorTemp':
				return this.report(cluster, { colorMode: 2, colorTemperature: payload.colortemp });
			case 'lightingColorCtrl.moveToColor':
				return this.report(cluster, {
					colorMode: 1,
					currentX: payload.colorx,
					currentY: payload.colory,
				});
			case 'closuresWindowCovering.upOpen':
				return this.report(cluster, { currentPositionLiftPercentage: 0 });
			case 'closuresWindowCovering.downClose':
				return this.report(cluster, { currentPositionLiftPercentage: 100 });
			case 'closuresWindowCovering.goToLiftPercentage':
				return this.report(cluster, {
					currentPositionLiftPercentage: payload.percentageliftvalue,
				});
			case 'closuresWindowCovering.goToTiltPercentage':
				return this.report(cluster, {
					currentPositionTiltPercentage: payload.percentagetiltvalue,
				});
			case 'closuresDoorLock.lockDoor':
				return this.report(cluster, { lockState: 1 });
			case 'closuresDoorLock.unlockDoor':
				return this.report(cluster, { lockState: 2 });
			case 'manuSpecificTuya.dataRequest':
			case 'manuSpecificTuya.sendData':
				return this.report(
					cluster,
					{ seq: 1, dpValues: payload.dpValues },
					'commandDataReport',
				);
		}
		return {};
	}
}
for (const m of [
	'commandResponse',
	'bind',
	'unbind',
	'unbindFromAll',
	'configureReporting',
	'readReportingConfig',
	'addToGroup',
	'removeFromGroup',
	'removeFromAllGroups',
	'zclCommand',
	'writeUndiv',
	'writeStructured',
	'readResponse',
	'writeResponse',
	'defaultResponse',
	'discoverAttributes',
	'addBinding',
	'waitForCommand',
	'save',
	'touch',
])
	Endpoint.prototype[m] ??= noop;

export class Device {
	constructor(
		herdsman,
		{ ieeeAddr, networkAddress, type, endpointIDs, modelID, manufacturerName, powerSource },
	) {
		Object.assign(this, {
			ieeeAddr,
			networkAddress,
			type,
			modelID,
			manufacturerName,
			powerSource,
			manufacturerID: 0x1234,
			dateCode: '20240101',
			softwareBuildID: '1.0.0',
			hardwareVersion: 1,
			applicationVersion: 1,
			stackVersion: 1,
			zclVersion: 3,
		});
		Object.assign(this, {
			interviewState: 'PENDING',
			interviewing: false,
			meta: { configured: '0.0.0' },
			lastSeen: Date.now(),
			linkquality: 120,
			isDeleted: false,
			customClusters: {},
			genBasic: {},
			checkinInterval: 3600,
			pendingRequestTimeout: 0,
		});
		this.endpoints = endpointIDs.map((id) => new Endpoint(this, id, herdsman));
	}
	getEndpoint(ID) {
		return this.endpoints.find((e) => e.ID === ID);
	}
	getEndpointByDeviceType() {
		return this.endpoints[0];
	}
	addCustomCluster(name, cluster) {
		this.customClusters[name] = cluster;
	}
	setCustomClusters() {}
	updateGenBasic(kv) {
		Object.assign(this.genBasic, kv);
	}
	save() {}
}
for (const m of [
	'interview',
	'ping',
	'removeFromNetwork',
	'removeFromDatabase',
	'lqi',
	'routingTable',
	'bindingTable',
	'clearAllBindings',
	'checkOta',
	'updateOta',
	'scheduleOta',
	'unscheduleOta',
	'abortOta',
	'resetCheckin',
])
	Device.prototype[m] = noop;

export class Group {
	constructor(groupID, members) {
		Object.assign(this, { groupID, members, meta: {} });
	}
	hasMember(e) {
		return this.members.includes(e);
	}
	async command(cluster, command, payload) {
		for (const m of this.members) await m.command(cluster, command, payload);
	}
	async write(cluster, attributes) {
		for (const m of this.members) await m.write(cluster, attributes);
	}
	async read() {
		return {};
	}
	async removeFromNetwork() {}
	removeFromDatabase() {}
}

/** Replaces zigbee-herdsman's Controller. */
export class Herdsman {
	constructor() {
		this.handlers = {};
		this.devices = new Map();
		this.groups = new Map();
		this.touchlink = {
			identify: noop,
			scan: noop,
			factoryReset: noop,
			factoryResetFirst: noop,
		};
	}
	on(type, fn) {
		(this.handlers[type] ??= []).push(fn);
	}
	emit(type, data) {
		for (const fn of this.handlers[type] ?? []) fn(data);
	}
	async start() {
		return 'resumed';
	}
	async stop() {}
	getDevicesByType(type) {
		return [...this.devices.values()].filter((d) => d.type === type);
	}
	getDeviceByIeeeAddr(a) {
		return this.devices.get(a);
	}
	getDeviceByNetworkAddress(n) {
		return [...this.devices.values()].find((d) => d.networkAddress === n);
	}
	*getDevicesIterator(p) {
		for (const d of this.devices.values()) if (!p || p(d)) yield d;
	}
	getDevices() {
		return [...this.devices.values()];
	}
	getGroupByID(id) {
		return this.groups.get(id);
	}
	*getGroupsIterator(p) {
		for (const g of this.groups.values()) if (!p || p(g)) yield g;
	}
	createGroup(id) {
		const g = new Group(id, []);
		this.groups.set(id, g);
		return g;
	}
	async getCoordinatorVersion() {
		return { type: 'zStack3x0', meta: { revision: 20240710 } };
	}
	async getNetworkParameters() {
		return { panID: 0x1a62, extendedPanID: '0xdddddddddddddddd', channel: 11, nwkUpdateID: 0 };
	}
	async coordinatorCheck() {
		return { missingRouters: [] };
	}
	getPermitJoin() {
		return false;
	}
	getPermitJoinEnd() {}
	isStopping() {
		return false;
	}
	async backup() {
		return {};
	}
	async permitJoin() {}
	async addInstallCode() {}
}
