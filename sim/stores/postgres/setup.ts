/**
 * What stands in the database beside the user's own: a schema that tells committed row changes as notifications, which are
 * transactional by themselves (PostgreSQL documentation, NOTIFY): they come when the transaction commits, in order, and not at
 * all for what was rolled back, be it to a savepoint or in a block with an exception handler. A notification holds less than
 * 8000 bytes, so longer texts come in pieces, each with a number that makes it unlike any other.
 */
/** The schema, and the channel on which it tells. */
export const OWN = '_eddy';

/** In characters, of which each has at most four bytes. */
const PIECE = 1900;

/** Tables of the user's: not temporary, and no partition, since what happens to one is told of the whole. */
const USERS = `n.nspname NOT IN ('${OWN}', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND c.relpersistence <> 't'`;

/** The columns of a row as the client hands them out by default, as plain JSON; `@@` stands for the row. */
const COLUMNS = `
  SELECT string_agg(replace(CASE
      WHEN a.atttypid IN ('int8'::regtype, 'numeric'::regtype, 'money'::regtype) THEN '@@.#::text AS #'
      WHEN a.atttypid IN ('int8[]'::regtype, 'numeric[]'::regtype) THEN '@@.#::text[] AS #'
      WHEN a.atttypid = 'timestamptz'::regtype THEN 'to_char(@@.# AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'') AS #'
      WHEN a.atttypid = 'timestamp'::regtype THEN 'to_char(@@.#, ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'') AS #'
      ELSE '@@.# AS #' END, '#', quote_ident(a.attname)), ', ' ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped`;

/** The primary key of a row as text. */
const KEY = `
  SELECT 'concat_ws(''/'', ' || string_agg(format('@@.%I::text', a.attname), ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)) || ')'
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = rel AND a.attnum = ANY (i.indkey::int2[])
    WHERE i.indrelid = rel AND i.indisprimary`;

const TELL = `
CREATE FUNCTION ${OWN}.tell(what text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = auto AS $body$
DECLARE at int := 1;
BEGIN
  LOOP
    PERFORM pg_notify('${OWN}', nextval('${OWN}.told')
      || CASE WHEN at + ${PIECE} > length(what) THEN '.' ELSE '+' END || substr(what, at, ${PIECE}));
    at := at + ${PIECE};
    EXIT WHEN at > length(what);
  END LOOP;
END $body$;`;

/** Makes the triggers of one table, anew if they are there: its columns may have changed. */
const WATCH = `
CREATE FUNCTION ${OWN}.watch(rel oid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $body$
DECLARE spoken text; full_name text; row_of text; key_of text; old_row text;
BEGIN
  SELECT CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
      format('%I.%I', n.nspname, c.relname)
    INTO spoken, full_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = rel AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${USERS};
  IF spoken IS NULL THEN RETURN; END IF;
  row_of := '(SELECT row_to_json(eddy_row) FROM (SELECT ' || coalesce((${COLUMNS}), '') || ') eddy_row)';
  SELECT (${KEY}) INTO key_of;
  IF key_of IS NULL THEN
    key_of := 'NULL';
    old_row := row_of;
  ELSE
    old_row := format('CASE WHEN %s IS DISTINCT FROM %s THEN %s END', replace(key_of, '@@', 'NEW'), key_of, row_of);
  END IF;
  EXECUTE format($q$CREATE OR REPLACE FUNCTION ${OWN}.%I(eddy_how text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $f$
    BEGIN
      PERFORM ${OWN}.tell(json_build_array(%L, eddy_how, %s, NULL, %s, NULL)::text) FROM %s AS eddy_r;
    END $f$$q$, 'rows_' || rel, spoken, replace(key_of, '@@', 'eddy_r'), replace(row_of, '@@', 'eddy_r'), full_name);
  EXECUTE format($q$CREATE OR REPLACE FUNCTION ${OWN}.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = auto AS $f$
    BEGIN
      IF current_setting('${OWN}.busy', true) = 'yes' THEN RETURN NULL;
      ELSIF TG_OP = 'TRUNCATE' THEN PERFORM ${OWN}.%2$I('deleted');
      ELSIF TG_OP = 'INSERT' THEN
        PERFORM ${OWN}.tell(json_build_array(%3$L, 'inserted', %4$s, NULL, %5$s, NULL)::text);
      ELSIF TG_OP = 'UPDATE' THEN
        PERFORM ${OWN}.tell(json_build_array(%3$L, 'updated', %4$s, %6$s, %5$s, %8$s)::text);
      ELSE
        PERFORM ${OWN}.tell(json_build_array(%3$L, 'deleted', %6$s, NULL, %7$s, NULL)::text);
      END IF;
      RETURN NULL;
    END $f$$q$, 'note_' || rel, 'rows_' || rel, spoken, replace(key_of, '@@', 'NEW'), replace(row_of, '@@', 'NEW'),
    replace(key_of, '@@', 'OLD'), replace(row_of, '@@', 'OLD'), replace(old_row, '@@', 'OLD'));
  EXECUTE format('CREATE OR REPLACE TRIGGER ${OWN}_note AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION ${OWN}.%I()', full_name, 'note_' || rel);
  EXECUTE format('CREATE OR REPLACE TRIGGER ${OWN}_cut BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION ${OWN}.%I()', full_name, 'note_' || rel);
  -- Whatever the session's role in replication is.
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER ${OWN}_note, ENABLE ALWAYS TRIGGER ${OWN}_cut', full_name);
END $body$;`;

