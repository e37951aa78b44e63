-- Many people: who was here first, who administers, and whether anybody has a password, without a walk over all.
-- Works with the code of schema 1 and later.

CREATE INDEX users_by_age ON users (created_at, user_id);
CREATE INDEX users_who_administer ON users (user_id) WHERE is_admin = 1;
CREATE INDEX users_with_password ON users (user_id) WHERE password_hash IS NOT NULL;
