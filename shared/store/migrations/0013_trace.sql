-- What a run did, step by step: JSON array of [place, ms after its start, result, reason].
ALTER TABLE run ADD COLUMN trace TEXT NOT NULL DEFAULT '[]';
