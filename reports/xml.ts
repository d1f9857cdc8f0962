/** The little of XML 1.0 that a JUnit file needs. */
import { visible } from './text.ts';

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** For text and for attributes. What XML 1.0 forbids even as a reference (section 2.2) is shown as `\u0000`. */
export function xmlText(text: string): string {
  return visible(text).replace(/[&<>"'\n\t]/g, (character) => NAMED[character] ?? '');
}

/** An element; children are markup already, and each begins on a line of its own. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(String(value))}"`);
  const start = `<${name}${pairs.join('')}`;
  if (children.length === 0) return `${start}/>`;
  const inner = children
    .join('\n')
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `${start}>\n${inner}\n</${name}>`;
}
