-- How often each device is heard, and which batteries are low. Kept apart from the rows of the registry:
-- these are written while the house listens, lazily, and may be lost without harm.

CREATE TABLE freshness (
	source		INTEGER PRIMARY KEY,		-- device row; of an entity without a device: minus its row
	level		TEXT NOT NULL DEFAULT 'unknown' CHECK (level IN ('unknown', 'fresh', 'late', 'silent')),
	lost		INTEGER NOT NULL DEFAULT 0,	-- silent, and nothing else tells whether it can be reached
	every		INTEGER NOT NULL DEFAULT 0,	-- s between reports; 0: no rhythm is known
	heard		INTEGER NOT NULL DEFAULT 0,	-- last report
	since		INTEGER NOT NULL DEFAULT 0,	-- first report that counts
	halved		INTEGER NOT NULL DEFAULT 0,	-- when the gaps were last halved
	mean		REAL NOT NULL DEFAULT 0,	-- s, of the gaps that decide
	outages		INTEGER NOT NULL DEFAULT 0,	-- gaps in a row that were too long to believe
	gaps		BLOB				-- how many gaps of which length: rhythm.c
) STRICT;
CREATE INDEX freshness_level ON freshness(level) WHERE level IN ('late', 'silent');

CREATE TRIGGER freshness_device AFTER DELETE ON device BEGIN
	DELETE FROM freshness WHERE source = OLD.row;
END;
CREATE TRIGGER freshness_entity AFTER DELETE ON entity BEGIN
	DELETE FROM freshness WHERE source = -OLD.row;
END;

-- From the moment a battery was found low until it is clearly above that again.
CREATE TABLE battery_low (
	entity		INTEGER PRIMARY KEY REFERENCES entity(row) ON DELETE CASCADE,
	since		INTEGER NOT NULL
) STRICT;

-- What is new, for GET /attention.
CREATE INDEX device_created ON device(created);
