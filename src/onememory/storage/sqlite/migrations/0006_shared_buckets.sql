-- Shared buckets: who else may come in, links to join, and who wrote what.

-- Directory: found by the member, before there is a scope; `owner_id` is whose bucket it is.
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

ALTER TABLE memories ADD COLUMN author_id TEXT;
ALTER TABLE memory_versions ADD COLUMN author_id TEXT;
ALTER TABLE audit ADD COLUMN author_id TEXT;
ALTER TABLE proposals ADD COLUMN author_id TEXT;
