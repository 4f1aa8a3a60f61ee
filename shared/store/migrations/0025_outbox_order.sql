-- What goes out after another delivery is over: notices of one alert rule to one target keep their order.
ALTER TABLE outbox ADD COLUMN behind INTEGER;		-- id of an outbox row, which may be gone
UPDATE outbox SET behind = (SELECT MAX(b.id) FROM outbox b JOIN alert x ON x.id = b.alert WHERE b.id < outbox.id
	AND b.channel = outbox.channel AND b.target = outbox.target AND b.status IN ('waiting', 'sending')
	AND x.rule_id = (SELECT rule_id FROM alert WHERE id = outbox.alert))
	WHERE status = 'waiting' AND alert IS NOT NULL;
