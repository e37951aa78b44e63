-- The whole schema of a PostgreSQL database in one piece, as all migrations together make it (a test proves it).
-- Partitions and Citus split the same tables; `onememory database script` prints what is run for each.
-- Texts are compared byte by byte, whatever the database's language, so that both databases put rows in one order.
-- Times are milliseconds since 1970 in UTC; days are proleptic Gregorian ordinals, as Python's date.toordinal().
-- Every table of user data leads with user_id in every key and index: it is the scope of each query and the shard key.

-- Directory: what must be found before there is a scope.

CREATE TABLE schema_versions (
    number integer PRIMARY KEY,
    name text NOT NULL,
    works_with integer NOT NULL
);

CREATE TABLE users (
    user_id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL UNIQUE,
    is_admin smallint NOT NULL,
    password_hash text COLLATE "C",
    created_at bigint NOT NULL,
    disabled_at bigint,
    time_zone text COLLATE "C",
    totp_secret text COLLATE "C",
    totp_step bigint,
    recovery_hashes text COLLATE "C",
    moving text COLLATE "C",
    move_id text COLLATE "C",
    moved_to text COLLATE "C"
);

CREATE INDEX users_by_age ON users (created_at, user_id);
CREATE INDEX users_who_administer ON users (user_id) WHERE is_admin = 1;
CREATE INDEX users_with_password ON users (user_id) WHERE password_hash IS NOT NULL;

CREATE TABLE token_owners (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id text COLLATE "C" NOT NULL,
    permissions text COLLATE "C",
    expires_at bigint
);

CREATE INDEX token_owners_by_token ON token_owners (user_id, token_id);

CREATE TABLE oauth_clients (
    client_id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    redirect_uris text COLLATE "C" NOT NULL,
    uri text COLLATE "C",
    secret_hash bytea,
    registered_at bigint NOT NULL,
    last_used_at bigint
);

CREATE TABLE oauth_codes (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    granted text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    token_id text COLLATE "C"
);

CREATE TABLE oauth_refresh_tokens (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
);

CREATE INDEX oauth_refresh_tokens_by_token ON oauth_refresh_tokens (user_id, token_id);

