-- What waits is delivered by severity, to each target on its own, and each source has places of its own.
ALTER TABLE outbox ADD COLUMN source TEXT NOT NULL DEFAULT 'rule' CHECK (source IN ('alert', 'rule', 'test'));
ALTER TABLE outbox ADD COLUMN target TEXT NOT NULL DEFAULT '';	-- the channel, or the server of a request
ALTER TABLE outbox ADD COLUMN severity INTEGER NOT NULL DEFAULT 0;	-- 0 info, 1 warning, 2 critical
UPDATE outbox SET target = channel,
	source = CASE WHEN alert IS NULL THEN 'rule' ELSE 'alert' END,
	severity = CASE json_extract(payload, '$.severity') WHEN 'critical' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END
	WHERE status IN ('waiting', 'sending');

DROP INDEX outbox_open;
CREATE INDEX outbox_open ON outbox (severity DESC, attempts, due) WHERE status IN ('waiting', 'sending');
CREATE INDEX outbox_due ON outbox (due) WHERE status IN ('waiting', 'sending');
CREATE INDEX outbox_place ON outbox (channel, target, source, severity) WHERE status IN ('waiting', 'sending');
