-- What the house wants to know of people: whether an automation whose time passed while nobody was there to start it
-- is to run after all. One for each trigger, about the last time that passed; an answer takes it away.

CREATE TABLE question (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	automation	INTEGER NOT NULL REFERENCES automation(row) ON DELETE CASCADE,
	trigger		INTEGER NOT NULL,		-- index
	due		INTEGER NOT NULL,		-- the time that passed, UTC ms
	asked		INTEGER NOT NULL,		-- UTC ms
	UNIQUE (automation, trigger)
) STRICT;
