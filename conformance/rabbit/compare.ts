/**
 * Whether what a broker was seen to do is among what the model allows. What is left open, and why:
 *
 * - _dead letter comes later_: a queue sends its dead letters on to another one, a process of its own, in the order in
 *   which it gave them up; what else comes to that one may come before.
 * - _channels of a lost connection close in another order_: each is a process of its own.
 * - _queues deliver to a channel interleaved_: tags number the deliveries of all queues on a channel; queues are
 *   processes of their own, so only the order of each one's own deliveries is given.
 * - _confirms in any order_: those of one burst may come in another order than the publishes, or several as one.
 */
import { Choices } from './choices.ts';
import { ModelPlayer } from './model.ts';
import { type Action, CHANNELS, printAction, printSeen, type Seen, type Step, type Trace } from './trace.ts';

/** So many ways to use the freedoms are tried. */
const TRIES_MAX = 400;

export interface Verdict {
  /** Undefined: the model allows it. */
  readonly difference: readonly string[] | undefined;
  /** Freedoms that were needed. */
  readonly freedoms: readonly string[];
  /** How many steps were compared. */
  readonly steps: number;
}

/** Tags of a channel: those that were seen, and the model's for the same deliveries. */
type Tags = Map<number, number>;

interface Reached {
  readonly difference: readonly string[] | undefined;
  readonly freedoms: ReadonlySet<string>;
  readonly steps: number;
}

export function compare(trace: Trace): Verdict {
  let furthest: Reached | undefined;
  let given: readonly number[] | undefined = [];
  for (let tries = 0; given && tries < TRIES_MAX; tries++) {
    const choices: Choices = new Choices(given);
    const reached = playOnce(trace, choices);
    if (!furthest || reached.steps > furthest.steps || !reached.difference) furthest = reached;
    if (!reached.difference) break;
    given = choices.next;
  }
  const { difference, freedoms, steps } = furthest as Reached;
  return { difference, freedoms: [...freedoms], steps };
}

function playOnce(trace: Trace, choices: Choices): Reached {
  const model = new ModelPlayer(trace, choices);
  const tags: Tags[] = Array.from({ length: CHANNELS }, () => new Map());
  const freedoms = new Set<string>();
  const end = (steps: number, difference?: readonly string[]): Reached => {
    for (const freedom of choices.used) freedoms.add(freedom);
    return { difference, freedoms, steps };
  };
  for (const [n, step] of trace.steps.entries()) {
    const action = inModelsTags(step.action, tags);
    if (action === undefined) {
      freedoms.add('queues deliver to a channel interleaved: a settle of several means other ones, cut');
      return end(n);
    }
    const allowed = model.step(step.atMs, action);
    const why = differs(trace, step, allowed, tags, freedoms);
    if (why !== undefined) return end(n, explain(trace, n, allowed, why));
    forget(step, tags);
  }
  return end(trace.steps.length);
}

function differs(
  trace: Trace,
  step: Step,
  allowed: { seen: readonly (readonly Seen[])[]; ready: readonly number[] },
  tags: readonly Tags[],
  freedoms: Set<string>,
): string | undefined {
  for (let on = 0; on < CHANNELS; on++) {
    const why = channelDiffers(step.seen[on] ?? [], allowed.seen[on] ?? [], tags[on] as Tags, freedoms);
    if (why !== undefined) return `channel ${on}: ${why}`;
  }
  const names = Object.keys(trace.shape.queues);
  const wrong = names.find((_, n) => step.ready[n] !== allowed.ready[n]);
  return wrong === undefined ? undefined : `ready in ${wrong}`;
}

function channelDiffers(
  real: readonly Seen[],
  model: readonly Seen[],
  tags: Tags,
  freedoms: Set<string>,
): string | undefined {
  const answers = (seen: readonly Seen[]): string[] =>
    seen.filter((each) => each[0] !== 'delivered' && each[0] !== 'got').map((each) => each.join(' '));
  const [said, expected] = [answers(real), answers(model)];
  if (said.join() !== expected.join()) {
    if (said.toSorted().join() !== expected.toSorted().join()) return 'answers';
    if (returnsLate(real)) return 'a return came behind its confirm';
    freedoms.add('confirms in any order');
  }
  const [ours, theirs] = [byTaker(real), byTaker(model)];
  if ([...ours.keys()].toSorted().join() !== [...theirs.keys()].toSorted().join()) return 'who is handed something';
  for (const [taker, copies] of ours) {
    const wanted = theirs.get(taker) ?? [];
    if (copies.map(what).join('; ') !== wanted.map(what).join('; ')) return `what ${taker} is handed`;
    copies.forEach((copy, n) => tags.set(tagOf(copy), tagOf(wanted[n] as Copied)));
  }
  const order = [...tags].some(([a, b]) => a !== b);
  if (order) freedoms.add('queues deliver to a channel interleaved');
  return undefined;
}

type Copied = Extract<Seen, readonly ['delivered' | 'got', ...unknown[]]>;

const tagOf = (copy: Copied): number => copy[2];
const what = ([kind, n, , ...rest]: Copied): string => `${kind} ${n} ${rest.join(' ')}`;

/** Each consumer's copies, in order; those of `get` on their own. */
function byTaker(seen: readonly Seen[]): Map<string, Copied[]> {
  const all = new Map<string, Copied[]>();
  for (const each of seen) {
    if (each[0] !== 'delivered' && each[0] !== 'got') continue;
    const taker = each[0] === 'got' ? 'get' : `consumer ${each[1]}`;
    const copies = all.get(taker) ?? [];
    all.set(taker, copies);
    copies.push(each);
  }
  return all;
}

function returnsLate(seen: readonly Seen[]): boolean {
  return seen.some(
    ([kind, id], at) =>
      kind === 'returned' && seen.slice(0, at).some((each) => each[0] === 'confirmed' && each[1] === id),
  );
}

/** The same action on the model's tags; undefined where several at once cannot be said in them. */
function inModelsTags(action: Action, all: readonly Tags[]): Action | undefined {
  if (action.do !== 'ack' && action.do !== 'nack' && action.do !== 'reject') return action;
  const tags = all[action.on] as Tags;
  const tag = tags.get(action.tag) ?? action.tag;
  const several = action.do !== 'reject' && action.multiple && action.tag !== 0;
  if (several && [...tags].some(([real, model]) => real <= action.tag !== model <= tag)) return undefined;
  return { ...action, tag };
}

/** A channel that is gone takes its tags along. */
function forget({ action, seen }: Step, tags: readonly Tags[]): void {
  seen.forEach((each, on) => {
    if (each.some(([kind]) => kind === 'closed')) tags[on]?.clear();
  });
  if (action.do === 'close') tags[action.on]?.clear();
  else if (action.do === 'drop') for (const on of action.connection === 0 ? [0, 1] : [2]) tags[on]?.clear();
}

function explain(
  trace: Trace,
  at: number,
  allowed: { seen: readonly (readonly Seen[])[]; ready: readonly number[] },
  why: string,
): readonly string[] {
  const show = (seen: readonly (readonly Seen[])[], ready: readonly number[]): string =>
    `${seen.map((each, on) => (each.length ? `[${on}] ${printSeen(each)} ` : '')).join('')}ready ${ready.join(' ')}`;
  return [
    JSON.stringify(trace.shape),
    ...trace.steps
      .slice(0, at + 1)
      .map(({ atMs, action, seen, ready }) => `${atMs} ms ${printAction(action)} => ${show(seen, ready)}`),
    `the model: ${show(allowed.seen, allowed.ready)}`,
    `differs in: ${why}`,
  ];
}
