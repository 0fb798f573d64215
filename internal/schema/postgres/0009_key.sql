-- +goose Up
-- Proof of the master key that wrapped the keys of this store: a keyed hash of a
-- constant. A program started with another key is told so before it writes.
CREATE TABLE key_proof (
	id integer PRIMARY KEY CONSTRAINT ck_key_proof_one CHECK (id = 1),
	proof bytea NOT NULL
);
