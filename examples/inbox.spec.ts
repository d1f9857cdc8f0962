/** The README's test: the example's consumer is not idempotent, so that its property must fail. */
import { assertHolds } from 'eddy';
import { test } from 'vitest';
import welcome from './inbox.scenario.ts';

test.fails('nobody is welcomed twice', () => assertHolds(welcome, { runs: 300 }));
