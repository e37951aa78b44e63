-- Accounts on the move to another database: beside the person for who asks in, beside the index for who writes.

ALTER TABLE users ADD COLUMN moving TEXT;

ALTER TABLE search_state ADD COLUMN moving TEXT;
