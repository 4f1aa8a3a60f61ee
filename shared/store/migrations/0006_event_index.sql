-- None of the events by entity: each of the three events of a command wrote one more page, and no
-- statement could use it.
DROP INDEX IF EXISTS event_entity;
