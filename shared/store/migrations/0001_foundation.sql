-- The foundation: areas, devices, entities, state, the event log, history, commands, automations,
-- people and their tokens. Times are UTC milliseconds. `row` is the internal key, `id` the public one;
-- AUTOINCREMENT where a row that is gone may still be named elsewhere: it is never used again.

CREATE TABLE area (
	row		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	name		TEXT NOT NULL,
	floor		TEXT
) STRICT;

CREATE TABLE device (
	row		INTEGER PRIMARY KEY AUTOINCREMENT,
	id		TEXT NOT NULL UNIQUE,
	adapter		TEXT NOT NULL,			-- family that announced it: "mqtt"
	name		TEXT NOT NULL,			-- as announced
	label		TEXT,				-- as people call it; wins over name
	manufacturer	TEXT,
	model		TEXT,
	model_id	TEXT,
	sw_version	TEXT,
	hw_version	TEXT,
	serial_number	TEXT,
	configuration_url TEXT,
	area		INTEGER REFERENCES area(row) ON DELETE SET NULL,
	via		TEXT,				-- identifier of the device it talks through
	status		TEXT NOT NULL DEFAULT 'unknown' CHECK (status IN ('online', 'offline', 'unknown')),
	created		INTEGER NOT NULL,
	updated		INTEGER NOT NULL
) STRICT;
CREATE INDEX device_area ON device(area);

