-- Accounts that have moved: by which move, known at both ends, and to which place.

ALTER TABLE users ADD COLUMN move_id TEXT;

ALTER TABLE users ADD COLUMN moved_to TEXT;
