-- For specs: rows that a trigger writes, the seeds among them.
CREATE TABLE orders (id text PRIMARY KEY);
CREATE TABLE audit (id serial PRIMARY KEY, of text NOT NULL);
CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO audit (of) VALUES (NEW.id);
  RETURN NEW;
END $body$;
CREATE TRIGGER audited AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION audited();
INSERT INTO orders VALUES ('seed');
