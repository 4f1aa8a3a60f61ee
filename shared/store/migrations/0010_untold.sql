-- Who came or went a moment ago, while the event of it still waits to be told together with others: an engine
-- that starts tells what the one before it could not any more.

CREATE TABLE untold (
	source		INTEGER PRIMARY KEY,		-- device row; of an entity: minus its row
	online		INTEGER NOT NULL		-- a device: whether it was, before
) STRICT;
