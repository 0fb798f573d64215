-- +goose Up
-- Lets an exclusion constraint compare identifiers and numbers beside ranges.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Opening (permanence): a recurring presence, kept in the place's wall time.
CREATE TABLE opening (
	id uuid PRIMARY KEY,
	organisation_id uuid NOT NULL REFERENCES organisation (id),
	place_id uuid NOT NULL REFERENCES place (id),
	title text NOT NULL,
	zone text NOT NULL,           -- IANA time zone of the place
	first_day text NOT NULL,      -- YYYY-MM-DD, start of the recurrence
	last_day text,                -- YYYY-MM-DD inclusive, NULL without end
	rule text NOT NULL,           -- RFC 5545 RRULE on days, for instance FREQ=WEEKLY;BYDAY=TU,TH
	except_days text NOT NULL DEFAULT '[]', -- JSON list of YYYY-MM-DD
	starts_minute integer NOT NULL CHECK (starts_minute BETWEEN 0 AND 1439),
	ends_minute integer NOT NULL, -- after starts_minute; beyond 1440 when it crosses midnight
	slot_minutes integer NOT NULL CHECK (slot_minutes BETWEEN 5 AND 480),
	stations integer NOT NULL CHECK (stations BETWEEN 1 AND 60),
	on_public_holidays boolean NOT NULL DEFAULT false,
	school text NOT NULL DEFAULT 'any' CONSTRAINT ck_opening_school CHECK (school IN ('any', 'term', 'holidays')),
	who_books text NOT NULL DEFAULT 'anyone' CONSTRAINT ck_opening_who CHECK (who_books IN ('helper', 'partners', 'anyone')),
	notice_minutes integer NOT NULL DEFAULT 0,
	months_ahead integer NOT NULL DEFAULT 3,
	bring text NOT NULL DEFAULT '',
	closed_at bigint,
	version integer NOT NULL DEFAULT 1,
	created_at bigint NOT NULL,
	CONSTRAINT ck_opening_span CHECK (ends_minute > starts_minute AND ends_minute <= starts_minute + 1440)
);
CREATE INDEX ix_opening_place ON opening (place_id);
CREATE INDEX ix_opening_organisation ON opening (organisation_id);

CREATE TABLE opening_worker (
	opening_id uuid NOT NULL REFERENCES opening (id),
	worker_id uuid NOT NULL REFERENCES worker (id),
	from_day text NOT NULL,
	until_day text,
	PRIMARY KEY (opening_id, worker_id, from_day)
);
CREATE INDEX ix_opening_worker_worker ON opening_worker (worker_id);

-- Booking (rendez-vous). Its status is the national one: unknown means expected.
-- No double booking, ever: the two exclusions hold whatever the program does.
CREATE TABLE booking (
	id uuid PRIMARY KEY,
	organisation_id uuid NOT NULL REFERENCES organisation (id),
	opening_id uuid NOT NULL REFERENCES opening (id),
	worker_id uuid NOT NULL REFERENCES worker (id),
	place_id uuid NOT NULL REFERENCES place (id),
	seat integer NOT NULL CHECK (seat >= 1),
	starts_at bigint NOT NULL,
	ends_at bigint NOT NULL,
	status text NOT NULL DEFAULT 'unknown'
		CONSTRAINT ck_booking_status CHECK (status IN ('unknown', 'seen', 'excused', 'revoked', 'noshow')),
	label bytea,                  -- what is read on the day's list, sealed: a first name or initials
	topic text NOT NULL DEFAULT '', -- category of need, a code
	need_id uuid,
	referral_id uuid,
	person_id uuid,
	booked_by uuid NOT NULL REFERENCES worker (id),
	booked_at bigint NOT NULL,
	version integer NOT NULL DEFAULT 1,
	CONSTRAINT ck_booking_span CHECK (ends_at > starts_at),
	-- One booking per seat of a helper at a time.
	CONSTRAINT booking_seat_once EXCLUDE USING gist
		(worker_id WITH =, seat WITH =, int8range(starts_at, ends_at) WITH &&) WHERE (status IN ('unknown', 'seen')),
	-- A helper is in one opening at a time.
	CONSTRAINT booking_helper_once EXCLUDE USING gist
		(worker_id WITH =, opening_id WITH <>, int8range(starts_at, ends_at) WITH &&) WHERE (status IN ('unknown', 'seen'))
);
CREATE INDEX ix_booking_worker ON booking (worker_id, starts_at);
CREATE INDEX ix_booking_need ON booking (need_id);
CREATE INDEX ix_booking_referral ON booking (referral_id);

-- What happened to a booking, kept as rows: the column above is only the last word.
CREATE TABLE booking_event (
	booking_id uuid NOT NULL REFERENCES booking (id),
	seq integer NOT NULL,
	status text NOT NULL,
	at bigint NOT NULL,
	worker_id uuid REFERENCES worker (id),
	PRIMARY KEY (booking_id, seq)
);
