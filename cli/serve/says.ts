/** What `eddy serve` says on standard output: for people, or one JSON object a line. */
import { jsonLine, visible } from '../../reports/terminal/terminal-text.ts';
import { sayAddress } from './listen.ts';
import type { FaultTold, ServedAt } from './server.ts';

export interface ServeSays {
  /** Everything is listened on. */
  ready(listening: readonly ServedAt[]): void;
  struck(sentence: string, at: string): void;
  ended(faults: readonly FaultTold[]): void;
}

export function serveSays(o: { readonly json: boolean; readonly eddy: string; out(line: string): void }): ServeSays {
  return o.json ? jsonSays(o) : plainSays(o.out);
}

function plainSays(out: (line: string) => void): ServeSays {
  return {
    ready: (listening) => {
      for (const { protocol, host, port } of listening) out(`${protocol} on ${sayAddress(host, port)}`);
    },
    struck: (sentence, at) => out(visible(`fault at ${at}: ${sentence}`)),
    ended: (faults) => {
      for (const { sentence, outcome } of faults)
        if (outcome !== 'took effect') out(visible(`${outcome}: ${sentence}`));
    },
  };
}

const SCHEMA = 1;

function jsonSays({ eddy, out }: { readonly eddy: string; out(line: string): void }): ServeSays {
  const line = (type: string, fields: object): void => out(jsonLine({ type, schema: SCHEMA, ...fields }));
  return {
    ready: (listening) => line('serve', { eddy, listening }),
    struck: (sentence, at) => line('struck', { sentence, at }),
    ended: (faults) => line('served', { faults }),
  };
}
