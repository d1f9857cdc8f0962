import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../../sim/faults/parse.ts';
import { faultClause } from './fault-clause.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../../docs/faults.md'), 'utf8');
const sentences = [...DOCS.matchAll(/```fault\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));

test('the docs show sentences to tell', () => {
  expect(sentences.length).toBeGreaterThan(30);
});

describe.each(sentences)('%s', (sentence) => {
  test('is told in the past, without the moment that it stands in', () => {
    const { text, rest = '' } = faultClause(parseFault(sentence));
    const told = `${text}${rest}`;
    expect(told).not.toMatch(/undefined|struck$| {2}|^ | $/);
    expect(told).not.toMatch(/ (is|takes|comes|fails|conflicts|jumps|moves|gets|stays) /);
    expect(told).not.toMatch(/^\d\w\w (delivery|send|start) of /);
  });
});

test.each([
  ['1st delivery of A#p1 to billing: host loss after commit on db', 'lost its host', ' after commit on db'],
  ['1st delivery of A#p1 to billing: crash on receipt', 'crashed', ' on receipt'],
  ['1st delivery of A#p1 to billing: crash after commit on db, restart after 5 s', 'crashed', ' after commit on db'],
  ['1st delivery of A#p1 to billing: ack is lost', 'lost its ack', ''],
  ['clock of billing is 500 ms behind from 0 s to 2 s', 'the clock of billing was 500 ms behind from 0 s to 2 s', ''],
])('%s', (sentence, text, rest) => {
  expect(faultClause(parseFault(sentence))).toMatchObject({ text, ...(rest === '' ? {} : { rest }) });
});