/** Tables that are made or changed later are watched too; that the schema has changed is told. */
const ALTERED = `
CREATE FUNCTION ${OWN}.altered() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
DECLARE made record; is_users boolean := false;
BEGIN
  IF current_setting('${OWN}.busy', true) = 'yes' THEN RETURN; END IF;
  PERFORM set_config('${OWN}.busy', 'yes', true);
  FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
    CONTINUE WHEN made.schema_name IN ('${OWN}', 'pg_temp');
    is_users := true;
    IF made.classid = 'pg_class'::regclass THEN PERFORM ${OWN}.watch(made.objid); END IF;
  END LOOP;
  IF is_users THEN PERFORM ${OWN}.tell('["schema"]'); END IF;
  PERFORM set_config('${OWN}.busy', 'no', true);
END $body$;
CREATE FUNCTION ${OWN}.dropped() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE NOT is_temporary AND schema_name IS DISTINCT FROM '${OWN}') THEN
    PERFORM ${OWN}.tell('["schema"]');
  END IF;
END $body$;
CREATE EVENT TRIGGER ${OWN}_altered ON ddl_command_end EXECUTE FUNCTION ${OWN}.altered();
CREATE EVENT TRIGGER ${OWN}_dropped ON sql_drop EXECUTE FUNCTION ${OWN}.dropped();`;

/** Keeps the rows and sequences that are there as those that every run begins with, and tells the rows. */
const KEEP = `
CREATE TABLE ${OWN}.seeds (full_name text, kept text, columns text);
CREATE TABLE ${OWN}.sequences (named regclass, last_value int8, is_called bool);
CREATE FUNCTION ${OWN}.keep() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE t record; has_rows bool;
BEGIN
  PERFORM set_config('${OWN}.busy', 'yes', true);
  FOR t IN SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS full_name, 'seed_' || c.oid AS kept,
        (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${USERS} ORDER BY c.oid LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || t.full_name || ')' INTO has_rows;
    CONTINUE WHEN NOT has_rows;
    EXECUTE format('CREATE TABLE ${OWN}.%I AS TABLE %s', t.kept, t.full_name);
    INSERT INTO ${OWN}.seeds VALUES (t.full_name, t.kept, t.columns);
    EXECUTE format('SELECT ${OWN}.%I(%L)', 'rows_' || t.oid, 'seeded');
  END LOOP;
  FOR t IN SELECT format('%I.%I', n.nspname, c.relname) AS full_name FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND ${USERS} LOOP
    EXECUTE format('INSERT INTO ${OWN}.sequences SELECT %L::regclass, last_value, is_called FROM %s', t.full_name, t.full_name);
  END LOOP;
END $body$;`;

/** What a connection leaves behind in the session. */
export const DISCARD =
  'CLOSE ALL; RESET SESSION AUTHORIZATION; RESET ALL; DEALLOCATE ALL; DISCARD TEMP; DISCARD SEQUENCES';

/** Each table of the user's, with the name that its changes are told under. */
export const TABLES = `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${USERS} ORDER BY c.oid`;

/** Each that has a file of its own. */
export const FILES = `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND ${USERS} ORDER BY c.oid`;

/**
 * Those whose files hold anything, even if nothing in them was ever committed: the order in which a table is read depends on
 * what its file has held.
 */
