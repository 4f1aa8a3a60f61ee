-- Floors as things of their own, what people say of devices and entities beside a name, and the
-- hardware that other hardware took the place of.

CREATE TABLE floor (
	row		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	name		TEXT NOT NULL,
	level		INTEGER				-- 0: the ground floor; NULL: nobody said
) STRICT;

INSERT INTO floor (id, name)
	SELECT 'floor_' || MIN(row), MIN(floor) FROM area
	WHERE floor IS NOT NULL AND floor <> '' GROUP BY lower(floor);

ALTER TABLE area RENAME COLUMN floor TO floor_name;
ALTER TABLE area ADD COLUMN floor INTEGER REFERENCES floor(row) ON DELETE SET NULL;
ALTER TABLE area ADD COLUMN icon TEXT;
ALTER TABLE area ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';		-- JSON array of other names
UPDATE area SET floor = (SELECT f.row FROM floor f WHERE lower(f.name) = lower(area.floor_name));
ALTER TABLE area DROP COLUMN floor_name;
CREATE INDEX area_floor ON area(floor);

ALTER TABLE device ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;	-- 0: the house ignores it
-- What was replaced is known by its identifiers and topics: it is not taken for a new device while it
-- is still announced.
ALTER TABLE device_identifier ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0;
CREATE INDEX device_identifier_replaced ON device_identifier(device) WHERE replaced = 1;
CREATE TABLE replaced_source (
	source		TEXT NOT NULL,			-- discovery topic of what was replaced
	device		INTEGER NOT NULL REFERENCES device(row) ON DELETE CASCADE,
	PRIMARY KEY (source, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX replaced_source_device ON replaced_source(device);

ALTER TABLE entity ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;	-- works, but is not shown by itself
ALTER TABLE entity ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';	-- JSON array of other names
ALTER TABLE entity ADD COLUMN own_icon TEXT;				-- as people chose it; wins over icon
ALTER TABLE entity ADD COLUMN with_device INTEGER NOT NULL DEFAULT 0;	-- off only because its device is
CREATE INDEX entity_orphaned ON entity(entity_id) WHERE orphaned = 1;
-- What says how a device fares.
CREATE INDEX entity_vital ON entity(device)
	WHERE device_class = 'battery' OR unit = 'lqi' OR lower(name) = 'linkquality';
