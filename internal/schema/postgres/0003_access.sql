-- +goose Up
-- Accounts, grants, sessions, and the audit chain. Nothing here refers to the
-- tables of the network (organisations, workers): access stands below it, and
-- an administrator exists before the first organisation does.

-- Who can sign in. The login is the person's professional address or a name she
-- chose; login_key is its folded form.
CREATE TABLE account (
	id uuid PRIMARY KEY,
	login text NOT NULL,
	login_key text NOT NULL,
	name text NOT NULL,
	password text, -- argon2id, PHC string; null until the invitation is used
	pin text, -- argon2id; only unlocks a session that is already open
	totp bytea, -- sealed with a key of the house; null without second factor
	totp_step bigint NOT NULL DEFAULT 0, -- the last 30-second step accepted: a code opens once
	worker_id uuid,
	status text NOT NULL,
	made_at bigint NOT NULL,
	last_seen bigint,
	closed_at bigint,
	version bigint NOT NULL DEFAULT 1,
	CONSTRAINT ck_account_status CHECK (status IN ('invited', 'open', 'closed')),
	CONSTRAINT ck_account_open_has_password CHECK (status <> 'open' OR password IS NOT NULL),
	CONSTRAINT ck_account_closed_says_when CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
	CONSTRAINT uq_account_login_key UNIQUE (login_key)
);

-- One-time codes that replace a lost telephone: hashed, used once.
CREATE TABLE recovery_code (
	account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	hash bytea NOT NULL,
	used_at bigint,
	PRIMARY KEY (account_id, hash)
);

-- A role given to an account in one organisation. The row stays: ending a grant
-- writes its end, once.
CREATE TABLE access_grant (
	id uuid PRIMARY KEY,
	account_id uuid NOT NULL REFERENCES account (id),
	organisation_id uuid NOT NULL,
	role text NOT NULL,
	from_at bigint NOT NULL,
	until_at bigint, -- known in advance (a trainee, a civic service); null when open
	given_by uuid, -- the account that gave it
	given_at bigint NOT NULL,
	ended_at bigint,
	ended_by uuid,
	CONSTRAINT ck_access_grant_dates CHECK (until_at IS NULL OR until_at > from_at),
	CONSTRAINT ck_access_grant_not_to_oneself CHECK (given_by IS NULL OR given_by <> account_id)
);
CREATE UNIQUE INDEX uq_access_grant_account_id_organisation_id_role
	ON access_grant (account_id, organisation_id, role) WHERE ended_at IS NULL;
CREATE INDEX ix_access_grant_organisation ON access_grant (organisation_id);

-- One-time links: only the hash of the token is kept. A link for the first
-- administrator has no account yet.
CREATE TABLE access_link (
	hash bytea PRIMARY KEY,
	kind text NOT NULL,
	account_id uuid REFERENCES account (id) ON DELETE CASCADE,
	made_by uuid,
	made_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	used_at bigint,
	CONSTRAINT ck_access_link_kind CHECK (kind IN ('first', 'invite', 'reset')),
	CONSTRAINT ck_access_link_account CHECK ((kind = 'first') = (account_id IS NULL))
);
CREATE INDEX ix_access_link_account ON access_link (account_id);

-- Sessions: only the hash of the cookie's token is kept. A session is not an
-- act: it is deleted when it ends, and the audit chain keeps that it was.
CREATE TABLE access_session (
	hash bytea PRIMARY KEY,
	account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	organisation_id uuid, -- the organisation she acts for now
	stage text NOT NULL, -- what is still asked of her
	made_at bigint NOT NULL,
	seen_at bigint NOT NULL,
	locked_at bigint,
	expires_at bigint NOT NULL,
	enrolling bytea, -- sealed: the second factor being set up
	CONSTRAINT ck_access_session_stage CHECK (stage IN ('code', 'enrol', 'open'))
);
CREATE INDEX ix_access_session_account ON access_session (account_id);
CREATE INDEX ix_access_session_expires ON access_session (expires_at);

-- Tries counted against guessing. The bucket is a keyed hash: no network
-- address and no login can be read here.
CREATE TABLE throttle (
	bucket bytea PRIMARY KEY,
	tries bigint NOT NULL,
	last_at bigint NOT NULL,
	closed_until bigint NOT NULL,
	forget_at bigint NOT NULL
);
CREATE INDEX ix_throttle_forget ON throttle (forget_at);

-- Who read or changed what, one chain of keyed hashes per organisation.
CREATE TABLE audit (
	organisation_id uuid NOT NULL,
	seq bigint NOT NULL,
	at bigint NOT NULL,
	account_id uuid,
	worker_id uuid,
	act text NOT NULL,
	subject_kind text NOT NULL,
	subject_id uuid NOT NULL,
	hash bytea NOT NULL,
	PRIMARY KEY (organisation_id, seq)
);
CREATE INDEX ix_audit_subject ON audit (subject_id, organisation_id, seq);

-- Where each chain stands. The mac signs the count and the last hash, so that
-- rows missing at the end are found.
CREATE TABLE audit_head (
	organisation_id uuid PRIMARY KEY,
	seq bigint NOT NULL,
	hash bytea NOT NULL,
	mac bytea NOT NULL
);

-- Where a chain was cut when its oldest rows reached the end of their time.
CREATE TABLE audit_checkpoint (
	organisation_id uuid NOT NULL,
	seq bigint NOT NULL, -- the last row taken away
	hash bytea NOT NULL, -- its hash: the first row kept follows it
	cut_at bigint NOT NULL,
	mac bytea NOT NULL,
	PRIMARY KEY (organisation_id, seq)
);

-- The program itself never changes a row of the audit, and takes away only what
-- stands before a checkpoint.
-- +goose StatementBegin
CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF EXISTS (SELECT 1 FROM audit_checkpoint c WHERE c.organisation_id = OLD.organisation_id AND c.seq >= OLD.seq) THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'refused: audit_kept';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_kept_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept();
CREATE TRIGGER audit_kept_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept();
