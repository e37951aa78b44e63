-- Several processes: what one of them remembers and the others must know.
-- Works with the code of schema 1 and later.

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

CREATE TABLE sign_in_steps (
    secret_hash bytea PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    password_mark bytea NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX sign_in_steps_by_user ON sign_in_steps (user_id);

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
