import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { everyView } from './html/app/views.fixture.ts';
import { readResult, RESULT, writeJson } from './json.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { broken, hostile, POISON, sampleResult } from './sample.fixture.ts';
import { comparedWith } from './since.ts';

const HEAD = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: "Eddy's result.json",
  description:
    'What a campaign leaves behind: verdicts, counts, failures with their minimal runs. Within a schema version fields are only added.',
};
const schema = { ...HEAD, ...jsonSchemaOf(RESULT) };

test('the published schema is what the reader of results asks for (vitest -u writes it anew)', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../docs/result.schema.json');
});

test('what Eddy writes fits it, and what its reader refuses does not', () => {
  const fits = new Ajv2020({ strict: false }).compile(schema);
  const whole = comparedWith(everyView(), sampleResult([]));
  for (const result of [whole, hostile(POISON), sampleResult([broken()])])
    expect(fits(JSON.parse(writeJson(result))), JSON.stringify(fits.errors)).toBe(true);
  for (const wrong of [
    { ...whole, schema: 2 },
    { ...whole, scenarios: [{}] },
    { ...whole, verdict: 'good' },
  ]) {
    expect(() => readResult(JSON.stringify(wrong))).toThrow();
    expect(fits(JSON.parse(JSON.stringify(wrong)))).toBe(false);
  }
});
