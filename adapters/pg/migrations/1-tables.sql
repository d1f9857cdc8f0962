CREATE TABLE charges (id text PRIMARY KEY, cents int NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE inbox (message_id text PRIMARY KEY);
CREATE TABLE balances (customer text PRIMARY KEY, total bigint NOT NULL CHECK (total >= 0));
