-- What entities were called that are no more: the log goes on to name them.

CREATE TABLE entity_gone (
	row		INTEGER PRIMARY KEY,
	entity_id	TEXT NOT NULL,
	gone		INTEGER NOT NULL		-- UTC ms
) STRICT;

CREATE TRIGGER entity_gone_remember AFTER DELETE ON entity BEGIN
	INSERT INTO entity_gone (row, entity_id, gone)
	VALUES (OLD.row, OLD.entity_id, unixepoch('now') * 1000);
END;
