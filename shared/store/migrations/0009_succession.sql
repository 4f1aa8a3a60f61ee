-- Entities that were given up for others: what was recorded of them goes over to those, bit by bit.

CREATE TABLE succession (
	was		INTEGER PRIMARY KEY,		-- row of an entity that is gone
	heir		INTEGER NOT NULL,		-- row of the one that goes on; it may be given up in its turn
	event		INTEGER NOT NULL,		-- when: events before it are older
	after		INTEGER,			-- UTC ms: history up to here was the heir's own; NULL: not moved yet
	moved		INTEGER NOT NULL DEFAULT 0	-- events up to here are done
) STRICT;
