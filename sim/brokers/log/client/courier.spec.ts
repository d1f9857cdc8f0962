/** A consumer's requests on a bench: the clock is set by hand, and so is what becomes of the connection and the process. */
import { beforeEach, expect, test } from 'vitest';
import type { LogConnection } from '../connection.ts';
import { Courier } from './courier.ts';

/** What there is of a connection that a courier looks at. */
class Line {
  nowUs = 0;
  isOpen = true;
  isHalfOpen = false;
  readonly process = { alive: true, pausedUntilUs: 0 };
  readonly runtime: object;
  #due: { readonly atUs: number; readonly run: () => void }[] = [];

  constructor() {
    const nowUs = (): number => this.nowUs;
    const world = {
      get nowUs() {
        return nowUs();
      },
      spawn: (us: number, run: () => void) => void this.#due.push({ atUs: this.nowUs + us, run }),
      random: { between: (_hash: number, minUs: number) => minUs },
    };
    this.runtime = { simulation: { world }, whenSpeaking: (go: () => void) => go() };
  }

  wait(us: number): void {
    const untilUs = this.nowUs + us;
    for (;;) {
      const [next] = this.#due.filter(({ atUs }) => atUs <= untilUs).toSorted((a, b) => a.atUs - b.atUs);
      if (!next) break;
      this.#due = this.#due.filter((each) => each !== next);
      this.nowUs = next.atUs;
      next.run();
    }
    this.nowUs = untilUs;
  }

  lose(): void {
    this.isOpen = false;
  }
}

/** The least that a way takes, there or back. */
const WAY_US = 150;

let line: Line;
let courier: Courier;
let story: string[];

beforeEach(() => {
  line = new Line();
  courier = new Courier(line as unknown as LogConnection, 'c');
  story = [];
});

function ask(): void {
  let nth = 0;
  courier.ask<number>(
    (reply) => {
      story.push(`there ${++nth}`);
      reply(nth);
    },
    (answer) => void story.push(`back ${answer}`),
  );
}

function comesBack(): void {
  line.isOpen = true;
  courier.back();
}

test('a request goes there, its answer comes back', () => {
  ask();
  line.wait(WAY_US - 1);
  expect(story).toEqual([]);
  line.wait(1);
  expect(story).toEqual(['there 1']);
  line.wait(WAY_US);
  expect(story).toEqual(['there 1', 'back 1']);
  comesBack();
  line.wait(9 * WAY_US);
  expect(story).toHaveLength(2);
});

test('what is lost on its way there is sent again when the connection is back', () => {
  ask();
  line.lose();
  line.wait(WAY_US);
  comesBack();
  line.wait(2 * WAY_US);
  expect(story).toEqual(['there 1', 'back 1']);
});

test('so is what is asked for while there is no connection, and what waited for an answer', () => {
  line.lose();
  ask();
  line.wait(9 * WAY_US);
  expect(story).toEqual([]);
  comesBack();
  line.wait(WAY_US);
  line.lose();
  line.wait(WAY_US);
  expect(story).toEqual(['there 1']);
  comesBack();
  line.wait(2 * WAY_US);
  expect(story).toEqual(['there 1', 'there 2', 'back 2']);
});

test('of one that was sent twice the older one counts no more, wherever it is', () => {
  ask();
  line.wait(WAY_US - 1);
  line.lose();
  comesBack();
  line.wait(1);
  expect(story).toEqual([]);
  line.wait(WAY_US - 1);
  expect(story).toEqual(['there 1']);
  line.wait(1);
  line.lose();
  comesBack();
  line.wait(3 * WAY_US);
  expect(story).toEqual(['there 1', 'there 2', 'back 2']);
});

test('over a half-open connection nothing comes, in neither direction', () => {
  line.isHalfOpen = true;
  ask();
  line.wait(9 * WAY_US);
  expect(story).toEqual([]);
  line.isHalfOpen = false;
  ask();
  line.wait(WAY_US);
  line.isHalfOpen = true;
  line.wait(WAY_US);
  expect(story).toEqual(['there 1']);
});

test('nobody hears who has forgotten what he asked for, or is dead', () => {
  ask();
  courier.forget();
  line.wait(WAY_US);
  expect(story).toEqual([]);
  ask();
  line.wait(WAY_US);
  courier.forget();
  line.wait(WAY_US);
  expect(story).toEqual(['there 1']);
  ask();
  line.wait(WAY_US);
  line.process.alive = false;
  line.wait(9 * WAY_US);
  expect(story).toEqual(['there 1', 'there 1']);
});

test('who stands still sends nothing and reads nothing until he goes on', () => {
  line.process.pausedUntilUs = 1_000;
  ask();
  line.wait(1_000 + WAY_US - 1);
  expect(story).toEqual([]);
  line.wait(1);
  line.process.pausedUntilUs = 9_000;
  line.wait(9_000 - line.nowUs - 1);
  expect(story).toEqual(['there 1']);
  line.wait(1);
  expect(story).toEqual(['there 1', 'back 1']);
});

test('what is to run later waits for who stands still, and not for the dead', () => {
  const run = () => void story.push('ran');
  courier.later(100, run);
  line.wait(99);
  line.process.pausedUntilUs = 500;
  line.wait(400);
  expect([story, courier.pausedUs]).toEqual([[], 1]);
  line.wait(1);
  expect([story, courier.pausedUs]).toEqual([['ran'], 0]);
  courier.later(100, run);
  line.process.alive = false;
  line.wait(100);
  expect([story, courier.isThrough]).toEqual([['ran'], false]);
});
