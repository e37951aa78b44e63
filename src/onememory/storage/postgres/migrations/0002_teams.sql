-- Teams: who an identity provider says somebody is, links to choose a password, quotas.
-- Works with the code of schema 1 and later.

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

CREATE TABLE quotas (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (user_id) ON DELETE CASCADE,
    memories bigint,
    bytes bigint,
    used_memories bigint NOT NULL,
    used_bytes bigint NOT NULL
);
