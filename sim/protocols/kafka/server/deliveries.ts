/**
 * Records that were fetched, and those of them that somebody is at work at. A fetch says nothing of which record its client's code
 * is at: that is said when the code is given it (`take`), by whoever stands between client and code.
 */
import { EddyError } from '../../../errors.ts';
import { type Context, type Moment, runIn } from '../../../kernel/context.ts';
import type { Process } from '../../../services/process.ts';
import { nameOf } from '../../../thrown.ts';
import { keyOf } from '../../../brokers/log/group/assignors/assignor.ts';
import type { OffsetOf } from '../../../brokers/log/group/protocol.ts';
import { handOutRecord, type ReadBy } from '../../../brokers/log/hand-out.ts';
import type { LogRecord } from '../../../brokers/log/record.ts';
import type { LogRuntime } from '../../../brokers/log/runtime.ts';
import type { Place } from '../../../brokers/log/transactions.ts';
import type { Handed } from '../../../brokers/handing.ts';

const NEVER = new Promise<never>(() => {});

/** A record in the hands of a process's code. */
export class WireDelivery {
  readonly #handed: Handed;
  isUnderWay = false;
  isAcked = false;

  constructor(
    readonly log: LogRuntime<string>,
    readonly process: Process,
    readonly at: Place & { readonly record: LogRecord; readonly by: ReadBy },
  ) {
    this.#handed = handOutRecord(log, process, at);
  }

  get moment(): Moment {
    return this.#handed.moment;
  }

  get context(): Context {
    return this.#handed.context;
  }

  /** The value as it is handed out: what was sent, or what poison has made of it. */
  get value(): Uint8Array | null {
    const { record } = this.at;
    const { text } = this.#handed.copy;
    if (text !== record.envelope.text) return Buffer.from(text);
    return record.raw ? record.raw.value : record.tombstone ? null : Buffer.from(text);
  }

  /** Whoever reads the value dies. */
  get kills(): boolean {
    return this.#handed.copy.kills;
  }

  /** @throws EddyError EDDY_PROCESS_DIED, in a process that has died by then */
  die(): never {
    this.process.die('process', 'poison', this.moment.causes);
    return this.neverReturn();
  }

  /** What strikes when the delivery is there strikes. @returns whether its process has outlived that */
  begin(): boolean {
    this.isUnderWay = true;
    this.#handed.strikeReceipt();
    return this.process.alive;
  }

  /** @throws EddyError EDDY_PROCESS_DIED, in a process that has died by then */
  neverReturn(): never {
    throw new EddyError('EDDY_PROCESS_DIED', `The process that was given ${this.#handed.message.id} has died`);
  }

  /** Code that works for it; it is open until that has settled. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.begin()) return NEVER;
    try {
      return await runIn(this.context, work);
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      this.done();
    }
  }

  done(): void {
    this.isUnderWay = false;
    this.moment.open = false;
  }

  #failed(error: unknown): void {
    const { log, process, at, moment } = this;
    if (!process.alive || log.simulation.world.isOver) return;
    const about = { lineage: at.record.envelope.lineage, error: nameOf(error) };
    log.note(process.label, 'handlerFailed', at.topic, this.#handed.message, about, moment.causes);
  }

  /** Its group has committed an offset behind it. */
  acked(group: string): void {
    const { log, process, at, moment } = this;
    this.isAcked = true;
    const { topic, partition, record } = at;
    const about = { lineage: record.envelope.lineage, partition, offset: record.offset, group };
    log.note(process.label, 'acked', topic, this.#handed.message, about, moment.causes);
    log.simulation.world.changed();
  }
}

export class Deliveries {
  /** By process and place: what its connections were sent last. */
  readonly #fetched = new Map<Process, Map<string, LogRecord>>();
  /** Those that were not committed yet, in the order in which they were taken. */
  readonly #taken = new Map<Process, WireDelivery[]>();

  constructor(readonly log: LogRuntime<string>) {}

  fetched(process: Process, place: Place, records: readonly LogRecord[]): void {
    let known = this.#fetched.get(process);
    if (!known) this.#fetched.set(process, (known = new Map()));
    for (const record of records) known.set(placeOf(place, record.offset), record);
  }

  /** The process's code is given a record; undefined: none that was fetched. */
  take(process: Process, place: Place, offset: number, by: ReadBy): WireDelivery | undefined {
    const record = this.#fetched.get(process)?.get(placeOf(place, offset));
    if (!record || !process.alive) return undefined;
    const delivery = new WireDelivery(this.log, process, { ...place, record, by });
    const taken = this.#taken.get(process) ?? [];
    // It may have been given before: only the last time counts.
    const others = taken.filter(({ at }) => at.record !== record || at.by.group !== by.group);
    this.#taken.set(process, [...others, delivery]);
    return delivery;
  }

  /** The delivery that a commit of these offsets is about: the last one that it covers. */
  covered(process: Process, group: string, offsets: readonly OffsetOf[]): WireDelivery | undefined {
    return this.#covered(process, group, offsets).at(-1);
  }

  /** The group has taken these offsets. */
  committed(process: Process, group: string, offsets: readonly OffsetOf[]): void {
    const covered = this.#covered(process, group, offsets);
    for (const delivery of covered) delivery.acked(group);
    const left = this.#taken.get(process)?.filter(({ isAcked, isUnderWay }) => !isAcked || isUnderWay);
    if (left) this.#taken.set(process, left);
    for (const { at } of covered) this.#fetched.get(process)?.delete(placeOf(at, at.record.offset));
  }

  #covered(process: Process, group: string, offsets: readonly OffsetOf[]): readonly WireDelivery[] {
    const upTo = new Map(offsets.map((one) => [keyOf(one), one.offset]));
    return (this.#taken.get(process) ?? []).filter(({ at, isAcked }) => {
      return !isAcked && at.by.group === group && at.record.offset < (upTo.get(keyOf(at)) ?? 0);
    });
  }

  /** What never ends, in words. */
  get unfinished(): readonly string[] {
    return [...this.#taken].flatMap(([process, taken]) =>
      taken
        .filter(({ isUnderWay }) => isUnderWay && process.alive)
        .map(({ moment: { printed, waitsFor = 'something outside its ports' } }) => {
          return `${printed} at ${process.label} is still being handled; it waits for ${waitsFor}`;
        }),
    );
  }
}

const placeOf = (place: Place, offset: number): string => `${keyOf(place)}@${offset}`;
