-- +goose Up
-- One support given (compte rendu d'activité): the one entry that closes the
-- meeting, answers the referral, settles the need and counts. Codes are those of
-- the national activity report (La Coop de la médiation numérique). A correction
-- is a new row that points to the old; activity_counted holds the last of each.
CREATE TABLE activity (
	id text PRIMARY KEY,
	organisation_id text NOT NULL REFERENCES organisation (id),
	worker_id text NOT NULL REFERENCES worker (id),
	by_volunteer boolean NOT NULL,
	at bigint NOT NULL,           -- when the support began
	day text NOT NULL,            -- its day where it was given, YYYY-MM-DD
	created_at bigint NOT NULL,
	minutes integer NOT NULL CONSTRAINT ck_activity_minutes CHECK (minutes BETWEEN 1 AND 600),
	posture text NOT NULL CONSTRAINT ck_activity_posture CHECK (posture IN ('by_person', 'with', 'shown', 'for', 'referred')),
	for_reason text,
	mandate_id text,
	outcome text NOT NULL CONSTRAINT ck_activity_outcome
		CHECK (outcome IN ('settled', 'progressed', 'not_settled', 'referred', 'stopped_by_choice', 'training_proposed')),
	right_became text,
	place_kind text NOT NULL CONSTRAINT ck_activity_place_kind
		CHECK (place_kind IN ('lieu_activite', 'domicile', 'a_distance', 'autre')),
	place_id text REFERENCES place (id),
	commune text NOT NULL,
	themes text NOT NULL CONSTRAINT ck_activity_themes CHECK (themes <> '[]'),
	procedures text NOT NULL,
	local_themes text NOT NULL,
	materials text NOT NULL,
	autonomy text NOT NULL CONSTRAINT ck_activity_autonomy
		CHECK (autonomy IN ('', 'entierement_accompagne', 'partiellement_autonome', 'autonome')),
	redirection text NOT NULL,
	abilities text NOT NULL,
	age_band text NOT NULL,
	gender text NOT NULL,
	social_status text NOT NULL,
	said blob,                  -- what she did herself and the next step: one sealed JSON record
	person_id text,
	need_id text REFERENCES need (id),
	booking_id text REFERENCES booking (id),
	referral_id text REFERENCES referral (id),
	correction_of text REFERENCES activity (id),
	source text NOT NULL,
	source_key text,
	CONSTRAINT uq_activity_correction_of UNIQUE (correction_of),
	CONSTRAINT uq_activity_organisation_id_source_source_key UNIQUE (organisation_id, source, source_key),
	CONSTRAINT fk_activity_person FOREIGN KEY (person_id, organisation_id) REFERENCES person (id, organisation_id),
	CONSTRAINT fk_activity_mandate FOREIGN KEY (mandate_id, person_id) REFERENCES mandate (id, person_id),
	-- « Fait pour » is never a volunteer's, and always has its reason and the
	-- mandate of this very person (R63).
	CONSTRAINT ck_activity_for_never_by_volunteer CHECK (NOT (posture = 'for' AND by_volunteer)),
	CONSTRAINT ck_activity_for_has_mandate CHECK (posture <> 'for'
		OR (for_reason IS NOT NULL AND mandate_id IS NOT NULL AND person_id IS NOT NULL)),
	CONSTRAINT ck_activity_place CHECK (place_kind <> 'lieu_activite' OR place_id IS NOT NULL),
	CONSTRAINT ck_activity_commune CHECK (place_kind NOT IN ('domicile', 'autre') OR commune <> '')
);
CREATE INDEX ix_activity_day ON activity (organisation_id, day);
CREATE INDEX ix_activity_worker ON activity (worker_id, day);
CREATE INDEX ix_activity_need ON activity (need_id, at);
CREATE INDEX ix_activity_person ON activity (person_id, at);
CREATE INDEX ix_activity_booking ON activity (booking_id);

-- What figures count: each support once, as last corrected.
CREATE VIEW activity_counted AS
	SELECT a.* FROM activity a WHERE NOT EXISTS (SELECT 1 FROM activity c WHERE c.correction_of = a.id);

-- Acts are added, not overwritten.
-- +goose StatementBegin
CREATE TRIGGER activity_stays BEFORE UPDATE OF id, organisation_id, worker_id, by_volunteer, at, day, minutes, posture, for_reason, mandate_id, outcome,
	place_kind, place_id, themes, need_id, booking_id, referral_id, correction_of ON activity
BEGIN
	SELECT RAISE(ABORT, 'refused: activity_stays');
END;
-- +goose StatementEnd
