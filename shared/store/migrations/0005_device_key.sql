-- Devices that report over HTTP: the key each one signs with, sealed, and what it used once.

CREATE TABLE device_key (
	device		INTEGER PRIMARY KEY REFERENCES device(row) ON DELETE CASCADE,
	sealed		BLOB NOT NULL,			-- vault.h, token_seal
	created		INTEGER NOT NULL,
	refused		INTEGER NOT NULL DEFAULT 0	-- when a refusal was last written to the log
) STRICT;

-- One row for each accepted request, as long as its time would be accepted again; also the count of the last minute.
CREATE TABLE device_nonce (
	device		INTEGER NOT NULL REFERENCES device(row) ON DELETE CASCADE,
	nonce		TEXT NOT NULL,
	time		INTEGER NOT NULL,
	PRIMARY KEY (device, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_nonce_time ON device_nonce(device, time);
