/**
 * A queue in its plainest form, written from the facts and not from the broker's code: no data structure but lists, and
 * every question answered by looking at all of it. Commands run against both, and what can be seen must agree.
 */
import type { Profile } from './profile.ts';
import type { QueueOptions } from './settings.ts';

interface Message {
  readonly id: string;
  priority: number | undefined;
  readonly expiresUs: number;
  /** The n-th to come, or to come again, behind all others. */
  place: number;
  /** The n-th to be returned, if it stands among the returned ones. */
  returned: number | undefined;
  again: boolean;
  returns: number;
}

interface Client {
  readonly on: number;
  readonly prefetch: number;
  readonly autoAck: boolean;
  readonly priority: number;
  /** When its last turn was, or when it came. */
  turn: number;
  /** When it was found to have no room. */
  blocked: number | undefined;
}

interface Held {
  readonly tag: number;
  readonly message: Message;
  readonly client: Client | undefined;
}

/** What a client of the queue sees. */
export interface Seen {
  readonly ready: readonly string[];
  readonly held: readonly (readonly string[])[];
  readonly told: readonly string[];
}

export class QueueModel {
  nowUs = 0;
  readonly #ready: Message[] = [];
  #clients: Client[] = [];
  #active: Client | undefined;
  readonly #held: Held[][];
  readonly #tags: number[];
  #count = 0;
  #outs = 0;
  #refuses = false;
  #nextWaits = false;
  /** All that happened to messages and publishers, in order. */
  readonly told: string[] = [];

  constructor(
    readonly o: QueueOptions<string>,
    readonly profile: Profile,
    channels: number,
  ) {
    this.#held = Array.from({ length: channels }, () => []);
    this.#tags = Array.from({ length: channels }, () => 0);
  }

  get quorum(): boolean {
    return this.o.type === 'quorum';
  }

