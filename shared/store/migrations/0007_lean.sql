-- The status without a list to check it against: sqlite builds that list anew, as a table, for every insert
-- and update of a command. The names come from one table in the code.
CREATE TABLE command_plain (
	id		INTEGER PRIMARY KEY,
	entity		INTEGER NOT NULL REFERENCES entity(row) ON DELETE CASCADE,
	service		TEXT NOT NULL,
	data		TEXT NOT NULL DEFAULT '{}',
	status		TEXT NOT NULL,			-- pending, sent, confirmed, failed, expired or refused
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
INSERT INTO command_plain SELECT id, entity, service, data, status, reason, actor, cause, event, created,
	deadline, sent, done, tries FROM command;
DROP TABLE command;
ALTER TABLE command_plain RENAME TO command;
CREATE INDEX command_open ON command(id) WHERE status IN ('pending', 'sent');
CREATE INDEX command_entity ON command(entity, id);

-- Which entity of a device a command means is answered from the index alone.
DROP INDEX entity_device;
CREATE INDEX entity_device ON entity(device, enabled, entity_id, domain, category, orphaned);

-- A domain is the beginning of the ids, which have an index already; hardly an entity has an area of its own.
DROP INDEX entity_domain;
DROP INDEX entity_area;
CREATE INDEX entity_area ON entity(area) WHERE area IS NOT NULL;
