-- Schema 3: agents. Clients that connect over OAuth, sign-in sessions, proposed changes and files of agents.

-- Directory: what must be found before there is a scope.

ALTER TABLE token_owners ADD COLUMN permissions TEXT;
ALTER TABLE token_owners ADD COLUMN expires_at INTEGER;

CREATE TABLE oauth_clients (
    client_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    uri TEXT,
    secret_hash BLOB,
    registered_at INTEGER NOT NULL,
    last_used_at INTEGER
) WITHOUT ROWID;

CREATE TABLE oauth_codes (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    granted TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    token_id TEXT
) WITHOUT ROWID;

CREATE TABLE oauth_refresh_tokens (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) WITHOUT ROWID;

CREATE INDEX oauth_refresh_tokens_by_token ON oauth_refresh_tokens (user_id, token_id);
CREATE INDEX token_owners_by_token ON token_owners (user_id, token_id);

CREATE TABLE sessions (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

-- Canonical: backed up, never rebuilt.

ALTER TABLE tokens ADD COLUMN client_id TEXT;
ALTER TABLE tokens ADD COLUMN resource TEXT;

CREATE TABLE proposals (
    user_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT,
    bucket_id INTEGER,
    base_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    trust TEXT NOT NULL,
    token_id TEXT,
    source TEXT,
    PRIMARY KEY (user_id, proposal_id),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX proposals_by_memory ON proposals (user_id, memory_id);

CREATE TABLE memory_files (
    user_id TEXT NOT NULL,
    bucket_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    PRIMARY KEY (user_id, bucket_id, path),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE UNIQUE INDEX memory_files_by_memory ON memory_files (user_id, memory_id);
