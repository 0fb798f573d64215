-- +goose Up
-- A meeting is recorded once, whatever the number of tabs: what comes after is a
-- correction, and a correction points to what it corrects.
CREATE UNIQUE INDEX uq_activity_booking_id ON activity (booking_id) WHERE correction_of IS NULL;