  get #limit(): number {
    const byDefault = this.quorum && this.profile !== '3.13' ? 20 : Infinity;
    const limit = this.o.deliveryLimit ?? byDefault;
    return limit < 0 ? Infinity : limit;
  }

  get seen(): Seen {
    const held = this.#held.map((list) => list.map(({ tag, message }) => `${tag}:${message.id}`));
    return { ready: this.#order().map(({ id }) => id), held, told: this.told };
  }

  consumerOn(on: number): boolean {
    return this.#clients.some((client) => client.on === on);
  }

  tagsOf(on: number): number[] {
    return (this.#held[on] ?? []).map(({ tag }) => tag);
  }

  publish(id: string, priority: number | undefined, ttlUs: number | undefined): void {
    const expiresUs = this.nowUs + Math.min((this.o.messageTtlMs ?? Infinity) * 1000, ttlUs ?? Infinity);
    const message: Message = {
      id,
      priority,
      expiresUs,
      place: this.#count++,
      returned: undefined,
      again: false,
      returns: 0,
    };
    if (this.#isFull) {
      this.told.push(`${id} nacked`);
      if (this.o.overflow === 'reject-publish-dlx') this.#giveUp(message, 'maxlen');
      return;
    }
    this.#ready.push(message);
    this.#dispatch();
    this.#dropHeads();
  }

  consume(on: number, o: { prefetch: number; autoAck: boolean; priority: number }): void {
    const client: Client = { on, ...o, turn: this.#count++, blocked: undefined };
    this.#clients.push(client);
    this.#dispatch();
  }

  cancel(on: number): void {
    const wasActive = this.#active?.on === on;
    this.#leave(on);
    // A classic queue of 3.x leaves the next single active consumer waiting until something comes, or comes back.
    if (wasActive && !this.quorum && this.profile === '3.13') this.#nextWaits = true;
    else this.#dispatch();
  }

  get(on: number): void {
    this.#expire();
    const message = this.#take();
    this.#expire();
    if (message) this.#handOut(on, message, undefined, false);
  }

  settle(on: number, how: 'ack' | 'nack' | 'reject', tag: number, o: { multiple: boolean; requeue: boolean }): void {
    const list = this.#held[on] as Held[];
    const meant = list.filter((held) => (o.multiple ? held.tag <= tag : held.tag === tag));
    this.#held[on] = list.filter((held) => !meant.includes(held));
    for (const { message } of meant) {
      if (how === 'ack') this.told.push(`${message.id} acked`);
      else if (o.requeue) this.#comeBack(message, how);
      else this.#giveUp(message, 'rejected');
    }
    if (how !== 'ack' && o.requeue) this.#afterReturns();
    else if (!this.#nextWaits) this.#dispatch();
  }

  close(on: number): void {
    const list = this.#held[on] as Held[];
    this.#held[on] = [];
    this.#tags[on] = 0;
    for (const { message } of list) this.#comeBack(message, 'close');
    this.#leave(on);
    this.#afterReturns();
  }

  wait(us: number): void {
    this.nowUs += us;
    this.#expire();
  }

  /** In which order they would go out. */
  #order(): Message[] {
    const left = [...this.#ready];
    const order: Message[] = [];
    for (let outs = this.#outs; left.length > 0; ) {
      const next = this.#next(left, outs) as Message;
      if (next.returned === undefined) outs = (outs + 1) % 3;
      order.push(next);
      left.splice(left.indexOf(next), 1);
    }
    return order;
  }

  #next(of: readonly Message[], outs: number): Message | undefined {
    const returned = of.filter((each) => each.returned !== undefined);
    if (returned.length > 0) return least(returned, (each) => each.returned ?? 0);
    if (this.quorum && this.profile === '4.2') {
      const high = least(
        of.filter((each) => this.#level(each) > 0),
        (each) => each.place,
      );
      const normal = least(
        of.filter((each) => this.#level(each) === 0),
        (each) => each.place,
      );
      if (high && normal) return outs === 2 && normal.place < high.place ? normal : high;
      return high ?? normal;
    }
    const top = Math.max(...of.map((each) => this.#level(each)));
    return least(
      of.filter((each) => this.#level(each) === top),
      (each) => each.place,
    );
  }

  #level({ priority }: Message): number {
    if (!this.quorum) return Math.min(priority ?? 0, this.o.maxPriority ?? 0);
    if (this.profile === '3.13') return 0;
    if (this.profile === '4.2') return (priority ?? 4) > 4 ? 1 : 0;
    return Math.min(priority ?? 4, 31);
  }

  #take(): Message | undefined {
    const next = this.#next(this.#ready, this.#outs);
    if (!next) return undefined;
    if (next.returned === undefined) this.#outs = (this.#outs + 1) % 3;
    this.#ready.splice(this.#ready.indexOf(next), 1);
    return next;
  }

  #expire(): void {
    const isOver = (message: Message | undefined): boolean => (message?.expiresUs ?? Infinity) <= this.nowUs;
    if (this.quorum && this.profile === '4.3') {
      // Heads of the returned ones and of each priority.
      const lines = new Set(this.#order().map((each) => this.#lineOf(each)));
      for (const line of lines) {
        const members = this.#order().filter((each) => this.#lineOf(each) === line);
        for (const each of members) {
          if (!isOver(each)) break;
          this.#ready.splice(this.#ready.indexOf(each), 1);
          this.#giveUp(each, 'expired');
        }
      }
    } else {
      while (isOver(this.#next(this.#ready, this.#outs))) this.#giveUp(this.#take() as Message, 'expired');
    }
    this.#notice();
  }

  #lineOf(message: Message): string {
    return message.returned === undefined ? `${this.#level(message)}` : 'returned';
  }

  #dispatch(): void {
    this.#nextWaits = false;
    this.#makeRoom();
    for (;;) {
      this.#expire();
      const client = this.#ready.length > 0 ? this.#whoseTurn() : undefined;
      if (!client) break;
      this.#handOut(client.on, this.#take() as Message, client, client.autoAck);
      if (this.quorum && !this.#hasRoom(client)) client.blocked = this.#count++;
    }
    this.#notice();
  }

  /** Who had no room and has some waits behind the others, in the order in which they were found full. */
  #makeRoom(): void {
    if (this.o.singleActiveConsumer) {
      this.#choose();
      return;
    }
    const free = this.#clients.filter((client) => client.blocked !== undefined && this.#hasRoom(client));
    for (const client of free.toSorted((a, b) => (a.blocked ?? 0) - (b.blocked ?? 0))) {
      client.blocked = undefined;
      client.turn = this.#count++;
    }
  }

  #whoseTurn(): Client | undefined {
    if (this.o.singleActiveConsumer) return this.#onlyActive();
    for (;;) {
      const client = this.#first(this.#clients.filter(({ blocked }) => blocked === undefined));
      if (!client) return undefined;
      if (this.#hasRoom(client)) {
        client.turn = this.#count++;
        return client;
      }
      client.blocked = this.#count++;
    }
  }

  #onlyActive(): Client | undefined {
    this.#choose();
    const active = this.#active;
    if (!active || !this.#hasRoom(active)) return undefined;
    return this.#makesWay && this.#outranking(active) ? undefined : active;
  }

  get #makesWay(): boolean {
    return this.quorum && this.profile !== '3.13';
  }

  #choose(): void {
    const active = this.#active;
    if (active && this.#makesWay && this.#outranking(active) && this.#inFlight(active) === 0) {
      this.#active = this.#outranking(active);
      active.turn = this.#count++;
    }
    if (this.#active) return;
    const byPriority = !this.quorum || this.#makesWay;
    this.#active = byPriority ? this.#first(this.#clients) : least(this.#clients, ({ turn }) => turn);
  }

  #outranking(active: Client): Client | undefined {
    return this.#first(this.#clients.filter(({ priority }) => priority > active.priority));
  }

  /** Of the highest priority the one that has waited longest. */
  #first(clients: readonly Client[]): Client | undefined {
    const top = Math.max(...clients.map(({ priority }) => priority));
    return least(
      clients.filter(({ priority }) => priority === top),
      ({ turn }) => turn,
    );
  }

  #hasRoom(client: Client): boolean {
    const { prefetch, autoAck } = client;
    const most = autoAck ? Infinity : prefetch > 0 ? prefetch : this.quorum ? 2000 : Infinity;
    return this.#inFlight(client) < most;
  }

  #inFlight(client: Client): number {
    return (this.#held[client.on] ?? []).filter((held) => held.client === client).length;
  }

  #handOut(on: number, message: Message, client: Client | undefined, autoAck: boolean): void {
    const tag = (this.#tags[on] ?? 0) + 1;
    this.#tags[on] = tag;
    this.told.push(`${message.id} to ${on} as ${tag}${message.again ? ', again' : ''}`);
    message.returned = undefined;
    if (!autoAck) this.#held[on]?.push({ tag, message, client });
  }

  #leave(on: number): void {
    this.#clients = this.#clients.filter((client) => client.on !== on);
    if (this.#active?.on === on) this.#active = undefined;
    if (this.o.singleActiveConsumer) this.#choose();
  }

  #comeBack(message: Message, how: 'nack' | 'reject' | 'close'): void {
    message.again = true;
    if (how !== 'nack' || this.profile !== '4.3') message.returns++;
    if (message.returns > this.#limit) {
      this.#giveUp(message, 'delivery_limit');
      return;
    }
    if (this.quorum && how !== 'close' && this.profile !== '4.3' && this.#limit === Infinity) {
      message.place = this.#count++;
      message.priority = undefined;
    } else if (this.quorum) message.returned = this.#count++;
    this.#ready.push(message);
  }

  #afterReturns(): void {
    if (!this.quorum) this.#dropHeads();
    this.#dispatch();
    this.#dropHeads();
  }

  get #isFull(): boolean {
    const { maxLength = Infinity, overflow = 'drop-head' } = this.o;
    if (overflow === 'drop-head' || (this.quorum && overflow === 'reject-publish-dlx')) return false;
    return this.quorum ? this.#refuses : this.#ready.length >= maxLength;
  }

  #notice(): void {
    const { maxLength = Infinity } = this.o;
    if (this.#ready.length > maxLength) this.#refuses = true;
    else if (this.#ready.length <= Math.floor(maxLength * 0.8)) this.#refuses = false;
  }

  #dropHeads(): void {
    const { maxLength = Infinity, overflow = 'drop-head' } = this.o;
    if (overflow === 'drop-head' || (this.quorum && overflow === 'reject-publish-dlx')) {
      while (this.#ready.length > maxLength) this.#giveUp(this.#take() as Message, 'maxlen');
    }
    this.#expire();
  }

  #giveUp({ id }: Message, reason: string): void {
    this.told.push(
      this.o.deadLetterTo === undefined ? `${id} dropped by work: ${reason}` : `${id} from work to dead: ${reason}`,
    );
  }
}

function least<T>(list: readonly T[], of: (value: T) => number): T | undefined {
  return list.reduce<T | undefined>(
    (first, each) => (first === undefined || of(each) < of(first) ? each : first),
    undefined,
  );
}