CREATE TABLE device_identifier (
	kind		TEXT NOT NULL,			-- "id" or a connection type: "mac", ...
	value		TEXT NOT NULL,
	device		INTEGER NOT NULL REFERENCES device(row) ON DELETE CASCADE,
	PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_identifier_device ON device_identifier(device);

CREATE TABLE entity (
	row		INTEGER PRIMARY KEY AUTOINCREMENT,
	entity_id	TEXT NOT NULL UNIQUE,		-- "light.kitchen", for ever
	adapter		TEXT NOT NULL,
	component	TEXT NOT NULL,			-- component that announced it, as in the topic
	domain		TEXT NOT NULL,
	unique_id	TEXT NOT NULL,
	device		INTEGER REFERENCES device(row) ON DELETE CASCADE,
	area		INTEGER REFERENCES area(row) ON DELETE SET NULL,	-- NULL: the device's
	name		TEXT,				-- own part of the name; NULL: the device's name alone
	label		TEXT,				-- as people call it; wins over both
	device_class	TEXT,
	unit		TEXT,
	icon		TEXT,
	category	TEXT,				-- NULL, "config" or "diagnostic"
	enabled		INTEGER NOT NULL DEFAULT 1,
	orphaned	INTEGER NOT NULL DEFAULT 0,	-- its announcement was withdrawn
	source		TEXT NOT NULL,			-- where it was announced: the discovery topic (+ component key)
	config		TEXT NOT NULL,			-- what was announced, JSON, abbreviations expanded
	capabilities	TEXT NOT NULL DEFAULT '{}',	-- static attributes, JSON: options, min, max, color modes...
	created		INTEGER NOT NULL,
	updated		INTEGER NOT NULL,
	UNIQUE (adapter, domain, unique_id)
) STRICT;
CREATE INDEX entity_device ON entity(device, enabled, entity_id);	-- covers a device's list of ids
CREATE INDEX entity_area ON entity(area);
CREATE INDEX entity_domain ON entity(domain, entity_id);
CREATE INDEX entity_source ON entity(source);

CREATE TABLE state (
	entity		INTEGER PRIMARY KEY REFERENCES entity(row) ON DELETE CASCADE,
	state		TEXT,				-- NULL: unknown
	attributes	TEXT NOT NULL DEFAULT '{}',	-- JSON object, without the capabilities
	available	INTEGER NOT NULL DEFAULT 1,
	last_changed	INTEGER NOT NULL,
	last_updated	INTEGER NOT NULL,
	event		INTEGER NOT NULL DEFAULT 0	-- last event about it
) STRICT;

-- The one log. Append-only by id: readers keep a cursor. State changes use entity, state and prior.
CREATE TABLE event (
	id		INTEGER PRIMARY KEY,
	time		INTEGER NOT NULL,
	kind		INTEGER NOT NULL,		-- shared/domain/event.def
	entity		INTEGER,			-- entity row, when it is about one
	subject		TEXT,				-- what else it is about: "automation.3", "device.lamp"
	cause		INTEGER,			-- event that led to it
	actor		TEXT,				-- who; NULL: the device itself
	state		TEXT,				-- new state of a state change
	prior		TEXT,				-- the state before
	data		TEXT				-- JSON object or NULL
) STRICT;

-- State changes are found through state.event and the history; all the rest, which is rare, by kind or entity.
CREATE INDEX event_kind ON event(kind, id) WHERE kind <> 1;
CREATE INDEX event_entity ON event(entity, id) WHERE kind <> 1;
-- Few events have a cause; those that are one outlive the others.
CREATE INDEX event_cause ON event(cause) WHERE cause IS NOT NULL;

-- Raw points of one entity, packed by the aggregate job out of the log. data: history_chunk.c.
CREATE TABLE history_chunk (
	entity		INTEGER NOT NULL,
	start		INTEGER NOT NULL,		-- time of the first point
	finish		INTEGER NOT NULL,		-- time of the last point
	n		INTEGER NOT NULL,
	data		BLOB NOT NULL,
	PRIMARY KEY (entity, start)
) STRICT, WITHOUT ROWID;

-- The chunk of each entity that still grows, and the last event that was packed into its history.
CREATE TABLE history_open (
	entity		INTEGER PRIMARY KEY,
	event		INTEGER NOT NULL,
	start		INTEGER NOT NULL,
	finish		INTEGER NOT NULL,
	n		INTEGER NOT NULL,
	data		BLOB NOT NULL
) STRICT;

-- Closed buckets. resolution in seconds: 300 or 3600. Numbers have min, mean, max; the rest durations.
CREATE TABLE history_bucket (
	resolution	INTEGER NOT NULL,
	entity		INTEGER NOT NULL,
	start		INTEGER NOT NULL,
	n		INTEGER NOT NULL,		-- points inside
	min		REAL,
	mean		REAL,				-- weighted by time
	max		REAL,
	last		TEXT,
	durations	TEXT,				-- JSON: state -> ms
	PRIMARY KEY (resolution, entity, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
	name		TEXT PRIMARY KEY,
	value		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE command (
	id		INTEGER PRIMARY KEY,
	entity		INTEGER NOT NULL REFERENCES entity(row) ON DELETE CASCADE,
	service		TEXT NOT NULL,
	data		TEXT NOT NULL DEFAULT '{}',
	status		TEXT NOT NULL CHECK (status IN
			    ('pending', 'sent', 'confirmed', 'failed', 'expired', 'refused')),
	reason		TEXT,
	actor		TEXT NOT NULL,
	cause		INTEGER,
	event		INTEGER NOT NULL DEFAULT 0,	-- its own first event
	created		INTEGER NOT NULL,
	deadline	INTEGER NOT NULL,
	sent		INTEGER,
	done		INTEGER,
	tries		INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX command_open ON command(id) WHERE status IN ('pending', 'sent');
CREATE INDEX command_entity ON command(entity, id);

CREATE TABLE automation (
	row		INTEGER PRIMARY KEY AUTOINCREMENT,
	id		TEXT NOT NULL UNIQUE,
	name		TEXT NOT NULL,
	enabled		INTEGER NOT NULL DEFAULT 1,
	mode		TEXT NOT NULL DEFAULT 'single',
	config		TEXT NOT NULL,			-- the rule as it was given, JSON
	revision	INTEGER NOT NULL DEFAULT 1,
	created		INTEGER NOT NULL,
	updated		INTEGER NOT NULL
) STRICT;

CREATE TABLE run (
	id		INTEGER PRIMARY KEY,
	automation	INTEGER NOT NULL REFERENCES automation(row) ON DELETE CASCADE,
	status		TEXT NOT NULL CHECK (status IN ('running', 'done', 'stopped', 'failed')),
	position	TEXT NOT NULL DEFAULT '[0]',	-- JSON path of the next action
	wake		INTEGER,			-- when a delay ends
	cause		INTEGER,			-- event that triggered it
	event		INTEGER NOT NULL DEFAULT 0,	-- its own event
	trigger		INTEGER NOT NULL DEFAULT 0,	-- index of the trigger
	started		INTEGER NOT NULL,
	ended		INTEGER,
	reason		TEXT
) STRICT;
CREATE INDEX run_open ON run(wake) WHERE status = 'running';
CREATE INDEX run_automation ON run(automation, id);

-- A trigger's `for:` that is being waited for.
CREATE TABLE hold (
	automation	INTEGER NOT NULL REFERENCES automation(row) ON DELETE CASCADE,
	trigger		INTEGER NOT NULL,
	entity		INTEGER NOT NULL,
	due		INTEGER NOT NULL,
	cause		INTEGER,
	PRIMARY KEY (automation, trigger, entity)
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
	row		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT NOT NULL UNIQUE COLLATE NOCASE,
	password	TEXT NOT NULL,
	role		TEXT NOT NULL DEFAULT 'owner',
	created		INTEGER NOT NULL
) STRICT;

CREATE TABLE token (
	row		INTEGER PRIMARY KEY AUTOINCREMENT,
	hash		TEXT NOT NULL UNIQUE,
	user		INTEGER REFERENCES user(row) ON DELETE CASCADE,	-- NULL: an API key of the house
	name		TEXT NOT NULL,
	scope		TEXT NOT NULL DEFAULT 'all',
	created		INTEGER NOT NULL,
	expires		INTEGER,
	last_used	INTEGER
) STRICT;
CREATE INDEX token_user ON token(user);

CREATE TABLE setup_code (
	hash		TEXT PRIMARY KEY,
	created		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
	actor		TEXT NOT NULL,
	key		TEXT NOT NULL,
	request		TEXT NOT NULL,			-- SHA-256 of method, path and body
	status		INTEGER NOT NULL,
	body		TEXT NOT NULL,
	created		INTEGER NOT NULL,
	PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency(created);

CREATE TABLE job (
	name		TEXT PRIMARY KEY,
	status		TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
	percent		INTEGER NOT NULL DEFAULT 0,
	detail		TEXT,
	started		INTEGER NOT NULL,
	ended		INTEGER,
	last_success	INTEGER,
	runs		INTEGER NOT NULL DEFAULT 0,
	failures	INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
