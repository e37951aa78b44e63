-- Schema 2: conversations with their messages, and the derived index of their turns.

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
    PRIMARY KEY (user_id, import_id)
);

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
