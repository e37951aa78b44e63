-- Accounts that have moved: by which move, known at both ends, and to which place.
-- Works with the code of schema 1 and later.

ALTER TABLE users ADD COLUMN move_id text COLLATE "C";

ALTER TABLE users ADD COLUMN moved_to text COLLATE "C";
