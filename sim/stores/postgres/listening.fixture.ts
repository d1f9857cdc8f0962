/** An engine that keeps what it hears, and clients that talk to it in a run. */
import { once } from 'node:events';
import pg, { type Client } from 'pg';
import { complete, errorResponse, ready, type Status } from '../../protocols/postgres/backend.ts';
import { joined, message } from '../../protocols/postgres/bytes.ts';
import { Frames } from '../../protocols/postgres/frames.ts';
import { type Asked, readAsked } from '../../protocols/postgres/frontend.ts';
import { type Statement, statementsOf } from '../../protocols/postgres/statements.ts';
import { type RunRecord } from '../../simulate.ts';
import { play } from '../../world.fixture.ts';
import { postgresComponent } from './component.ts';
import type { Engine } from './engine.ts';

/**
 * Fails a statement with `fails` in it, as a server does, and any behind it in its transaction; behind one of the extended
 * protocol it ignores all up to the next Sync.
 */
export class Listening implements Engine {
  isSetUp = false;
  heard: string[] = [];
  #status: Status = 'I';
  readonly #statements = new Map<string, string>();
  #portal = '';
  #isDeaf = false;

  exec(bytes: Uint8Array): Uint8Array {
    const frames = new Frames();
    frames.started();
    frames.push(bytes.slice());
    const answers: Uint8Array[] = [];
    for (let frame = frames.next(); frame; frame = frames.next()) answers.push(...this.#answer(readAsked(frame)));
    return joined(answers);
  }

  #answer(asked: Asked): Uint8Array[] {
    if (this.#isDeaf && asked.what !== 'sync') return [];
    switch (asked.what) {
      case 'query':
        this.heard.push(asked.sql);
        return [...statementsOf(asked.sql).map((each) => this.#does(each)), ready(this.#status)];
      case 'parse':
        this.#statements.set(asked.statement, asked.sql);
        return [message('1')];
      case 'bind':
        this.#portal = this.#statements.get(asked.statement) ?? '';
        return [message('2')];
      case 'describe':
        return [message('n')];
      case 'execute':
        this.heard.push(`(${this.#portal})`);
        this.#isDeaf = this.#portal.includes('fails()');
        return statementsOf(this.#portal).map((each) => this.#does(each));
      case 'sync':
        this.#isDeaf = false;
        return [ready(this.#status)];
      default:
        return [];
    }
  }

  #does({ verb, text }: Statement): Uint8Array {
    const before = this.#status;
    if (verb === 'begin') this.#status = 'T';
    if (verb === 'commit' || verb === 'rollback') {
      this.#status = 'I';
      return complete(before === 'E' || verb === 'rollback' ? 'ROLLBACK' : 'COMMIT');
    }
    if (before !== 'E' && !/fails\(\)|^DO \$\$ BEGIN RAISE/.test(text)) return complete(verb.toUpperCase());
    if (before !== 'I') this.#status = 'E';
    const code = before === 'E' ? '25P02' : (/ERRCODE = '(\w+)'/.exec(text)?.[1] ?? 'P0001');
    return errorResponse({ code, message: text });
  }
}

export const connected = async (o: pg.ClientConfig = {}): Promise<Client> => {
  const client = new pg.Client({ host: 'db', user: 'postgres', ...o });
  client.on('error', () => {});
  await client.connect();
  return client;
};

/** What the engine hears while clients do this, but for what every run begins and ends with; and how the run ended. */
export async function hears(
  work: (tell: (what: unknown) => void) => Promise<unknown>,
  faults: readonly string[] = [],
): Promise<{ heard: string[]; told: unknown[]; record: RunRecord }> {
  const engine = new Listening();
  const db = postgresComponent('db', {
    migrations: () => [],
    engines: { take: () => Promise.resolve({ engine, isFresh: true }), lost: () => {} },
    port: () => ({}),
  });
  const told: unknown[] = [];
  let heard: string[] = [];
  const record = await play({
    uses: { db },
    recordSites: true,
    send: async () => {
      engine.heard = [];
      try {
        await work((what) => told.push(what));
      } catch (error) {
        told.push(error);
      }
      heard = [...engine.heard];
    },
    faults,
  });
  return { heard: heard.map((each) => each.replace(/setseed\(.*\)/, 'setseed(…)')), told, record };
}

/** What `pg` sends message by message. */
export interface Sending {
  parse(o: { text: string }): void;
  bind(o: object): void;
  execute(o: object): void;
  flush(): void;
  sync(): void;
  stream: { destroy(): void };
}
export const sending = (client: Client): Sending & NodeJS.EventEmitter =>
  (client as unknown as { connection: Sending & NodeJS.EventEmitter }).connection;
export const synced = async (connection: Sending & NodeJS.EventEmitter): Promise<void> => {
  connection.sync();
  await once(connection, 'readyForQuery');
};
