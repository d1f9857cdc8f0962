/** What a real RabbitMQ was seen to do with queues and exchanges that come and go (traces/, written by record.ts) the model does too. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Outcome } from './commands.ts';
import { differs, type Recorded } from './compare.ts';
import { SCRIPTS } from './scripts.ts';

const FOLDER = join(import.meta.dirname, 'traces');
const recordings = readdirSync(FOLDER).flatMap((file) =>
  readFileSync(join(FOLDER, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded),
);

test.each(recordings)('$script.name', (recorded) => {
  expect(differs(recorded)).toBe(undefined);
});

test('every script that is written was recorded as it stands', () => {
  for (const script of SCRIPTS) {
    const found = recordings.find((each) => each.script.name === script.name);
    expect(found?.script).toEqual(JSON.parse(JSON.stringify(script)));
  }
});

test('the traces hold each kind of command, and the refusals that there are', () => {
  const commands = new Set(recordings.flatMap(({ script }) => script.commands.map((each) => each.do)));
  expect(commands.size).toBe(25);
  const answers = recordings.flatMap(({ outcomes }) => outcomes.map(({ answer }) => answer));
  const codes = new Set(answers.flatMap((answer) => /^\d{3}(?= )/.exec(answer) ?? []));
  expect([...codes].toSorted()).toEqual(['403', '404', '405', '406', '503', '530', '540']);
});

test.each([
  ['answer', { answer: 'something else' }],
  ['delivery', { heard: ['c0 takes something else'] }],
  ['state', { state: 'something else' }],
])('another %s is a difference', (_, change) => {
  const other = recordings.map(({ script, outcomes }): Recorded => {
    const at = Math.floor(outcomes.length / 2);
    return { script, outcomes: outcomes.with(at, { ...(outcomes[at] as Outcome), ...change }) };
  });
  expect(other.every((recorded) => differs(recorded) !== undefined)).toBe(true);
});
