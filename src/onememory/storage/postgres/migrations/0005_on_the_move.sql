-- Accounts on the move to another database: beside the person for who asks in, beside the lock for who writes.
-- Works with the code of schema 1 and later.

ALTER TABLE users ADD COLUMN moving text COLLATE "C";

ALTER TABLE search_state ADD COLUMN moving text COLLATE "C";
