/** `npm run docs:patterns` writes docs/patterns.md. */
import { writeFileSync } from 'node:fs';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import { patternsPage } from './patterns.ts';

writeFileSync(new URL('../patterns.md', import.meta.url), await patternsPage(builtIn));