CREATE TABLE sessions (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    session_id text COLLATE "C" NOT NULL,
    agent text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE identities (
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    linked_at bigint NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX identities_by_user ON identities (user_id);

CREATE TABLE password_links (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL UNIQUE REFERENCES users (user_id) ON DELETE CASCADE,
    expires_at bigint NOT NULL
);

-- Who else may come into a bucket of `owner_id`.
CREATE TABLE bucket_members (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    owner_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    bucket_id integer NOT NULL,
    role text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    invited_at bigint NOT NULL,
    accepted_at bigint,
    PRIMARY KEY (user_id, owner_id, bucket_id)
);

CREATE INDEX bucket_members_by_bucket ON bucket_members (owner_id, bucket_id);

CREATE TABLE share_links (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    bucket_id integer NOT NULL,
    role text COLLATE "C" NOT NULL,
    made_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX share_links_by_bucket ON share_links (user_id, bucket_id);

CREATE TABLE sign_in_steps (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    password_mark bytea NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX sign_in_steps_by_user ON sign_in_steps (user_id);

CREATE TABLE installation (
    name text COLLATE "C" PRIMARY KEY,
    value text COLLATE "C" NOT NULL,
    set_at bigint NOT NULL
);

-- What callers have used up of their rates: `due` is in seconds since 1970, `caller` a hash. Updated at each request and
-- never by another key, so that PostgreSQL can put the new row beside the old one without touching an index.
CREATE TABLE rate_limits (
    name text COLLATE "C" NOT NULL,
    caller bytea NOT NULL,
    due double precision NOT NULL,
    PRIMARY KEY (name, caller)
) WITH (fillfactor = 50);

CREATE TABLE shared_keys (
    name text COLLATE "C" PRIMARY KEY,
    key bytea NOT NULL
);

-- Canonical: backed up, never rebuilt.

CREATE TABLE tokens (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    token_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    permissions text COLLATE "C" NOT NULL,
    policy text COLLATE "C" NOT NULL,
    bucket_ids text COLLATE "C",
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint,
    client_id text COLLATE "C",
    resource text COLLATE "C",
    PRIMARY KEY (user_id, token_id)
);

-- A row where an administrator has set a limit; `used` is at most what the limits count: the figures of the last
-- count, and what was added since.
CREATE TABLE quotas (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    memories bigint,
    bytes bigint,
    used_memories bigint NOT NULL,
    used_bytes bigint NOT NULL
);

CREATE TABLE buckets (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    bucket_id integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    is_general smallint NOT NULL,
    created_at bigint NOT NULL,
    memory_count integer NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, bucket_id)
);

CREATE UNIQUE INDEX buckets_by_name ON buckets (user_id, name_key);

CREATE TABLE memories (
    user_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    bucket_id integer NOT NULL,
    text text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    about_day integer,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version integer NOT NULL,
    channel text COLLATE "C" NOT NULL,
    trust text COLLATE "C" NOT NULL,
    token_id text COLLATE "C",
    source text COLLATE "C",
    conversation_id text COLLATE "C",
    message_id text COLLATE "C",
    parents text COLLATE "C",
    supersedes text COLLATE "C",
    superseded_by text COLLATE "C",
    merged_into text COLLATE "C",
    author_id text COLLATE "C",
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
    user_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    change text COLLATE "C" NOT NULL,
    text text COLLATE "C",
    bucket_id integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    channel text COLLATE "C" NOT NULL,
    trust text COLLATE "C" NOT NULL,
    token_id text COLLATE "C",
    source text COLLATE "C",
    conversation_id text COLLATE "C",
    message_id text COLLATE "C",
    parents text COLLATE "C",
    redacted_at bigint,
    author_id text COLLATE "C",
    PRIMARY KEY (user_id, memory_id, number),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
);

CREATE TABLE audit (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    entry_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    action text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    token_id text COLLATE "C",
    source text COLLATE "C",
    items text COLLATE "C" NOT NULL,
    count integer NOT NULL,
    author_id text COLLATE "C",
    PRIMARY KEY (user_id, entry_id)
);

CREATE INDEX audit_by_token ON audit (user_id, token_id, entry_id, at, action) WHERE token_id IS NOT NULL;

CREATE TABLE questions (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    question_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    filters text COLLATE "C" NOT NULL,
    hits text COLLATE "C" NOT NULL,
    confidence text COLLATE "C" NOT NULL,
    took_us bigint NOT NULL,
    channel text COLLATE "C" NOT NULL,
    token_id text COLLATE "C",
    source text COLLATE "C",
    PRIMARY KEY (user_id, question_id)
);

CREATE INDEX questions_by_token ON questions (user_id, token_id, question_id) WHERE token_id IS NOT NULL;
CREATE INDEX questions_empty_handed ON questions (user_id, question_id) WHERE hits = '[]';

CREATE TABLE jobs (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    job_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    run_at bigint NOT NULL,
    claimed_at bigint,
    attempts integer NOT NULL,
    done integer NOT NULL,
    total integer NOT NULL,
    error text COLLATE "C",
    PRIMARY KEY (user_id, job_id)
);

CREATE UNIQUE INDEX jobs_waiting ON jobs (user_id, kind) WHERE state = 'waiting';
CREATE INDEX jobs_due ON jobs (state, run_at);

CREATE TABLE proposals (
    user_id text COLLATE "C" NOT NULL,
    proposal_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    text text COLLATE "C",
    bucket_id integer,
    base_version integer NOT NULL,
    created_at bigint NOT NULL,
    channel text COLLATE "C" NOT NULL,
    trust text COLLATE "C" NOT NULL,
    token_id text COLLATE "C",
    source text COLLATE "C",
    author_id text COLLATE "C",
    PRIMARY KEY (user_id, proposal_id),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
);

CREATE INDEX proposals_by_memory ON proposals (user_id, memory_id);

CREATE TABLE memory_files (
    user_id text COLLATE "C" NOT NULL,
    bucket_id integer NOT NULL,
    path text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, bucket_id, path),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX memory_files_by_memory ON memory_files (user_id, memory_id);

CREATE TABLE upload_pieces (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    upload_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (user_id, upload_id, number)
);

ALTER TABLE upload_pieces ALTER COLUMN data SET STORAGE EXTERNAL; -- exports are mostly archives: packed already

CREATE TABLE claims (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (user_id, name)
);

-- Derived: rebuilt by `onememory reindex`.

CREATE TABLE search_state (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    epoch integer NOT NULL,
    model text COLLATE "C",
    moving text COLLATE "C"
);

CREATE TABLE search_documents (
    user_id text COLLATE "C" NOT NULL,
    doc bigint NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    live smallint NOT NULL,
    bucket_id integer NOT NULL,
    day integer NOT NULL,
    source text COLLATE "C",
    trust text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    cues integer NOT NULL,
    length integer NOT NULL,
    superseded smallint NOT NULL,
    PRIMARY KEY (user_id, doc)
);

CREATE UNIQUE INDEX search_documents_by_memory ON search_documents (user_id, memory_id);
CREATE INDEX search_documents_by_seq ON search_documents (user_id, seq);

CREATE TABLE search_vectors (
    user_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    doc bigint NOT NULL,
    vector bytea NOT NULL,
    PRIMARY KEY (user_id, doc, model)
);

-- Words of memories: for each term of a segment its documents (ascending, little-endian u32) and how often each holds it
-- (u8), and for each document its terms, by which it is taken out again. A segment bears the number of its first document.

CREATE TABLE search_postings (
    user_id text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    segment bigint NOT NULL,
    docs bytea NOT NULL,
    counts bytea NOT NULL,
    PRIMARY KEY (user_id, term, segment)
);

CREATE TABLE search_segments (
    user_id text COLLATE "C" NOT NULL,
    segment bigint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (user_id, segment)
);

CREATE TABLE search_terms (
    user_id text COLLATE "C" NOT NULL,
    doc bigint NOT NULL,
    terms text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, doc)
);

-- The archive.

CREATE TABLE conversations (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    conversation_id text COLLATE "C" NOT NULL,
    platform text COLLATE "C" NOT NULL,
    platform_id text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    project text COLLATE "C",
    created_at bigint,
    updated_at bigint,
    recorded_at bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    is_pinned smallint NOT NULL,
    message_count integer NOT NULL,
    token_count integer NOT NULL,
    content_hash text COLLATE "C" NOT NULL,
    import_id text COLLATE "C",
    PRIMARY KEY (user_id, conversation_id)
);

CREATE UNIQUE INDEX conversations_by_platform ON conversations (user_id, platform, platform_id);
CREATE INDEX conversations_by_time ON conversations (user_id, state, coalesce(created_at, recorded_at), conversation_id);
CREATE INDEX conversations_by_project ON conversations (user_id, state, project) WHERE project IS NOT NULL;

CREATE TABLE messages (
    user_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    speaker text COLLATE "C",
    text text COLLATE "C" NOT NULL,
    created_at bigint,
    model text COLLATE "C",
    attachments text COLLATE "C",
    is_current smallint NOT NULL,
    parent_id text COLLATE "C",
    PRIMARY KEY (user_id, conversation_id, number),
    FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, conversation_id) ON DELETE CASCADE
);

CREATE TABLE imports (
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    import_id text COLLATE "C" NOT NULL,
    file_name text COLLATE "C" NOT NULL,
    source text COLLATE "C",
    state text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL DEFAULT 'chats',
    PRIMARY KEY (user_id, import_id)
);

CREATE TABLE import_memories (
    user_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (user_id, import_id, memory_id),
    FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, memory_id) ON DELETE CASCADE
);

