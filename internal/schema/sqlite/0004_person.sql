-- +goose Up
-- What a person told us of herself, kept only when follow-up needs it and she
-- was informed. What says who she is is sealed with the organisation's key.
CREATE TABLE person (
	id text PRIMARY KEY,
	organisation_id text NOT NULL REFERENCES organisation (id),
	created_by text NOT NULL REFERENCES worker (id),
	created_at bigint NOT NULL,
	informed_on text NOT NULL,
	identity blob,              -- names, phone, e-mail, address, third party: one sealed JSON record
	phone_index blob,
	name_index blob,
	birth_year integer CONSTRAINT ck_person_birth_year CHECK (birth_year BETWEEN 1880 AND 2200),
	gender text NOT NULL CONSTRAINT ck_person_gender CHECK (gender IN ('masculin', 'feminin', 'non_communique')),
	social_status text NOT NULL
		CONSTRAINT ck_person_social_status CHECK (social_status IN ('scolarise', 'sans_emploi', 'en_emploi', 'retraite', 'non_communique')),
	commune text NOT NULL,
	contact_way text NOT NULL
		CONSTRAINT ck_person_contact_way CHECK (contact_way IN ('call', 'sms', 'letter', 'third_party', 'none')),
	shared_phone boolean NOT NULL,
	explanation text NOT NULL
		CONSTRAINT ck_person_explanation CHECK (explanation IN ('', 'spoken_shown', 'short_writing_together', 'writing')),
	protected boolean NOT NULL,
	last_contact_at bigint NOT NULL,
	version bigint NOT NULL,
	anonymised_at bigint,
	CONSTRAINT uq_person_id_organisation_id UNIQUE (id, organisation_id),
	CONSTRAINT ck_person_anonymised_is_empty CHECK (anonymised_at IS NULL OR (
		identity IS NULL AND phone_index IS NULL AND name_index IS NULL AND birth_year IS NULL AND contact_way = 'none'))
);
CREATE INDEX ix_person_phone ON person (organisation_id, phone_index);
CREATE INDEX ix_person_name ON person (organisation_id, name_index);
CREATE INDEX ix_person_last_contact ON person (organisation_id, last_contact_at);

-- What a person came with, in her words. Without a person row, the need is
-- anonymous: nothing else is asked for.
CREATE TABLE need (
	id text PRIMARY KEY,
	organisation_id text NOT NULL REFERENCES organisation (id),
	noted_by text NOT NULL REFERENCES worker (id),
	noted_at bigint NOT NULL,
	created_at bigint NOT NULL,
	person_id text,
	origin_id text REFERENCES need (id), -- the need of another organisation that this one continues
	said blob,                  -- her words, how to reach her, what she wants: one sealed JSON record
	contact_way text NOT NULL
		CONSTRAINT ck_need_contact_way CHECK (contact_way IN ('call', 'sms', 'letter', 'third_party', 'none')),
	shared_phone boolean NOT NULL,
	category text NOT NULL,
	sub_theme text NOT NULL,
	deadline text,
	risk text NOT NULL CONSTRAINT ck_need_risk CHECK (risk IN ('', 'none', 'loss_of_right', 'penalty', 'cut_off')),
	entry_way text NOT NULL,
	commune text NOT NULL,
	refusals text NOT NULL,
	status text NOT NULL CONSTRAINT ck_need_status CHECK (status IN ('open', 'referred', 'settled', 'stopped', 'handed')),
	outcome text,
	right_became text
		CONSTRAINT ck_need_right_became CHECK (right_became IN ('opened', 'kept', 'refused', 'not_entitled', 'taken_over')),
	closed_at bigint,
	version bigint NOT NULL,
	CONSTRAINT uq_need_id_organisation_id UNIQUE (id, organisation_id),
	CONSTRAINT fk_need_person FOREIGN KEY (person_id, organisation_id) REFERENCES person (id, organisation_id),
	-- A question of rights is not answered by proposing a training (R17).
	CONSTRAINT ck_need_right_not_by_training CHECK (NOT (category = 'rights' AND status = 'settled'
		AND COALESCE(outcome, 'training_proposed') = 'training_proposed' AND right_became IS NULL)),
	CONSTRAINT ck_need_closed_at CHECK ((status IN ('settled', 'stopped', 'handed')) = (closed_at IS NOT NULL))
);
CREATE INDEX ix_need_open ON need (organisation_id, status, deadline, noted_at);
CREATE INDEX ix_need_noted_at ON need (organisation_id, noted_at);
CREATE INDEX ix_need_person ON need (person_id);

-- Organisations that were handed a need: they may answer for it, not read it.
CREATE TABLE need_reach (
	need_id text NOT NULL REFERENCES need (id),
	organisation_id text NOT NULL REFERENCES organisation (id),
	since bigint NOT NULL,
	until bigint NOT NULL,
	PRIMARY KEY (need_id, organisation_id)
);

-- What happened to a need: rows that stay.
CREATE TABLE need_event (
	id text PRIMARY KEY,
	need_id text NOT NULL REFERENCES need (id),
	organisation_id text NOT NULL REFERENCES organisation (id),
	worker_id text NOT NULL REFERENCES worker (id),
	at bigint NOT NULL,
	kind text NOT NULL CONSTRAINT ck_need_event_kind
		CHECK (kind IN ('noted', 'referred', 'progressed', 'settled', 'reopened', 'stopped', 'handed')),
	outcome text,
	right_became text,
	cause_id text
);
CREATE INDEX ix_need_event_need ON need_event (need_id, at);

