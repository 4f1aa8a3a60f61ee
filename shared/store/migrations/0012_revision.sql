-- What people made of automations, areas, floors and of the settings of devices and entities: each time the
-- whole thing as it then was, to be looked at, compared and gone back to. They stay when the thing goes.

CREATE TABLE revision (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	time		INTEGER NOT NULL,		-- UTC ms
	kind		TEXT NOT NULL,			-- "automation", "area", "floor", "entity", "device"
	subject		TEXT NOT NULL,			-- id of the thing
	number		INTEGER NOT NULL,		-- counts the revisions of a thing, from 1
	change		TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed', 'restored', 'found')),
	author		TEXT,				-- who: an actor; NULL: found as it was
	reason		TEXT,				-- in the author's words
	name		TEXT,				-- what the thing was called
	members		TEXT NOT NULL DEFAULT '[]',	-- names of what differs from before, JSON
	snapshot	TEXT NOT NULL,			-- the thing after the change, of a removed one before, JSON
	held		TEXT,				-- of a removed one: what had been in it, JSON
	source		INTEGER,			-- of a restored one: the revision it was made from
	UNIQUE (kind, subject, number)
) STRICT;
CREATE INDEX revision_kind ON revision(kind, id);
