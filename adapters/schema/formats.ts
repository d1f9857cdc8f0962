/** String formats of JSON Schema (2020-12, validation, section 7.3): what is drawn, what is one, and texts that are none. */
import fc from 'fast-check';

export interface Format {
  readonly arbitrary: fc.Arbitrary<string>;
  readonly test: (text: string) => boolean;
  readonly broken: readonly string[];
}

const ISO = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2199-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const DATE = /^\d{4}-\d\d-\d\d$/;
/** RFC 3339, section 5.6, without leap seconds. */
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const BYTE = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/** Letters and digits alone: any reader of addresses takes them. */
const EMAIL = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/),
    fc.stringMatching(/^[a-z]{1,9}$/),
    fc.constantFrom('com', 'org', 'example'),
  )
  .map(([user, domain, top]) => `${user}@${domain}.${top}`);

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  return isDate(text.slice(0, 10)) && /^t$/i.test(text.slice(10, 11)) && TIME.test(text.slice(11));
}

function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label));
}

/** RFC 4291, section 2.2: eight groups, some of them left out as `::`, the last two perhaps as an IPv4 address. */
function isIpv6(text: string): boolean {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.') && !isIpv4(tail)) return false;
  const halves = (tail.includes('.') ? `${text.slice(0, -tail.length)}0:0` : text).split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  return (
    groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) &&
    (halves.length === 2 ? groups.length < 8 : groups.length === 8)
  );
}

function isIpv4(text: string): boolean {
  return text.split('.').length === 4 && text.split('.').every((byte) => BYTE.test(byte));
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i.test(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

export const FORMATS: ReadonlyMap<string, Format> = new Map([
  [
    'uuid',
    {
      arbitrary: fc.uuid(),
      test: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
      broken: ['not-a-uuid', '00000000-0000-4000-8000-00000000000', '00000000-0000-4000-8000-00000000000g'],
    },
  ],
  [
    'email',
    {
      arbitrary: EMAIL,
      test: (text) => /^[^\s@]+@[^\s@]+$/.test(text) && isHostname(text.slice(text.indexOf('@') + 1)),
      broken: ['nobody', 'nobody@', '@example.com'],
    },
  ],
  [
    'date-time',
    { arbitrary: ISO, test: isDateTime, broken: ['yesterday', '2024-13-01T00:00:00Z', '2023-02-29T00:00:00Z'] },
  ],
  ['date', { arbitrary: ISO.map((text) => text.slice(0, 10)), test: isDate, broken: ['2024-13-01', '01.02.2024'] }],
  [
    'time',
    { arbitrary: ISO.map((text) => text.slice(11)), test: (text) => TIME.test(text), broken: ['24:00:00Z', 'noon'] },
  ],
  ['uri', { arbitrary: fc.webUrl(), test: isUri, broken: ['example.com', 'not a uri', '://example.com'] }],
  ['ipv4', { arbitrary: fc.ipV4(), test: isIpv4, broken: ['256.0.0.1', '10.0.0'] }],
  ['ipv6', { arbitrary: fc.ipV6(), test: isIpv6, broken: ['1::2::3', 'g::1', '10.0.0.1'] }],
  ['hostname', { arbitrary: fc.domain(), test: isHostname, broken: ['-a.example', 'a..b', 'a_b!'] }],
] satisfies [string, Format][]);
