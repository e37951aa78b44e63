-- The dashboard: who signs in how, what was asked, what administrators have set.

ALTER TABLE users ADD COLUMN time_zone TEXT;
ALTER TABLE users ADD COLUMN totp_secret TEXT;
ALTER TABLE users ADD COLUMN totp_step INTEGER;
ALTER TABLE users ADD COLUMN recovery_hashes TEXT;

DROP TABLE sessions;
CREATE TABLE sessions (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    set_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE questions (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    question_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    filters TEXT NOT NULL,
    hits TEXT NOT NULL,
    confidence TEXT NOT NULL,
    took_us INTEGER NOT NULL,
    channel TEXT NOT NULL,
    token_id TEXT,
    source TEXT,
    PRIMARY KEY (user_id, question_id)
) WITHOUT ROWID;

CREATE INDEX questions_by_token ON questions (user_id, token_id, question_id) WHERE token_id IS NOT NULL;
CREATE INDEX audit_by_token ON audit (user_id, token_id, entry_id) WHERE token_id IS NOT NULL;
