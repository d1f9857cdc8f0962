CREATE TABLE tokens (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), share float8 DEFAULT random());
INSERT INTO tokens SELECT FROM generate_series(1, 3);
INSERT INTO balances VALUES ('c1', 100), ('c2', 0);
