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
CREATE INDEX questions_empty_handed ON questions (user_id, question_id) WHERE hits = '[]';
CREATE INDEX audit_by_token ON audit (user_id, token_id, entry_id, at, action) WHERE token_id IS NOT NULL;

DROP INDEX memories_by_time;
-- Holds what lists are filtered by, so that a filter that few memories pass reads this and not the rows.
CREATE INDEX memories_by_time ON memories (
    user_id, state, created_at, memory_id, bucket_id, source, trust, content_type, about_day, token_id
);
CREATE INDEX memories_by_source ON memories (user_id, source, bucket_id) WHERE source IS NOT NULL;
CREATE INDEX memories_by_conversation ON memories (user_id, conversation_id, created_at, memory_id)
    WHERE conversation_id IS NOT NULL;
CREATE INDEX conversations_by_project ON conversations (user_id, state, project) WHERE project IS NOT NULL;

ALTER TABLE imports ADD COLUMN kind TEXT NOT NULL DEFAULT 'chats';
CREATE TABLE import_memories (
    user_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    memory_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (user_id, import_id, memory_id),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX import_memories_by_memory ON import_memories (user_id, memory_id);
CREATE INDEX conversations_by_import ON conversations (user_id, import_id, recorded_at) WHERE import_id IS NOT NULL;
