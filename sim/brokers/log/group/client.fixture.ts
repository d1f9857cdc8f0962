/**
 * A member of a group as a client library plays it: every answer waits in an inbox until `step` takes it up, so that whatever
 * can happen in between does. Eager assignors' members give all up before they join; cooperative ones only what is taken.
 */
import { ASSIGNORS, type AssignorName } from './assignors/table.ts';
import { type Assignment, flatten, keyOf, type Partitions } from './assignors/assignor.ts';
import type { Bench } from './bench.fixture.ts';
import type { GroupError, JoinAnswer, Joined, JoinRequest, SyncAnswer } from './protocol.ts';

export interface ClientShape {
  readonly name: string;
  readonly assignor: AssignorName;
  readonly topics: readonly string[];
  readonly instanceId?: string;
  readonly beats: boolean;
  readonly needsMemberId: boolean;
}

/** What a leader decided, and on what grounds. */
export interface Decision {
  readonly joined: Joined;
  readonly partitions: Readonly<Record<string, number>>;
  readonly assignment: Assignment;
}

export class Client {
  memberId = '';
  /** As it was told with the last join. */
  generation = -1;
  parkedAs: string | undefined;
  /** What it works on. */
  working: Partitions = {};
  /** What it was assigned last, and in which generation. */
  assigned: Partitions = {};
  assignedIn = -1;
  phase: 'out' | 'joining' | 'syncing' | 'in' | 'gone' = 'out';
  readonly inbox: (() => void)[] = [];
  #ticket = 0;
  #node = 0;
  #leads: Readonly<Record<string, number>> | undefined;

  constructor(
    readonly bench: Bench,
    readonly shape: ClientShape,
    /** It has decided who gets what, or has taken up what it got. */
    readonly tells: { decided(decision: Decision): void; tookUp(client: Client): void },
  ) {}

  get isCooperative(): boolean {
    return this.shape.assignor === 'cooperative-sticky';
  }

  get partitions(): string[] {
    return flatten(this.working).map(keyOf);
  }

  join(): void {
    if (!this.isCooperative) this.working = {};
    this.phase = 'joining';
    const take = this.#awaits((answer: JoinAnswer) => this.#joined(answer));
    this.parkedAs = this.bench.group.join(this.#request, take);
  }

  step(): void {
    this.inbox.shift()?.();
  }

  /** A heartbeat; a leader also looks whether topics have grown. */
  beat(): void {
    if (this.phase !== 'in') return;
    const { error } = this.bench.group.heartbeat({ ...this.#asking, generation: this.generation });
    if (error) this.#again(error);
    else if (this.#leads && JSON.stringify(this.#leads) !== JSON.stringify(this.bench.partitions)) this.join();
  }

  leave(): void {
    this.bench.group.leave(this.#asking);
    this.end();
  }

  /** Its heartbeats are heard no more; if its join is not answered yet, it goes by an id that it does not know. */
  fallSilent(): void {
    for (const id of [this.memberId, this.parkedAs ?? '']) this.bench.group.silence(id, this.bench.nowUs);
  }

  beHeard(): void {
    for (const id of [this.memberId, this.parkedAs ?? '']) this.bench.group.heard(id);
  }

  /** It is no more; nobody is told. */
  end(): void {
    this.phase = 'gone';
    this.working = {};
    this.inbox.length = 0;
    this.#ticket++;
    this.fallSilent();
  }

  /** Commits for a partition that it works on: whether that was taken. */
  commit(partition: string, offset: number): boolean {
    const [topic = '', n] = partition.split('/');
    const { group } = this.bench;
    const offsets = [{ topic, partition: Number(n), offset }];
    return !group.commit({ ...this.#asking, generation: this.generation, offsets }).error;
  }

  #joined(answer: JoinAnswer): void {
    if (answer.error !== undefined) {
      if (answer.error === 'MEMBER_ID_REQUIRED') this.memberId = answer.memberId as string;
      this.#again(answer.error);
      return;
    }
    this.phase = 'syncing';
    this.memberId = answer.memberId;
    this.generation = answer.generation;
    const leads = answer.leaderId === answer.memberId;
    this.#leads = leads ? { ...this.bench.partitions } : undefined;
    // It does not know for which partitions the assignment that stays was made, and asks for another. (The Java client goes
    // on, and misses what was added since.)
    if (answer.skipAssignment) this.#leads = {};
    const brings = leads && !answer.skipAssignment ? { assignments: this.#decide(answer) } : {};
    const take = this.#awaits((synced: SyncAnswer) => this.#synced(synced));
    this.bench.group.sync({ ...this.#asking, generation: this.generation, ...brings }, take);
  }

  #synced(answer: SyncAnswer): void {
    if (answer.error !== undefined) {
      this.#again(answer.error);
      return;
    }
    const had = this.partitions;
    this.phase = 'in';
    this.working = answer.assignment;
    this.assigned = answer.assignment;
    this.assignedIn = this.generation;
    this.tells.tookUp(this);
    const has = new Set(this.partitions);
    if (had.some((one) => !has.has(one))) this.join();
  }

  #decide(joined: Joined): Assignment {
    const partitions = { ...this.bench.partitions };
    const assignment = ASSIGNORS[joined.protocol as AssignorName](joined.members, partitions);
    this.tells.decided({ joined, partitions, assignment });
    return assignment;
  }

  /** What a client does about an error: all but the fenced one join again. */
  #again(error: GroupError): void {
    if (error === 'UNKNOWN_MEMBER_ID') this.memberId = '';
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION') {
      this.working = {};
      this.assigned = {};
      this.assignedIn = -1;
    }
    if (error === 'NOT_COORDINATOR') this.#node = this.bench.groups.find('workers').node;
    if (error === 'FENCED_INSTANCE_ID') this.end();
    else if (error === 'COORDINATOR_LOAD_IN_PROGRESS') this.inbox.push(() => this.join());
    else this.join();
  }

  /** Only what the last request is answered counts. */
  #awaits<A>(take: (answer: A) => void): (answer: A) => void {
    const ticket = ++this.#ticket;
    return (answer) => {
      if (ticket === this.#ticket) this.inbox.push(() => take(answer));
    };
  }

  get #asking(): { memberId: string; node: number; instanceId?: string } {
    const { instanceId } = this.shape;
    return { memberId: this.memberId, node: this.#node, ...(instanceId === undefined ? {} : { instanceId }) };
  }

  get #request(): JoinRequest {
    const { name, assignor, topics, beats, needsMemberId } = this.shape;
    const owned = assignor === 'sticky' ? this.assigned : this.working;
    return {
      ...this.#asking,
      clientId: name,
      protocols: [{ name: assignor, metadata: { topics, owned, generation: this.assignedIn } }],
      sessionTimeoutUs: 10_000_000,
      rebalanceTimeoutUs: 20_000_000,
      beats,
      needsMemberId,
    };
  }
}
