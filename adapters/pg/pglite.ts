/**
 * PGlite (PostgreSQL compiled to WebAssembly) as the engine of simulated databases. It answers synchronously, so a statement is
 * a step inside the simulator: no virtual time can go by meanwhile, and no promise is waited for.
 */
import { type Extension, PGlite } from '@electric-sql/pglite';
import { EddyError } from '../../sim/errors.ts';
import type { Around, Engine, Engines } from '../../sim/stores/postgres/engine.ts';

/** The parts of PGlite's WebAssembly module that are looked behind: plain properties of it, which its own code looks up. */
interface Innards {
  readonly FS: {
    lookupPath(path: string): { readonly node: { readonly rdev: number } };
    getDevice(rdev: number): { readonly stream_ops: object };
    registerDevice(rdev: number, operations: object): void;
  };
  _PostgresMainLoopOnce(): void;
  stackRestore(to: number): void;
}

/** What PGlite's module throws when an SQL error is to be handled; anything else means that the server has ended. */
const LONGJMP = 100;

/** Timers of the server (statement_timeout and the like) would ring after the answer: nobody waits for them. */
const NO_TIMER = (): number => 0;

class PGliteEngine implements Engine {
  isSetUp = false;
  #around: Around | undefined;
  #end: unknown;

  constructor(
    readonly database: PGlite,
    readonly extensions: readonly string[],
  ) {
    const innards = database.Module as unknown as Innards;
    this.#drawFromWorld(innards);
    this.#noticeEnd(innards);
  }

  /** `gen_random_uuid` and all that asks for strong randomness read this device. */
  #drawFromWorld({ FS }: Innards): void {
    const { rdev } = FS.lookupPath('/dev/urandom').node;
    FS.registerDevice(rdev, {
      ...FS.getDevice(rdev).stream_ops,
      read: (_stream: unknown, buffer: Uint8Array, offset: number, length: number): number => {
        this.#around?.fill(buffer.subarray(offset, offset + length));
        return length;
      },
    });
  }

  /**
   * PGlite goes on with the next message whatever its module throws. When the server has ended, no message is ever read, so it
   * would go on for ever: the way out is what it calls outside its own handler.
   */
  #noticeEnd(innards: Innards): void {
    const once = innards._PostgresMainLoopOnce;
    const restore = innards.stackRestore;
    innards._PostgresMainLoopOnce = () => {
      try {
        once();
      } catch (error) {
        if ((error as { status?: unknown }).status !== LONGJMP) this.#end = error;
        throw error;
      }
    };
    innards.stackRestore = (to) => {
      if (this.#end) throw this.#end;
      restore(to);
    };
  }

  exec(bytes: Uint8Array, around: Around): Uint8Array {
    if (this.#end) throw ended(this.#end);
    this.#around = around;
    const tell = (): number => around.timeMs;
    const undo = [swap(Date, 'now', tell), swap(performance, 'now', tell), swap(globalThis, 'setTimeout', NO_TIMER)];
    try {
      return this.database.execProtocolRawSync(bytes);
    } catch (error) {
      this.#end ??= error;
      pgliteEngines.lost(this);
      throw ended(error);
    } finally {
      for (const back of undo) back();
      this.#around = undefined;
    }
  }
}

/** Puts a function in another's place; answers how to put that back. */
function swap(on: object, name: string, value: () => number): () => void {
  const before = Object.getOwnPropertyDescriptor(on, name);
  Object.defineProperty(on, name, { configurable: true, writable: true, value });
  return () => {
    if (before) Object.defineProperty(on, name, before);
    else Reflect.deleteProperty(on, name);
  };
}

function ended(why: unknown): EddyError {
  return new EddyError(
    'EDDY_ENGINE',
    `The PostgreSQL inside the world has ended (${String(why)}): a statement of this run brings PGlite down`,
  );
}

/**
 * A small server: the data are few, and memory is held once a thread. A plan that turned generic after five executions would
 * carry over from run to run.
 */
const SETTINGS = [
  'shared_buffers=8MB',
  'max_wal_size=64MB',
  'min_wal_size=32MB',
  'full_page_writes=off',
  'plan_cache_mode=force_custom_plan',
];

async function start(names: readonly string[]): Promise<PGliteEngine> {
  const startParams = [...PGlite.defaultStartParams, ...SETTINGS.flatMap((each) => ['-c', each])];
  const found = await Promise.all(names.map(extension));
  return new PGliteEngine(await PGlite.create({ startParams, extensions: Object.assign({}, ...found) }), names);
}

/** As PGlite has it beside itself; of one that it has not the server says so. */
async function extension(name: string): Promise<Record<string, Extension>> {
  const file = name.replaceAll('-', '_');
  if (!/^\w+$/.test(file)) return {};
  return import(/* @vite-ignore */ `@electric-sql/pglite/contrib/${file}`).catch(() => ({}));
}

/** The engines of this thread, those used last at the end. */
const mine: { engine: PGliteEngine; of: object }[] = [];

export const pgliteEngines: Engines = {
  async take(component, keep, extensions) {
    const found = mine.find(({ of }) => of === component) ?? mine.find(({ of }) => !keep.includes(of));
    const isFresh = found?.of !== component;
    if (found) mine.splice(mine.indexOf(found), 1);
    const brings = extensions.every((each) => found?.engine.extensions.includes(each));
    const engine = found && brings ? found.engine : await start(extensions);
    mine.push({ engine, of: component });
    return { engine, isFresh };
  },
  lost(engine) {
    const at = mine.findIndex((each) => each.engine === engine);
    if (at >= 0) mine.splice(at, 1);
  },
};
