-- Several processes: sign-ins that wait for a code, files that wait for an import, and who is at work on what.
-- PostgreSQL, which several processes may share, fills the last two; it keeps limits and a key in tables, too.

CREATE TABLE sign_in_steps (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    password_mark BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sign_in_steps_by_user ON sign_in_steps (user_id);

CREATE TABLE upload_pieces (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    upload_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (user_id, upload_id, number)
) WITHOUT ROWID;

CREATE TABLE claims (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
