-- Which entities occur in which part of the log, so that a reader of one entity passes over the rest. A row
-- says: of the events first..last, none is about an entity that is not in the list. It stays true while
-- events go; what no row speaks of is read. Built by jobs, long after the events: recording pays nothing.

CREATE TABLE event_block (
	last		INTEGER PRIMARY KEY,		-- id of an event
	first		INTEGER NOT NULL,
	entities	BLOB NOT NULL			-- store_block.c
) STRICT;
