-- Which rules wait for which webhook, written with the rule.
CREATE TABLE webhook (
	hook TEXT NOT NULL,			-- its id, as the rule says it
	automation INTEGER NOT NULL REFERENCES automation (row) ON DELETE CASCADE,
	everywhere INTEGER NOT NULL,		-- may be called from outside of the house's own network
	PRIMARY KEY (hook, automation, everywhere)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_rule ON webhook (automation);

INSERT OR IGNORE INTO webhook SELECT t.value, a.row, coalesce(json_type(a.config, t.path || '.local_only') = 'false', 0)
	FROM automation AS a, json_tree(a.config) AS t
	WHERE instr(a.config, '"webhook_id"') > 0 AND t.key = 'webhook_id' AND t.type = 'text';
DROP INDEX automation_webhook;

-- What makes a name for the log out of an id, so that nobody who reads the log can try ids.
CREATE TABLE webhook_key (key TEXT NOT NULL) STRICT;
INSERT INTO webhook_key VALUES (lower(hex(randomblob(32))));

-- How often one was called, or somebody called, since then: rows of the last minute.
CREATE TABLE webhook_rate (
	name TEXT PRIMARY KEY,
	since INTEGER NOT NULL,			-- UTC ms
	calls INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
