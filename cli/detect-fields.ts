/** The JSON lines of `eddy detect` (docs/json-output.schema.json). */
import type { CorrectRuns } from '../properties/runner/detection/correct.ts';
import type { Detection } from '../properties/runner/detection/detect.ts';
import type { RunsToCatch } from '../properties/runner/detection/interval.ts';

export function detectionFields(detection: Detection): object {
  const { scenario, variant, catalogue, expected, caught, violated, guided, random, cpuMs, sabotage } = detection;
  return {
    scenario,
    variant,
    ...(catalogue !== undefined && { catalogue }),
    expected,
    caught,
    violated,
    guided: runsFields(guided),
    random: runsFields(random),
    cpuMs,
    ...(sabotage !== undefined && { sabotage }),
  };
}

function runsFields({ median, low, high, p90, censored }: RunsToCatch): object {
  return { median, low, high, p90, censored };
}

export function correctFields({ failures, ...correct }: CorrectRuns): object {
  const { scenario, runs, struck, falseAlarms, violated, below, seldom } = correct;
  const tokens = failures.map(({ token }) => token).filter((token) => token !== '');
  return { scenario, runs, struck, falseAlarms, violated, ...(below !== undefined && { below }), seldom, tokens };
}
