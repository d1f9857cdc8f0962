CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE EXTENSION pgcrypto WITH SCHEMA public;
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), token text DEFAULT encode(gen_random_bytes(8), 'hex'));
