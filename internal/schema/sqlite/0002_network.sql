-- +goose Up
-- Organisations (structures) are a tree of any depth; parent_id is where a
-- branch hangs today, organisation_parent where it hung and when (R1).
CREATE TABLE organisation (
	id text PRIMARY KEY,
	parent_id text REFERENCES organisation (id),
	name text NOT NULL,
	kind text NOT NULL,
	siret text,
	listed boolean NOT NULL,
	created_at bigint NOT NULL,
	version bigint NOT NULL,
	CONSTRAINT ck_organisation_name CHECK (name <> ''),
	CONSTRAINT ck_organisation_not_its_own_parent CHECK (parent_id <> id)
);
CREATE INDEX ix_organisation_parent_id ON organisation (parent_id);

-- A place in the tree lasts from from_date until the day before until_date; the
-- present one has no until_date, and there is only one of those. A null parent
-- is the top of a tree.
CREATE TABLE organisation_parent (
	id text PRIMARY KEY,
	organisation_id text NOT NULL REFERENCES organisation (id),
	parent_id text REFERENCES organisation (id),
	from_date text NOT NULL,
	until_date text,
	CONSTRAINT ck_organisation_parent_dates CHECK (until_date >= from_date)
);
CREATE INDEX ix_organisation_parent_organisation_id ON organisation_parent (organisation_id);
CREATE UNIQUE INDEX uq_organisation_parent_organisation_id ON organisation_parent (organisation_id) WHERE until_date IS NULL;

-- A network (réseau) is organisations on any set of communes (R1, R6).
CREATE TABLE network (
	id text PRIMARY KEY,
	name text NOT NULL,
	created_at bigint NOT NULL,
	version bigint NOT NULL,
	CONSTRAINT ck_network_name CHECK (name <> '')
);
CREATE TABLE network_commune (
	network_id text NOT NULL REFERENCES network (id),
	commune text NOT NULL,
	PRIMARY KEY (network_id, commune)
);
CREATE TABLE network_organisation (
	network_id text NOT NULL REFERENCES network (id),
	organisation_id text NOT NULL REFERENCES organisation (id),
	PRIMARY KEY (network_id, organisation_id)
);

-- A worker (intervenant) acts for organisations. The name is the professional
-- one and is not sealed; kind is a code of kinds.json and gives no right (R3).
CREATE TABLE worker (
	id text PRIMARY KEY,
	name text NOT NULL,
	kind text NOT NULL,
	job text NOT NULL,
	skills text NOT NULL,
	languages text NOT NULL,
	speaks boolean NOT NULL,
	listed boolean NOT NULL,
	created_at bigint NOT NULL,
	version bigint NOT NULL,
	CONSTRAINT ck_worker_name CHECK (name <> '')
);

-- A worker belongs to an organisation from from_date to until_date, both days
-- included; once at a time to the same one.
CREATE TABLE membership (
	id text PRIMARY KEY,
	worker_id text NOT NULL REFERENCES worker (id),
	organisation_id text NOT NULL REFERENCES organisation (id),
	from_date text NOT NULL,
	until_date text,
	CONSTRAINT ck_membership_dates CHECK (until_date >= from_date)
);
CREATE INDEX ix_membership_organisation_id ON membership (organisation_id);
CREATE UNIQUE INDEX uq_membership_worker_id_organisation_id_from_date ON membership (worker_id, organisation_id, from_date);
CREATE UNIQUE INDEX uq_membership_worker_id_organisation_id ON membership (worker_id, organisation_id) WHERE until_date IS NULL;

