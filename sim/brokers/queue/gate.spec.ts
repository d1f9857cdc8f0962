/** What waits at a gate goes on in the order in which it came, whoever comes meanwhile, and each once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

type Act = 'comes' | 'comes and brings another' | 'shuts' | 'opens' | 'opens for one';
const act = fc.constantFrom<Act>('comes', 'comes and brings another', 'shuts', 'opens', 'opens for one');

test('whoever comes goes on in turn, and is kept back only while it is shut', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      /** So many may pass. */
      let open = Infinity;
      const gate = new Gate(() => open <= 0);
      const [came, gone]: [number[], number[]] = [[], []];
      const come = (more = 0): void => {
        const n = came.push(came.length);
        const waits = gate.holdBack(() => {
          expect(open--).toBeGreaterThan(0);
          gone.push(n - 1);
          if (more > 0) come(more - 1);
        });
        expect(waits).toBe(!gone.includes(n - 1));
      };
      for (const each of acts) {
        if (each === 'comes') come();
        if (each === 'comes and brings another') come(1);
        if (each === 'shuts') open = 0;
        if (each === 'opens') open = Infinity;
        if (each === 'opens for one') open = 1;
        gate.look();
        expect(gone).toEqual(came.slice(0, gone.length));
        expect(gate.holdsBack).toBe(gone.length < came.length);
        if (open > 0) expect(gate.holdsBack).toBe(false);
      }
    }),
  );
});
