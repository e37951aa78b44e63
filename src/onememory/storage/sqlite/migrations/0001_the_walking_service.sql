-- Schema 1: people, tokens, buckets, memories with versions, audit, jobs, and the derived index.

-- Directory: what must be found before there is a scope.

CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    is_admin INTEGER NOT NULL,
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) WITHOUT ROWID;

CREATE TABLE token_owners (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id TEXT NOT NULL
) WITHOUT ROWID;

-- Canonical: backed up, never rebuilt.

CREATE TABLE tokens (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id TEXT NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    policy TEXT NOT NULL,
    bucket_ids TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (user_id, token_id)
) WITHOUT ROWID;

CREATE TABLE buckets (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    bucket_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    is_general INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    memory_count INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, bucket_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX buckets_by_name ON buckets (user_id, name_key);

CREATE TABLE memories (
    user_id TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    bucket_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    content_type TEXT NOT NULL,
    state TEXT NOT NULL,
    about_day INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    channel TEXT NOT NULL,
    trust TEXT NOT NULL,
    token_id TEXT,
    source TEXT,
    conversation_id TEXT,
    message_id TEXT,
    parents TEXT,
    supersedes TEXT,
    superseded_by TEXT,
    merged_into TEXT,
    PRIMARY KEY (user_id, memory_id),
    FOREIGN KEY (user_id, bucket_id) REFERENCES buckets (user_id, bucket_id)
);

CREATE INDEX memories_by_time ON memories (user_id, state, created_at, memory_id);
CREATE INDEX memories_by_bucket ON memories (user_id, bucket_id, state, created_at, memory_id);

CREATE TABLE memory_versions (
    user_id TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    change TEXT NOT NULL,
    text TEXT,
    bucket_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    trust TEXT NOT NULL,
    token_id TEXT,
    source TEXT,
    conversation_id TEXT,
    message_id TEXT,
    parents TEXT,
    redacted_at INTEGER,
    PRIMARY KEY (user_id, memory_id, number),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
);

CREATE TABLE audit (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    channel TEXT NOT NULL,
    token_id TEXT,
    source TEXT,
    items TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (user_id, entry_id)
) WITHOUT ROWID;

CREATE TABLE jobs (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    job_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    claimed_at INTEGER,
    attempts INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (user_id, job_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX jobs_waiting ON jobs (user_id, kind) WHERE state = 'waiting';
CREATE INDEX jobs_due ON jobs (state, run_at);

-- Derived: rebuilt by `onememory reindex`. Beside these tables each user has a full-text table, words_<user_id>.

CREATE TABLE search_state (
    user_id TEXT PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    model TEXT
) WITHOUT ROWID;

CREATE TABLE search_documents (
    doc INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    live INTEGER NOT NULL,
    bucket_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    source TEXT,
    trust TEXT NOT NULL,
    content_type TEXT NOT NULL,
    cues INTEGER NOT NULL,
    length INTEGER NOT NULL,
    superseded INTEGER NOT NULL
);

CREATE UNIQUE INDEX search_documents_by_memory ON search_documents (user_id, memory_id);
CREATE INDEX search_documents_by_seq ON search_documents (user_id, seq);

CREATE TABLE search_vectors (
    user_id TEXT NOT NULL,
    model TEXT NOT NULL,
    doc INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (user_id, doc, model)
) WITHOUT ROWID;