-- Places (lieux): the national schema « lieux de médiation numérique » v1.0.2,
-- then what a person needs to know before coming. Lists are JSON arrays.
CREATE TABLE place (
	id text PRIMARY KEY,
	organisation_id text REFERENCES organisation (id),
	merged_into text REFERENCES place (id),
	status text NOT NULL,
	public boolean NOT NULL,
	name text NOT NULL,
	pivot text NOT NULL,
	commune text NOT NULL,
	commune_name text NOT NULL,
	postal_code text NOT NULL,
	address text NOT NULL,
	address_more text NOT NULL,
	latitude real,
	longitude real,
	kinds text NOT NULL,
	phone text NOT NULL,
	emails text NOT NULL,
	websites text NOT NULL,
	hours text NOT NULL,
	summary text NOT NULL,
	detail text NOT NULL,
	source text NOT NULL,
	roaming text NOT NULL,
	parent text NOT NULL,
	updated_on text,
	services text NOT NULL,
	publics text NOT NULL,
	needs text NOT NULL,
	fees text NOT NULL,
	programmes text NOT NULL,
	trainings text NOT NULL,
	other_labels text NOT NULL,
	access text NOT NULL,
	modes text NOT NULL,
	accessibility_url text NOT NULL,
	booking_url text NOT NULL,
	booking_phone text NOT NULL,
	can text NOT NULL,
	cannot text NOT NULL,
	confidential_room text NOT NULL,
	bring text NOT NULL,
	enter text NOT NULL,
	arrive text NOT NULL,
	verified_on text,
	verified_by text REFERENCES worker (id),
	manual_fields text NOT NULL,
	created_at bigint NOT NULL,
	changed_at bigint NOT NULL,
	version bigint NOT NULL,
	CONSTRAINT ck_place_name CHECK (name <> ''),
	CONSTRAINT ck_place_commune CHECK (commune_name <> ''),
	CONSTRAINT ck_place_status CHECK (status IN ('active', 'closed')),
	CONSTRAINT ck_place_confidential_room CHECK (confidential_room IN ('', 'yes', 'no')),
	CONSTRAINT ck_place_position CHECK ((latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180),
	CONSTRAINT ck_place_not_merged_into_itself CHECK (merged_into <> id)
);
CREATE INDEX ix_place_organisation_id ON place (organisation_id);
CREATE INDEX ix_place_merged_into ON place (merged_into);
CREATE INDEX ix_place_commune ON place (commune);

-- A label of a place: who holds it, whether someone checked it, from and until
-- when (both days included), and what proves it.
CREATE TABLE place_label (
	id text PRIMARY KEY,
	place_id text NOT NULL REFERENCES place (id),
	label text NOT NULL,
	holder text NOT NULL,
	state text NOT NULL,
	from_date text,
	until_date text,
	proof text NOT NULL,
	CONSTRAINT ck_place_label_label CHECK (label <> ''),
	CONSTRAINT ck_place_label_state CHECK (state IN ('declared', 'verified')),
	CONSTRAINT ck_place_label_dates CHECK (until_date >= from_date)
);
CREATE UNIQUE INDEX uq_place_label_place_id_label ON place_label (place_id, label);

-- Where a place was read: the last record of each source as it was given, and a
-- digest of what was understood of it, by which a second import changes nothing.
CREATE TABLE place_source (
	source text NOT NULL,
	source_id text NOT NULL,
	place_id text NOT NULL REFERENCES place (id),
	record text NOT NULL,
	digest text NOT NULL,
	read_at bigint NOT NULL,
	PRIMARY KEY (source, source_id)
) WITHOUT ROWID;
CREATE INDEX ix_place_source_place_id ON place_source (place_id);

-- Two cards said to be one place. The absorbed card keeps its row and its
-- sources; undoing writes undone_at and the card is itself again.
CREATE TABLE place_merge (
	id text PRIMARY KEY,
	survivor_id text NOT NULL REFERENCES place (id),
	absorbed_id text NOT NULL REFERENCES place (id),
	merged_at bigint NOT NULL,
	merged_by text REFERENCES worker (id),
	reason text NOT NULL,
	undone_at bigint,
	undone_by text REFERENCES worker (id),
	CONSTRAINT ck_place_merge_two_places CHECK (survivor_id <> absorbed_id)
);
CREATE INDEX ix_place_merge_survivor_id ON place_merge (survivor_id);
CREATE UNIQUE INDEX uq_place_merge_absorbed_id ON place_merge (absorbed_id) WHERE undone_at IS NULL;

-- Two cards that a person said are not one place: never proposed again.
CREATE TABLE place_distinct (
	a_id text NOT NULL REFERENCES place (id),
	b_id text NOT NULL REFERENCES place (id),
	said_at bigint NOT NULL,
	said_by text REFERENCES worker (id),
	PRIMARY KEY (a_id, b_id),
	CONSTRAINT ck_place_distinct_ordered CHECK (a_id < b_id)
);
