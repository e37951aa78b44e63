-- Teams: who an identity provider says somebody is, links to choose a password, quotas.

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;

CREATE INDEX identities_by_user ON identities (user_id);

CREATE TABLE password_links (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX password_links_by_user ON password_links (user_id);

CREATE TABLE quotas (
    user_id TEXT PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    memories INTEGER,
    bytes INTEGER,
    used_memories INTEGER NOT NULL,
    used_bytes INTEGER NOT NULL
) WITHOUT ROWID;