-- The talk about digital autonomy: the answers are hers and sealed; the level
-- stays readable for statistics and holds for one moment and one need.
CREATE TABLE conversation (
	id text PRIMARY KEY,
	need_id text NOT NULL,
	organisation_id text NOT NULL,
	worker_id text NOT NULL REFERENCES worker (id),
	at bigint NOT NULL,
	guide integer NOT NULL,
	facts blob NOT NULL,        -- what was talked about: one sealed JSON record
	indicated text CONSTRAINT ck_conversation_indicated
		CHECK (indicated IN ('guided', 'partly', 'autonomous')),
	chosen text CONSTRAINT ck_conversation_chosen
		CHECK (chosen IN ('guided', 'partly', 'autonomous')),
	explanation text NOT NULL
		CONSTRAINT ck_conversation_explanation CHECK (explanation IN ('', 'spoken_shown', 'short_writing_together', 'writing')),
	refusals text NOT NULL,
	CONSTRAINT fk_conversation_need FOREIGN KEY (need_id, organisation_id) REFERENCES need (id, organisation_id)
);
CREATE INDEX ix_conversation_need ON conversation (need_id, at);

-- The person's yes: what for, to whom, when, how, until when (R127).
CREATE TABLE agreement (
	id text PRIMARY KEY,
	organisation_id text NOT NULL REFERENCES organisation (id),
	worker_id text NOT NULL REFERENCES worker (id),
	person_id text,
	need_id text,
	purpose text NOT NULL CONSTRAINT ck_agreement_purpose CHECK (purpose IN ('referral', 'contact', 'survey', 'file')),
	recipient_id text REFERENCES organisation (id),
	recipient_worker_id text REFERENCES worker (id),
	level integer CONSTRAINT ck_agreement_level CHECK (level BETWEEN 1 AND 2),
	how text NOT NULL CONSTRAINT ck_agreement_how CHECK (how IN ('oral', 'written')),
	given_on text NOT NULL,
	expires_on text NOT NULL,
	created_at bigint NOT NULL,
	revoked_at bigint,
	CONSTRAINT fk_agreement_person FOREIGN KEY (person_id, organisation_id) REFERENCES person (id, organisation_id),
	CONSTRAINT fk_agreement_need FOREIGN KEY (need_id, organisation_id) REFERENCES need (id, organisation_id),
	CONSTRAINT ck_agreement_of_someone CHECK (person_id IS NOT NULL OR need_id IS NOT NULL),
	CONSTRAINT ck_agreement_names_recipient
		CHECK (purpose <> 'referral' OR (need_id IS NOT NULL AND recipient_id IS NOT NULL AND level IS NOT NULL)),
	CONSTRAINT ck_agreement_ends_after_start CHECK (expires_on >= given_on),
	CONSTRAINT uq_agreement_id_need_id_recipient_id_level UNIQUE (id, need_id, recipient_id, level)
);
CREATE INDEX ix_agreement_person ON agreement (person_id);
CREATE INDEX ix_agreement_need ON agreement (need_id);

-- The right to act for her, bounded (R64). Durations are those of Aidants
-- Connect: a day, a month, six months, a year.
CREATE TABLE mandate (
	id text PRIMARY KEY,
	organisation_id text NOT NULL REFERENCES organisation (id),
	worker_id text NOT NULL REFERENCES worker (id),
	person_id text NOT NULL,
	scope text NOT NULL CONSTRAINT ck_mandate_scope CHECK (scope <> '[]'),
	starts_on text NOT NULL,
	days integer NOT NULL CONSTRAINT ck_mandate_days CHECK (days IN (1, 31, 182, 365)),
	ends_on text NOT NULL,
	given text NOT NULL CONSTRAINT ck_mandate_given CHECK (given IN ('present', 'remote')),
	paper_copy_on text,
	language text NOT NULL,
	reference text,
	created_at bigint NOT NULL,
	revoked_at bigint,
	revoked_because text CONSTRAINT ck_mandate_revoked_because CHECK (revoked_because IN ('person', 'helper', 'done', 'protection')),
	CONSTRAINT fk_mandate_person FOREIGN KEY (person_id, organisation_id) REFERENCES person (id, organisation_id),
	CONSTRAINT ck_mandate_ends_after_start CHECK (ends_on > starts_on),
	CONSTRAINT ck_mandate_revocation CHECK ((revoked_at IS NULL) = (revoked_because IS NULL)),
	CONSTRAINT uq_mandate_id_person_id UNIQUE (id, person_id)
);
CREATE INDEX ix_mandate_person ON mandate (person_id);
CREATE INDEX ix_mandate_ends_on ON mandate (organisation_id, ends_on);

-- +goose StatementBegin
CREATE TRIGGER mandate_unprotected BEFORE INSERT ON mandate
	WHEN (SELECT protected FROM person WHERE id = NEW.person_id)
BEGIN
	SELECT RAISE(ABORT, 'refused: mandate_unprotected');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER person_protected_ends_mandates AFTER UPDATE OF protected ON person
	WHEN NEW.protected AND NOT OLD.protected
BEGIN
	UPDATE mandate SET revoked_at = NEW.last_contact_at, revoked_because = 'protection'
		WHERE person_id = NEW.id AND revoked_at IS NULL;
END;
-- +goose StatementEnd

-- Acts are added, not overwritten.
-- +goose StatementBegin
CREATE TRIGGER need_event_stays BEFORE UPDATE ON need_event
BEGIN
	SELECT RAISE(ABORT, 'refused: need_event_stays');
END;
-- +goose StatementEnd
