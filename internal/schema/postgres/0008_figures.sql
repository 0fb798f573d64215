-- +goose Up
-- How many people a support was given to: 1 face to face, more for a workshop.
-- An accompaniment is one person in one activity, so their number is the sum of
-- attendances. Nobody knows whether two anonymous attendances are one person.
ALTER TABLE activity ADD COLUMN attendance integer NOT NULL DEFAULT 1
	CONSTRAINT ck_activity_attendance CHECK (attendance BETWEEN 1 AND 500);
CREATE TRIGGER activity_attendance_stays BEFORE UPDATE OF attendance ON activity
	FOR EACH ROW EXECUTE FUNCTION act_stays('activity_stays');

-- The people of a group who have a file, beside the activity's own person_id.
-- Those who have none are the rest of its attendance.
CREATE TABLE activity_participant (
	activity_id uuid NOT NULL REFERENCES activity (id),
	person_id uuid NOT NULL,
	organisation_id uuid NOT NULL,
	PRIMARY KEY (activity_id, person_id),
	CONSTRAINT fk_activity_participant_person FOREIGN KEY (person_id, organisation_id) REFERENCES person (id, organisation_id)
);
CREATE INDEX ix_activity_participant_person ON activity_participant (person_id);

-- No more named people than people present, and nobody twice. The lock orders
-- two gestures that add people to one activity at once.
-- +goose StatementBegin
CREATE FUNCTION activity_participant_present() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	free integer;
	hers uuid;
BEGIN
	SELECT a.attendance - (a.person_id IS NOT NULL)::integer, a.person_id INTO free, hers
		FROM activity a WHERE a.id = NEW.activity_id FOR NO KEY UPDATE;
	IF hers = NEW.person_id OR free <= (SELECT count(*) FROM activity_participant p WHERE p.activity_id = NEW.activity_id) THEN
		RAISE EXCEPTION 'refused: activity_participant_present';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER activity_participant_present BEFORE INSERT ON activity_participant
	FOR EACH ROW EXECUTE FUNCTION activity_participant_present();

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
