-- What rules did outlives them: who removes one and brings it back finds its runs again. They age out as all others do.

-- Rules that are no more, for those that come again under their id.
CREATE TABLE automation_gone (
	row		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL,
	kind		TEXT NOT NULL,			-- as of automation
	created		INTEGER NOT NULL,		-- UTC ms
	gone		INTEGER NOT NULL,
	UNIQUE (id, kind)
) STRICT;

CREATE TABLE run_kept (
	id		INTEGER PRIMARY KEY,
	automation	INTEGER NOT NULL,		-- row of automation or automation_gone
	status		TEXT NOT NULL CHECK (status IN ('running', 'done', 'stopped', 'failed')),
	position	TEXT NOT NULL DEFAULT '[0]',	-- JSON path of the next action
	wake		INTEGER,			-- when a delay ends
	cause		INTEGER,			-- event that triggered it
	event		INTEGER NOT NULL DEFAULT 0,	-- its own event
	trigger		INTEGER NOT NULL DEFAULT 0,	-- index of the trigger
	started		INTEGER NOT NULL,
	ended		INTEGER,
	reason		TEXT,
	trace		TEXT NOT NULL DEFAULT '[]'	-- of earlier versions
) STRICT;
INSERT INTO run_kept SELECT id, automation, status, position, wake, cause, event, trigger, started, ended, reason, trace
	FROM run;
DROP TABLE run;
ALTER TABLE run_kept RENAME TO run;
CREATE INDEX run_open ON run(wake) WHERE status = 'running';
CREATE INDEX run_automation ON run(automation, id);
