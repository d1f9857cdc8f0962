/** A repro as one word to paste: deflated JSON in URL-safe base64, behind the name of its format. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { EddyError } from '../../sim/errors.ts';
import type { Repro } from './repro.ts';

const PREFIX = 'eddy1.';
const LENGTH_MAX = 2048;
/** What a token may unpack to: a stranger's token must not fill the memory. */
const UNPACKED_MAX = 1_000_000;

/** The token, or nothing when it would be longer than 2 KB: the file is named then. */
export function writeToken(repro: Repro): string {
  const packed = Buffer.from(deflateSync(strToU8(JSON.stringify(repro)), { level: 9 })).toString('base64url');
  return packed.length + PREFIX.length > LENGTH_MAX ? '' : PREFIX + packed;
}

/** @throws EddyError EDDY_REPRO when it is cut, garbled or too large */
export function readToken(token: string): unknown {
  try {
    const packed = token.slice(PREFIX.length);
    if (!/^[\w-]+$/.test(packed) || packed.length > LENGTH_MAX) throw new Error('not base64url');
    const text = strFromU8(inflateSync(Buffer.from(packed, 'base64url'), { out: new Uint8Array(UNPACKED_MAX) }));
    return JSON.parse(text) as unknown;
  } catch {
    throw new EddyError(
      'EDDY_REPRO',
      'This token cannot be read: it is cut short or garbled; paste the whole word that starts with "eddy1."',
    );
  }
}
