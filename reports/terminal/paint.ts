/** Colours, or none. */
import pc from 'picocolors';

type Painter = (text: string) => string;

export interface Paint {
  readonly red: Painter;
  readonly green: Painter;
  readonly yellow: Painter;
  readonly dim: Painter;
  readonly bold: Painter;
  readonly plain: Painter;
}

export function paintOf(colors: boolean): Paint {
  const { red, green, yellow, dim, bold } = pc.createColors(colors);
  return { red, green, yellow, dim, bold, plain: (text) => text };
}
