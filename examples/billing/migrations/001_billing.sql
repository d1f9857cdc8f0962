CREATE TABLE inbox (
  message_id text PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE charges (
  id bigserial PRIMARY KEY,
  transaction_id text NOT NULL,
  customer_id text NOT NULL,
  cents integer NOT NULL
);