export function used(files: readonly string[]): string {
  const sizes = files.map((file) => `SELECT ${literal(file)} WHERE pg_relation_size(${literal(file)}) > 0`);
  return sizes.join(' UNION ALL ');
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Statements that put back the rows of the migrations. */
export const SEEDING = `SELECT format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM ${OWN}.%I', full_name, columns, columns, kept)
  FROM ${OWN}.seeds`;

/**
 * Whether triggers of the user's, or foreign keys among rows to be put back, would have a say in that. To keep all triggers out
 * of it costs all plans that the server has made.
 */
export const HAS_TRIGGERS = `SELECT count(*) FROM pg_trigger t
  WHERE (NOT t.tgisinternal AND t.tgname NOT LIKE '${OWN}%') OR (t.tgisinternal AND EXISTS (SELECT FROM ${OWN}.seeds))`;

/** Empties tables without a word, and puts rows and sequences back. */
export function restoring(used: readonly string[], seeding: readonly string[], hasTriggers: boolean): string {
  const emptied = used.length === 0 ? [] : [`TRUNCATE ${used.join(', ')} CASCADE`, ...seeding];
  return [
    `SET LOCAL client_min_messages = error; SET LOCAL ${OWN}.busy = yes`,
    ...(hasTriggers ? ['SET LOCAL session_replication_role = replica'] : []),
    ...emptied,
    `SELECT setval(named, last_value, is_called) FROM ${OWN}.sequences`,
    `SELECT setval('${OWN}.told', 1, false), setval('pg_catalog.eddy_ids', 1, false)`,
  ].join('; ');
}

/** Before the migrations. */
export const SETUP = [
  `CREATE SCHEMA ${OWN}; GRANT USAGE ON SCHEMA ${OWN} TO PUBLIC; CREATE SEQUENCE ${OWN}.told;`,
  TELL,
  WATCH,
  KEEP,
  ALTERED,
].join('\n');

/** Everything that migrations and runs have made, gone. */
export const WIPE = `
DROP EVENT TRIGGER IF EXISTS ${OWN}_altered; DROP EVENT TRIGGER IF EXISTS ${OWN}_dropped;
DO $body$
DECLARE each record;
BEGIN
  PERFORM set_config('client_min_messages', 'error', true);
  FOR each IN SELECT evtname AS name FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', each.name); END LOOP;
  FOR each IN SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' LOOP
    EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', each.name);
  END LOOP;
  FOR each IN SELECT nspname AS name FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', each.name);
  END LOOP;
  FOR each IN SELECT rolname AS name FROM pg_roles WHERE oid >= 16384 LOOP
    EXECUTE format('DROP OWNED BY %I; DROP ROLE %I', each.name, each.name);
  END LOOP;
  EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
  CREATE SCHEMA public;
  GRANT ALL ON SCHEMA public TO PUBLIC;
END $body$;`;

/**
 * Once in an engine: functions that would leave the world stand aside for ones that answer from it, or refuse. Time-ordered ids
 * never go back in PostgreSQL, so what one run has made would show in the next.
 */
export const STAND_INS = `
DO $body$
DECLARE f record; instead text;
BEGIN
  FOR f IN SELECT oid::regprocedure AS signature, proname, pg_get_function_arguments(oid) AS arguments,
      pg_get_function_result(oid) AS result FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
      AND (proname IN ('pg_sleep', 'pg_sleep_for', 'pg_sleep_until') OR proname ~ '^pg_(try_)?advisory_(un)?lock(_shared|_all)?$') LOOP
    EXECUTE format('ALTER FUNCTION %s RENAME TO %I', f.signature, 'eddy_aside_' || f.proname);
    instead := CASE WHEN f.proname LIKE 'pg_sleep%' THEN 'a server that sleeps holds up all its clients: wait in the service'
      ELSE 'all connections share one session, which would never wait for itself: use pg_advisory_xact_lock' END;
    EXECUTE format('CREATE FUNCTION pg_catalog.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN
      RAISE EXCEPTION USING ERRCODE = %L, MESSAGE = %L; END $f$', f.proname, f.arguments, f.result, '0A000',
      f.proname || ' is not modelled inside a run: ' || instead);
  END LOOP;
END $body$;
CREATE SEQUENCE pg_catalog.eddy_ids;
ALTER FUNCTION pg_catalog.uuidv7() RENAME TO eddy_aside_uuidv7;
CREATE FUNCTION pg_catalog.uuidv7() RETURNS uuid LANGUAGE sql VOLATILE AS $f$
  SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::int8), 12, '0') || '7'
    || lpad(to_hex(nextval('pg_catalog.eddy_ids') & 4095), 3, '0') || right(replace(gen_random_uuid()::text, '-', ''), 16))::uuid
$f$;`;
