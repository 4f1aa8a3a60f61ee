-- A call from outside looks only through those rules that have a webhook.
CREATE INDEX automation_webhook ON automation(row) WHERE instr(config, '"webhook_id"') > 0;
