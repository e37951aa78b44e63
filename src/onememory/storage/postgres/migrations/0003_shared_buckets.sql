-- Shared buckets: who else may come in, links to join, and who wrote what.
-- Works with the code of schema 1 and later.

-- Directory: found by the member, before there is a scope; `owner_id` is whose bucket it is.
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

ALTER TABLE memories ADD COLUMN author_id text COLLATE "C";
ALTER TABLE memory_versions ADD COLUMN author_id text COLLATE "C";
ALTER TABLE audit ADD COLUMN author_id text COLLATE "C";
ALTER TABLE proposals ADD COLUMN author_id text COLLATE "C";
