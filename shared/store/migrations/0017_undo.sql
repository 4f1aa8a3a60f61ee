-- What an entity was when it was told something: JSON of the state and the attributes that its way back needs; NULL:
-- not known. And the commands that something led to, so that they can be undone together.
ALTER TABLE command ADD COLUMN before TEXT;
CREATE INDEX command_cause ON command(cause) WHERE cause IS NOT NULL;
