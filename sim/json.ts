/** JSON that came over a border: nested without measure it is none, as most parsers have it, and would exhaust the stack of whatever copies it. */

/** Levels; Jackson takes as many. */
export const DEPTH_MAX = 1000;

/** @throws SyntaxError */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (text.length > 2 * DEPTH_MAX && depthOf(text) > DEPTH_MAX)
    throw new SyntaxError(`nested more than ${DEPTH_MAX} levels deep`);
  return value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set(['[', '{'].map((each) => each.charCodeAt(0)));
const CLOSING = new Set([']', '}'].map((each) => each.charCodeAt(0)));

/** How deep a text that is JSON is nested. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) {
      if (code === BACKSLASH) at++;
    } else if (OPENING.has(code)) most = Math.max(most, ++depth);
    else if (CLOSING.has(code)) depth--;
  }
  return most;
}
