import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brief, jsonLine, visible } from './terminal-text.ts';
import { clip } from '../text.ts';
import { shellWord } from '../replay.ts';

const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u001b[2J', 'a\nb', '\u009b31m', '\u202egpj.exe', '\ud800'),
);

describe('text from data', () => {
  test('shows control characters instead of obeying them', () => {
    expect(visible('a\u001b[31mb\nc\u202e')).toBe('a\\u001b[31mb\\nc\\u202e');
  });

  test('leaves plain text as it is', () => {
    expect(visible('🧾 für Zoë – 東京 👩‍🚀')).toBe('🧾 für Zoë – 東京 👩‍🚀');
  });

  test('never holds a control character, however it is shown', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, max) => {
        for (const shown of [visible(text), brief({ text }, max), clip(visible(text), max), jsonLine({ text })])
          if (CONTROL.test(shown)) throw new Error(JSON.stringify(shown));
      }),
    );
  });

  test('is the same value again when a JSON line is read', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
      }),
    );
  });
});

test('a word for a shell is quoted where it must be', () => {
  expect(shellWord('eddy-report/failures/a-b.json')).toBe('eddy-report/failures/a-b.json');
  expect(shellWord("it's $HOME")).toBe(`'it'\\''s $HOME'`);
});
