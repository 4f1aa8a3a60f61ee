-- Alert rules, the alerts that they raised, and what waits to be told to people outside of the house.
CREATE TABLE alert_rule (
	row INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
	config TEXT NOT NULL,
	revision INTEGER NOT NULL DEFAULT 1,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL
) STRICT;

-- rule: NULL when it was removed; rule_id, name and severity are as they were when it was raised.
CREATE TABLE alert (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	rule INTEGER REFERENCES alert_rule (row) ON DELETE SET NULL,
	rule_id TEXT NOT NULL,
	name TEXT NOT NULL,
	severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
	message TEXT NOT NULL,
	seen TEXT NOT NULL,	-- the values that it was decided with
	raised INTEGER NOT NULL,
	cleared INTEGER,
	reason TEXT,					-- why it ended, where nobody would know
	acknowledged INTEGER,
	acknowledged_by TEXT,
	told INTEGER NOT NULL,				-- when people were told last
	repeats INTEGER NOT NULL DEFAULT 0,
	event INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX alert_active ON alert (rule) WHERE cleared IS NULL;
CREATE INDEX alert_past ON alert (cleared) WHERE cleared IS NOT NULL;

-- An expression that holds, and raises its alert when it does so until `due`.
CREATE TABLE alert_hold (
	rule INTEGER PRIMARY KEY REFERENCES alert_rule (row) ON DELETE CASCADE,
	due INTEGER NOT NULL,
	cause INTEGER
) STRICT;

-- What is to be delivered. `sending` with nobody who sends: the one who did died, it may have arrived.
CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	key TEXT NOT NULL UNIQUE,			-- the same each time that it is tried
	channel TEXT NOT NULL,
	payload TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'sending', 'delivered', 'failed')),
	attempts INTEGER NOT NULL DEFAULT 0,
	unsure INTEGER NOT NULL DEFAULT 0,		-- attempts of which nobody knows how they ended
	due INTEGER NOT NULL,
	created INTEGER NOT NULL,
	done INTEGER,
	reason TEXT,
	alert INTEGER REFERENCES alert (id) ON DELETE SET NULL,
	cause INTEGER,
	actor TEXT
) STRICT;
CREATE INDEX outbox_open ON outbox (attempts, due) WHERE status IN ('waiting', 'sending');
CREATE INDEX outbox_done ON outbox (done) WHERE done IS NOT NULL;
CREATE INDEX outbox_alert ON outbox (alert) WHERE alert IS NOT NULL;
