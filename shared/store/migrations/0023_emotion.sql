-- What the house felt, one row for each time that it was computed; the last one is what it feels now.

CREATE TABLE emotion (
	id		INTEGER PRIMARY KEY,
	time		INTEGER NOT NULL,		-- UTC ms
	happiness	REAL NOT NULL CHECK (happiness BETWEEN 0 AND 1),
	worry		REAL NOT NULL CHECK (worry BETWEEN 0 AND 1),
	boredom		REAL NOT NULL CHECK (boredom BETWEEN 0 AND 1),
	excitement	REAL NOT NULL CHECK (excitement BETWEEN 0 AND 1),
	main		TEXT NOT NULL CHECK (main IN ('happiness', 'worry', 'boredom', 'excitement')),
	intensity	REAL NOT NULL,			-- of the main one, 0..1
	factors		TEXT NOT NULL,			-- JSON object: factor -> 0..1
	targets		TEXT NOT NULL,			-- JSON object: emotion -> 0..1
	reasons		TEXT NOT NULL,			-- JSON array of sentences
	event		INTEGER NOT NULL		-- that tells of it
) STRICT;
CREATE INDEX emotion_time ON emotion(time);

-- How many alerts were raised lately is asked each time.
CREATE INDEX alert_raised ON alert(raised);
