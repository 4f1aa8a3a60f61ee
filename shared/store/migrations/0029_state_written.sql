-- The newest event of the log when the row was written: an engine that takes over reads what was written since it loaded
-- the house, also what changed without an event of its own.
ALTER TABLE state ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
