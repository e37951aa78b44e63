-- The whole schema of a SQLite data directory, as all migrations together make it (a test proves it).
-- Times are milliseconds since 1970 in UTC; days are proleptic Gregorian ordinals, as Python's date.toordinal().
-- Every table of user data leads with user_id in every key and index: it is the scope of each query and the shard key.

-- Directory: what must be found before there is a scope.

CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    is_admin INTEGER NOT NULL,
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    time_zone TEXT,
    totp_secret TEXT,
    totp_step INTEGER,
    recovery_hashes TEXT,
    moving TEXT,
    move_id TEXT,
    moved_to TEXT
) WITHOUT ROWID;

CREATE INDEX users_by_age ON users (created_at, user_id);
CREATE INDEX users_who_administer ON users (user_id) WHERE is_admin = 1;
CREATE INDEX users_with_password ON users (user_id) WHERE password_hash IS NOT NULL;

CREATE TABLE token_owners (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id TEXT NOT NULL,
    permissions TEXT,
    expires_at INTEGER
) WITHOUT ROWID;

CREATE INDEX token_owners_by_token ON token_owners (user_id, token_id);

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

CREATE TABLE sessions (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

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

-- Who else may come into a bucket of `owner_id`.
CREATE TABLE bucket_members (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    bucket_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    invited_at INTEGER NOT NULL,
    accepted_at INTEGER,
    PRIMARY KEY (user_id, owner_id, bucket_id)
) WITHOUT ROWID;

CREATE INDEX bucket_members_by_bucket ON bucket_members (owner_id, bucket_id);

CREATE TABLE share_links (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    bucket_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX share_links_by_bucket ON share_links (user_id, bucket_id);

CREATE TABLE sign_in_steps (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    password_mark BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX sign_in_steps_by_user ON sign_in_steps (user_id);

CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    set_at INTEGER NOT NULL
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
    client_id TEXT,
    resource TEXT,
    PRIMARY KEY (user_id, token_id)
) WITHOUT ROWID;

-- A row where an administrator has set a limit; `used` is at most what the limits count: the figures of the last
-- count, and what was added since.
CREATE TABLE quotas (
    user_id TEXT PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    memories INTEGER,
    bytes INTEGER,
    used_memories INTEGER NOT NULL,
    used_bytes INTEGER NOT NULL
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
    author_id TEXT,
    PRIMARY KEY (user_id, memory_id),
    FOREIGN KEY (user_id, bucket_id) REFERENCES buckets (user_id, bucket_id)
);

-- Holds what lists are filtered by, so that a filter that few memories pass reads this and not the rows.
CREATE INDEX memories_by_time ON memories (
    user_id, state, created_at, memory_id, bucket_id, source, trust, content_type, about_day, token_id
);
CREATE INDEX memories_by_bucket ON memories (user_id, bucket_id, state, created_at, memory_id);
CREATE INDEX memories_by_source ON memories (user_id, source, bucket_id) WHERE source IS NOT NULL;
CREATE INDEX memories_by_conversation ON memories (user_id, conversation_id, created_at, memory_id)
    WHERE conversation_id IS NOT NULL;

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
    author_id TEXT,
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
    author_id TEXT,
    PRIMARY KEY (user_id, entry_id)
) WITHOUT ROWID;

CREATE INDEX audit_by_token ON audit (user_id, token_id, entry_id, at, action) WHERE token_id IS NOT NULL;

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
    author_id TEXT,
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

-- Derived: rebuilt by `onememory reindex`. Beside these tables each user has a full-text table, words_<user_id>.

CREATE TABLE search_state (
    user_id TEXT PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    model TEXT,
    moving TEXT
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

-- The archive.

CREATE TABLE conversations (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    project TEXT,
    created_at INTEGER,
    updated_at INTEGER,
    recorded_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_pinned INTEGER NOT NULL,
    message_count INTEGER NOT NULL,
    token_count INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    import_id TEXT,
    PRIMARY KEY (user_id, conversation_id)
);

CREATE UNIQUE INDEX conversations_by_platform ON conversations (user_id, platform, platform_id);
CREATE INDEX conversations_by_time ON conversations (user_id, state, coalesce(created_at, recorded_at), conversation_id);
CREATE INDEX conversations_by_project ON conversations (user_id, state, project) WHERE project IS NOT NULL;

CREATE TABLE messages (
    user_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    role TEXT NOT NULL,
    speaker TEXT,
    text TEXT NOT NULL,
    created_at INTEGER,
    model TEXT,
    attachments TEXT,
    is_current INTEGER NOT NULL,
    parent_id TEXT,
    PRIMARY KEY (user_id, conversation_id, number),
    FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, conversation_id) ON DELETE CASCADE
);

CREATE TABLE imports (
    user_id TEXT NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    import_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    source TEXT,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    report TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'chats',
    PRIMARY KEY (user_id, import_id)
);

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

-- Derived. Turns are numbered from 0 for each user; a block holds those of one conversation, a segment those that were
-- indexed together. Arrays are little-endian bytes.

CREATE TABLE archive_state (
    user_id TEXT PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    next_turn INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    model TEXT
) WITHOUT ROWID;

CREATE TABLE archive_blocks (
    user_id TEXT NOT NULL,
    first_turn INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    seq INTEGER NOT NULL,
    live INTEGER NOT NULL,
    count INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    speakers TEXT NOT NULL,
    cues BLOB NOT NULL,
    words BLOB NOT NULL,
    lengths BLOB NOT NULL,
    days BLOB NOT NULL,
    model TEXT,
    vectors BLOB,
    next_model TEXT,
    next_vectors BLOB,
    PRIMARY KEY (user_id, first_turn)
);

CREATE UNIQUE INDEX archive_blocks_by_conversation ON archive_blocks (user_id, conversation_id) WHERE live = 1;
CREATE INDEX archive_blocks_by_seq ON archive_blocks (user_id, seq);
CREATE INDEX archive_blocks_by_model ON archive_blocks (user_id, model, next_model, first_turn) WHERE live = 1;

CREATE TABLE archive_postings (
    user_id TEXT NOT NULL,
    term TEXT NOT NULL,
    segment INTEGER NOT NULL,
    turns BLOB NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (user_id, term, segment)
) WITHOUT ROWID;

CREATE TABLE archive_segments (
    user_id TEXT NOT NULL,
    segment INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (user_id, segment)
) WITHOUT ROWID;