CREATE INDEX import_memories_by_memory ON import_memories (user_id, memory_id);
CREATE INDEX conversations_by_import ON conversations (user_id, import_id, recorded_at) WHERE import_id IS NOT NULL;

-- Derived. Turns are numbered from 0 for each user; a block holds those of one conversation, a segment those that were
-- indexed together. Arrays are little-endian bytes.

CREATE TABLE archive_state (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    epoch integer NOT NULL,
    next_turn bigint NOT NULL,
    seq bigint NOT NULL,
    model text COLLATE "C"
);

CREATE TABLE archive_blocks (
    user_id text COLLATE "C" NOT NULL,
    first_turn bigint NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    platform text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    live smallint NOT NULL,
    count integer NOT NULL,
    numbers bytea NOT NULL,
    speakers text COLLATE "C" NOT NULL,
    cues bytea NOT NULL,
    words bytea NOT NULL,
    lengths bytea NOT NULL,
    days bytea NOT NULL,
    model text COLLATE "C",
    vectors bytea,
    next_model text COLLATE "C",
    next_vectors bytea,
    PRIMARY KEY (user_id, first_turn)
);

CREATE UNIQUE INDEX archive_blocks_by_conversation ON archive_blocks (user_id, conversation_id) WHERE live = 1;
CREATE INDEX archive_blocks_by_seq ON archive_blocks (user_id, seq);
CREATE INDEX archive_blocks_by_model ON archive_blocks (user_id, model, next_model, first_turn) WHERE live = 1;

CREATE TABLE archive_postings (
    user_id text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    segment bigint NOT NULL,
    turns bytea NOT NULL,
    counts bytea NOT NULL,
    PRIMARY KEY (user_id, term, segment)
);

CREATE TABLE archive_segments (
    user_id text COLLATE "C" NOT NULL,
    segment bigint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (user_id, segment)
);
