-- Calendars that people subscribe to or give as a file, and their appointments.
CREATE TABLE calendar (
	row		INTEGER PRIMARY KEY AUTOINCREMENT,
	id		TEXT NOT NULL UNIQUE,		-- the entity is calendar.ID
	unique_id	TEXT NOT NULL UNIQUE,		-- of that entity
	name		TEXT NOT NULL,
	sealed		TEXT,				-- the address, sealed; NULL: a file
	etag		TEXT,
	modified	TEXT,
	due		INTEGER NOT NULL,		-- when it is read next, UTC ms
	fetched		INTEGER NOT NULL,		-- when it was read well, 0: never yet
	spread		INTEGER NOT NULL,		-- when the appointments were worked out of the text, 0: not yet
	failures	INTEGER NOT NULL,		-- in a row
	error		TEXT,
	created		INTEGER NOT NULL,
	updated		INTEGER NOT NULL
) STRICT;
CREATE INDEX calendar_due ON calendar (due);

-- As it was read last: what recurs is spread out again as time goes on, also when its server is not there.
CREATE TABLE calendar_text (
	calendar	INTEGER PRIMARY KEY REFERENCES calendar (row) ON DELETE CASCADE,
	text		BLOB NOT NULL
) STRICT;

-- instance: when the recurrence puts it, UTC ms; start and finish say when it really is.
CREATE TABLE calendar_event (
	calendar	INTEGER NOT NULL REFERENCES calendar (row) ON DELETE CASCADE,
	uid		TEXT NOT NULL,
	instance	INTEGER NOT NULL,
	start		INTEGER NOT NULL,
	finish		INTEGER NOT NULL,
	all_day		INTEGER NOT NULL CHECK (all_day IN (0, 1)),
	summary		TEXT,
	description	TEXT,
	location	TEXT,
	PRIMARY KEY (calendar, uid, instance)
) STRICT, WITHOUT ROWID;
CREATE INDEX calendar_event_start ON calendar_event (calendar, start);
CREATE INDEX calendar_event_finish ON calendar_event (calendar, finish);
