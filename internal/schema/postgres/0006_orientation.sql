-- +goose Up
-- What was decided with her for a need: treated here, handed on, or stopped
-- because she prefers so (R34). The id is made by the page that decides, so that
-- sending twice decides once.
CREATE TABLE decision (
	id uuid PRIMARY KEY,
	need_id uuid NOT NULL,
	organisation_id uuid NOT NULL,
	worker_id uuid NOT NULL REFERENCES worker (id),
	at bigint NOT NULL,
	choice text NOT NULL CONSTRAINT ck_decision_choice CHECK (choice IN ('here', 'referred', 'stopped')),
	family text NOT NULL,         -- a family of the advice rules (autonomy), a code
	rule text NOT NULL,           -- the rule that led, O1 to O12, or empty when none did
	her_choice text NOT NULL CONSTRAINT ck_decision_her_choice CHECK (her_choice IN ('agreed', 'chose_other', 'declined')),
	refusals text NOT NULL,       -- families she said no to, a JSON list of codes
	redirection text NOT NULL,    -- national code of structure_de_redirection, or empty
	why bytea,                    -- in a few words, sealed
	booking_id uuid REFERENCES booking (id),
	CONSTRAINT fk_decision_need FOREIGN KEY (need_id, organisation_id) REFERENCES need (id, organisation_id)
);
CREATE INDEX ix_decision_need ON decision (need_id, at);

-- A need handed to another organisation. From level 1 on, something of her
-- travels: an agreement for this need, this recipient and this level must exist.
CREATE TABLE referral (
	id uuid PRIMARY KEY,
	decision_id uuid NOT NULL REFERENCES decision (id),
	need_id uuid NOT NULL,
	sender_id uuid NOT NULL REFERENCES organisation (id),
	sender_worker_id uuid NOT NULL REFERENCES worker (id),
	recipient_id uuid NOT NULL REFERENCES organisation (id),
	recipient_worker_id uuid REFERENCES worker (id),
	recipient_service text NOT NULL,
	level integer NOT NULL CONSTRAINT ck_referral_level CHECK (level BETWEEN 0 AND 2),
	agreement_id uuid,
	sheet bytea,                  -- the liaison sheet, sealed with the recipient's key
	booking_id uuid REFERENCES booking (id),
	rank integer NOT NULL CONSTRAINT ck_referral_rank CHECK (rank >= 1),
	sent_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	status text NOT NULL CONSTRAINT ck_referral_status
		CHECK (status IN ('sent', 'received', 'accepted', 'refused', 'seen', 'not_come', 'settled')),
	status_at bigint NOT NULL,
	CONSTRAINT uq_referral_decision_id UNIQUE (decision_id),
	CONSTRAINT fk_referral_need FOREIGN KEY (need_id, sender_id) REFERENCES need (id, organisation_id),
	CONSTRAINT fk_referral_agreement FOREIGN KEY (agreement_id, need_id, recipient_id, level)
		REFERENCES agreement (id, need_id, recipient_id, level),
	CONSTRAINT ck_referral_agreed CHECK (level = 0 OR agreement_id IS NOT NULL),
	CONSTRAINT ck_referral_level_0_says_nothing CHECK (level > 0 OR sheet IS NULL),
	CONSTRAINT ck_referral_named CHECK (level = 0 OR recipient_worker_id IS NOT NULL OR recipient_service <> ''),
	-- Three months at most (R37): 92 days, in milliseconds.
	CONSTRAINT ck_referral_expires CHECK (expires_at > sent_at AND expires_at <= sent_at + 7948800000)
);
CREATE INDEX ix_referral_recipient ON referral (recipient_id, status, sent_at);
CREATE INDEX ix_referral_sender ON referral (sender_id, status, sent_at);
CREATE INDEX ix_referral_need ON referral (need_id, sent_at);
CREATE INDEX ix_referral_booking ON referral (booking_id);

-- Each answer to a referral: a row that stays. Reasons are codes, never her story.
CREATE TABLE referral_event (
	id uuid PRIMARY KEY,
	referral_id uuid NOT NULL REFERENCES referral (id),
	organisation_id uuid NOT NULL REFERENCES organisation (id),
	worker_id uuid NOT NULL REFERENCES worker (id),
	at bigint NOT NULL,
	status text NOT NULL CONSTRAINT ck_referral_event_status
		CHECK (status IN ('sent', 'received', 'accepted', 'refused', 'seen', 'not_come', 'settled')),
	reason text NOT NULL,
	CONSTRAINT ck_referral_event_refusal_has_reason CHECK (status <> 'refused' OR reason <> '')
);
CREATE INDEX ix_referral_event_referral ON referral_event (referral_id, at);

-- Her sheet (ma feuille): what she keeps, opened by a code that is nowhere here.
CREATE TABLE her_sheet (
	id uuid PRIMARY KEY,
	need_id uuid NOT NULL,
	organisation_id uuid NOT NULL,
	round integer NOT NULL,       -- how many codes were already in use before hers
	code_hash bytea,
	content bytea,
	booking_id uuid REFERENCES booking (id),
	created_at bigint NOT NULL,
	changed_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	erased_at bigint,
	CONSTRAINT uq_her_sheet_code_hash UNIQUE (code_hash),
	CONSTRAINT uq_her_sheet_need_id UNIQUE (need_id),
	CONSTRAINT fk_her_sheet_need FOREIGN KEY (need_id, organisation_id) REFERENCES need (id, organisation_id),
	CONSTRAINT ck_her_sheet_erased_is_empty
		CHECK (erased_at IS NULL OR (code_hash IS NULL AND content IS NULL AND booking_id IS NULL))
);

CREATE TRIGGER decision_stays BEFORE UPDATE OF need_id, organisation_id, worker_id, at, choice, family, rule, her_choice ON decision
	FOR EACH ROW EXECUTE FUNCTION act_stays('decision_stays');
CREATE TRIGGER referral_event_stays BEFORE UPDATE ON referral_event
	FOR EACH ROW EXECUTE FUNCTION act_stays('referral_event_stays');
