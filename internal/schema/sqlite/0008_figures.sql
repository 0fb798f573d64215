-- +goose Up
-- How many people a support was given to: 1 face to face, more for a workshop.
-- An accompaniment is one person in one activity, so their number is the sum of
-- attendances. Nobody knows whether two anonymous attendances are one person.
ALTER TABLE activity ADD COLUMN attendance integer NOT NULL DEFAULT 1
	CONSTRAINT ck_activity_attendance CHECK (attendance BETWEEN 1 AND 500);
-- +goose StatementBegin
CREATE TRIGGER activity_attendance_stays BEFORE UPDATE OF attendance ON activity
BEGIN
	SELECT RAISE(ABORT, 'refused: activity_stays');
END;
-- +goose StatementEnd

-- The people of a group who have a file, beside the activity's own person_id.
-- Those who have none are the rest of its attendance.
CREATE TABLE activity_participant (
	activity_id text NOT NULL REFERENCES activity (id),
	person_id text NOT NULL,
	organisation_id text NOT NULL,
	PRIMARY KEY (activity_id, person_id),
	CONSTRAINT fk_activity_participant_person FOREIGN KEY (person_id, organisation_id) REFERENCES person (id, organisation_id)
) WITHOUT ROWID;
CREATE INDEX ix_activity_participant_person ON activity_participant (person_id);

-- No more named people than people present, and nobody twice.
-- +goose StatementBegin
CREATE TRIGGER activity_participant_present BEFORE INSERT ON activity_participant
BEGIN
	SELECT RAISE(ABORT, 'refused: activity_participant_present')
	WHERE EXISTS (SELECT 1 FROM activity a WHERE a.id = NEW.activity_id AND (a.person_id = NEW.person_id
		OR a.attendance - (a.person_id IS NOT NULL) <= (SELECT count(*) FROM activity_participant p WHERE p.activity_id = a.id)));
END;
-- +goose StatementEnd

DROP VIEW activity_counted;
CREATE VIEW activity_counted AS
	SELECT a.* FROM activity a WHERE NOT EXISTS (SELECT 1 FROM activity c WHERE c.correction_of = a.id);

-- Waiting follows a need into the organisation it was handed to.
CREATE INDEX ix_need_origin ON need (origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX ix_activity_referral ON activity (referral_id) WHERE referral_id IS NOT NULL;
-- The people of groups are read for a period without reading everything else.
CREATE INDEX ix_activity_group ON activity (organisation_id, day) WHERE attendance > 1;
-- The first effective meeting of a need is found without reading the records.
CREATE INDEX ix_activity_met ON activity (need_id, day, id) WHERE need_id IS NOT NULL AND posture <> 'referred';
