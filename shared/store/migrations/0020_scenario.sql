-- Scenarios stand beside automations: named sequences that are run when somebody asks for them. They share the table,
-- so that they share all that runs have.
ALTER TABLE automation ADD COLUMN kind TEXT NOT NULL DEFAULT 'automation' CHECK (kind IN ('automation', 'scenario'));
