-- Announcements, or parts of one, that are not in use: refused, or given way to another announcement.
CREATE TABLE refusal (
	source	TEXT PRIMARY KEY NOT NULL,	-- topic, with "#key" behind it for a part
	holder	TEXT,				-- topic that announces what it wanted to; NULL: nobody
	device	TEXT,				-- name that it gave, or NULL
	reason	TEXT,				-- NULL: its own device announced it at `holder` later
	time	INTEGER NOT NULL,		-- UTC ms
	asked	INTEGER NOT NULL CHECK (asked IN (0, 1))	-- the holder has been silent since
) STRICT;
CREATE INDEX refusal_holder ON refusal (holder) WHERE holder IS NOT NULL;
CREATE INDEX refusal_time ON refusal (time);
