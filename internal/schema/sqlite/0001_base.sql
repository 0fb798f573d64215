-- +goose Up
-- A number per topic that grows with each change: processes that hold the
-- topic in memory compare it and read again.
CREATE TABLE change_mark (
	topic text PRIMARY KEY,
	seq bigint NOT NULL
) WITHOUT ROWID;

-- One keyset per organisation, wrapped by the master key, which is not here.
CREATE TABLE organisation_key (
	organisation_id text PRIMARY KEY,
	wrapped blob NOT NULL,
	created_at bigint NOT NULL
) WITHOUT ROWID;
