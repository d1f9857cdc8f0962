CREATE TABLE inbox (
  message_id text PRIMARY KEY
);

CREATE TABLE orders (
  id text PRIMARY KEY,
  customer_id text NOT NULL,
  cents integer NOT NULL
);

CREATE TABLE outbox (
  position bigserial PRIMARY KEY,
  id text NOT NULL UNIQUE,
  order_id text NOT NULL REFERENCES orders (id),
  sent_at timestamptz
);

-- What is no order, to be looked at by somebody.
CREATE TABLE parked (
  message_id text PRIMARY KEY,
  value bytea
);
