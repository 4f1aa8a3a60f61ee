-- Labels: names that people give to any number of areas, devices and entities at once, whatever room they are in.

CREATE TABLE label (
	row		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	name		TEXT NOT NULL,
	icon		TEXT,
	color		TEXT				-- "#rrggbb"
) STRICT;

-- JSON array of ids of labels, in their order, without blanks.
ALTER TABLE area ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE device ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE entity ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
CREATE INDEX device_labels ON device(row) WHERE labels <> '[]';
CREATE INDEX entity_labels ON entity(row) WHERE labels <> '[]';
