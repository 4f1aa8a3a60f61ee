-- Answers of the engine to people who look at a device's messages: the last message on each of its topics and
-- what each of its entities made of it. Kept for an hour.

CREATE TABLE inspection (
	event		INTEGER PRIMARY KEY,		-- the question
	created		INTEGER NOT NULL,		-- UTC ms
	answer		TEXT NOT NULL			-- JSON object
) STRICT;

-- The last event that asked an engine for something and was done: older ones were done before this was kept.
INSERT INTO cursor (name, value) SELECT 'engine', coalesce(max(id), 0) FROM event;
