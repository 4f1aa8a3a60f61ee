-- Why an alert rule cannot be judged, for whoever wonders that it is silent.
ALTER TABLE alert_rule ADD COLUMN problem TEXT;			-- NULL: it can
ALTER TABLE alert_rule ADD COLUMN problem_since INTEGER;	-- UTC ms
