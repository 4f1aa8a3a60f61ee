-- What each evaluation of an automation saw and did. It shares its numbers with runs: that of a run, which is its
-- row's kind 0, is the run's own. No reference to the automation, so that taking one away stays quick.

CREATE TABLE trace (
	id		INTEGER PRIMARY KEY,
	automation	INTEGER NOT NULL,		-- row
	kind		INTEGER NOT NULL,		-- enum trace_kind of store_trace.h
	time		INTEGER NOT NULL,		-- UTC ms
	run		INTEGER,			-- of kind 1: the run that went on
	cause		INTEGER,			-- event that led to it
	total		INTEGER NOT NULL,		-- bytes of this and all before, to know what to prune
	data		BLOB NOT NULL			-- shared/domain/trace.c
) STRICT;
CREATE INDEX trace_automation ON trace(automation, id) WHERE kind > 1;
CREATE INDEX trace_run ON trace(run, id) WHERE run IS NOT NULL;
