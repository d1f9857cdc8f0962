/** Reads a fault sentence word by word; whatever is not there fails with its column and what was expected. */
import { EddyError } from '../errors.ts';
import { readName, type Token } from './tokens.ts';
import { durationUs } from './words.ts';

export function fail(sentence: string, column: number, expected: string): never {
  throw new EddyError(
    'EDDY_FAULT_SYNTAX',
    `Not a fault sentence: expected ${expected} at column ${column} of "${sentence}"`,
    {
      sentence,
      column,
      expected,
    },
  );
}

const NAME = String.raw`(?:"(?:[^"\\]|\\.)*"|[^"#/\s]+)`;
/** `Type#key`, then any number of `/Type#n`. */
const LINEAGE = new RegExp(`^${NAME}#${NAME}(?:/${NAME}#[1-9]\\d*)*$`, 'u');
/** `log.orders`, or `log.orders/0`; what has a dot in itself is quoted. */
const CHANNEL = /^("(?:[^"\\]|\\.)*"|[^"#/.]+)\.("(?:[^"\\]|\\.)*"|[^"#/.]+)(?:\/(\d{1,6}))?$/u;

/** Walks over the words; each method takes what it names or fails with the column. */
export class Reader {
  #at = 0;

  constructor(
    readonly sentence: string,
    readonly tokens: readonly Token[],
  ) {}

  looksAt(...words: readonly string[]): boolean {
    return words.every((word, n) => this.tokens[this.#at + n]?.text === word);
  }

  /** The next word, not taken; empty at the end. */
  peek(): string {
    return this.tokens[this.#at]?.text ?? '';
  }

  takes(...words: readonly string[]): boolean {
    if (!this.looksAt(...words)) return false;
    this.#at += words.length;
    return true;
  }

  wants(...words: readonly string[]): void {
    if (!this.takes(...words)) this.fail(`"${words.join(' ')}"`);
  }

  word(expected: string): string {
    const token = this.tokens[this.#at];
    if (!token || token.text === ',' || token.text === ':') this.fail(expected);
    this.#at++;
    return token.text;
  }

  name(expected: string): string {
    const read = readName(this.tokens[this.#at]?.text ?? '"');
    if (read === undefined) this.fail(expected);
    this.word(expected);
    return read;
  }

  /** A service, or one instance of it: `billing/1`. */
  instance(): { service: string; instance?: number } {
    const [, name, nth] = /^(.*?)(?:\/(\d{1,6}))?$/su.exec(this.tokens[this.#at]?.text ?? '') ?? [];
    const service = name === undefined || name === '' ? undefined : readName(name);
    if (service === undefined) this.fail('a service, or an instance of one such as billing/1');
    this.word('a service');
    return nth === undefined ? { service } : { service, instance: Number(nth) };
  }

  /** A topic, or one partition of it, if that is what comes next (not taken): `log.orders`, `log.orders/0`. */
  peekChannel(): { component: string; topic: string; partition?: number } | undefined {
    const [, log, of, nth] = CHANNEL.exec(this.tokens[this.#at]?.text ?? '') ?? [];
    const [component, topic] = [readName(log ?? '"'), readName(of ?? '"')];
    if (component === undefined || topic === undefined) return undefined;
    if (nth !== undefined) return { component, topic, partition: Number(nth) };
    return this.tokens[this.#at + 1]?.text === 'gets' ? { component, topic } : undefined;
  }

  lineage(): string {
    const text = this.tokens[this.#at]?.text ?? '';
    if (!LINEAGE.test(text)) this.fail('a message such as PaymentRequested#p1');
    return this.word('a message');
  }

  nth(): number | undefined {
    const digits = /^(\d{1,6})(st|nd|rd|th)$/.exec(this.tokens[this.#at]?.text ?? '')?.[1];
    if (digits === undefined || Number(digits) < 1) return undefined;
    this.#at++;
    return Number(digits);
  }

  count(expected: string): number {
    const digits = /^[1-9]\d{0,5}$/.exec(this.tokens[this.#at]?.text ?? '')?.[0] ?? this.fail(expected);
    this.#at++;
    return Number(digits);
  }

  durationUs(): number {
    const us = durationUs(this.tokens[this.#at]?.text ?? '', this.tokens[this.#at + 1]?.text ?? '');
    if (us === undefined) this.fail('a whole number with s, ms or us, such as 500 ms');
    this.#at += 2;
    return us;
  }

  /** The end of what begins at `fromUs`. */
  untilUs(fromUs: number): number {
    const at = this.#at;
    const us = this.durationUs();
    if (us >= fromUs) return us;
    this.#at = at;
    return this.fail('a time that is not before the one it begins at');
  }

  /** The words up to one of the given ends (not taken), joined by a blank. */
  phrase(ends: readonly (readonly string[])[]): string {
    const words: string[] = [];
    while (this.#at < this.tokens.length && !this.looksAt(',') && !ends.some((end) => this.looksAt(...end))) {
      words.push(this.word('an operation'));
    }
    if (words.length === 0) this.fail('an operation such as "commit on db"');
    return words.join(' ');
  }

  end(): void {
    if (this.#at < this.tokens.length) this.fail('the end of the sentence');
  }

  fail(expected: string): never {
    fail(this.sentence, this.tokens[this.#at]?.column ?? this.sentence.length + 1, expected);
  }
}
