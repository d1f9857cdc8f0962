CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cart_id text NOT NULL UNIQUE,
  email text NOT NULL,
  cents integer NOT NULL
);

CREATE TABLE payments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL,
  cents integer NOT NULL
);

-- Events that have been handled, so that a copy of one changes nothing.
CREATE TABLE inbox (
  event_id text PRIMARY KEY
);

-- Events that are to be published, in the order of their positions.
CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id text NOT NULL UNIQUE,
  event jsonb NOT NULL,
  sent_at timestamptz
);
