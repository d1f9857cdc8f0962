/** junit.xml, as CI servers read it: a suite for each scenario and variant, a case for each property. */
import type { CampaignResult, PropertyResult, ScenarioResult } from '../properties/runner/result.ts';
import { replayCommands } from './replay.ts';
import { propertyLabel, type Standing, standingOf, standingWords, threwWords, verdictWord } from './standing.ts';
import { element, xmlText } from './xml.ts';

interface Case {
  readonly name: string;
  readonly outcome: 'pass' | 'fail' | 'skip';
  readonly says: string;
  /** Lines below what it says: how to see it again. */
  readonly more?: string;
}

export function writeJunit(result: CampaignResult): string {
  const suites = result.scenarios.map((scenario) => ({ scenario, cases: casesOf(result, scenario) }));
  const all = suites.flatMap(({ cases }) => cases);
  const root = element(
    'testsuites',
    { name: `eddy ${verdictWord(result)}`, ...countsOf(all) },
    suites.map(({ scenario, cases }) => suite(scenario, cases)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

const CAUGHT: Partial<Record<Standing, Case['outcome']>> = { caught: 'pass', missed: 'fail', inconclusive: 'skip' };

function casesOf(result: CampaignResult, of: ScenarioResult): readonly Case[] {
  const standing = standingOf(result, of);
  const words = standingWords(of, standing);
  const caught = of.expected === 'pass' ? undefined : CAUGHT[standing];
  const cases: Case[] = caught
    ? [{ name: `caught by ${of.expected}`, outcome: caught, says: words }]
    : of.properties.map((property) => caseOf(of, property));
  if (of.diverged) cases.push({ name: 'deterministic', outcome: 'fail', says: of.diverged.says });
  // A suite must not be greener than its variant, whatever brought the verdict about.
  if (standing === 'fails' && cases.every(({ outcome }) => outcome !== 'fail'))
    cases.push({ name: 'verdict', outcome: 'fail', says: words });
  return cases;
}

function caseOf(of: ScenarioResult, property: PropertyResult): Case {
  const failure = of.failures.find((one) => one.property === property.id && one.name === property.name);
  const outcome = ({ pass: 'pass', fail: 'fail', unknown: 'skip' } as const)[property.verdict];
  const says = failure?.says ?? property.says ?? `exercised in ${property.exercised} runs`;
  const sentences = failure?.faults.map(({ sentence, needed }) => `${needed ? 'needed: ' : ''}${sentence}`) ?? [];
  const replay = failure && replayCommands(failure)?.installed;
  const happened = failure?.happened === undefined ? [] : [`happened: ${failure.happened}`];
  const threw = failure?.thrown === undefined ? [] : [`threw: ${threwWords(failure.thrown)}`];
  const more = [...happened, ...threw, ...sentences, ...(replay === undefined ? [] : [`replay: ${replay}`])].join('\n');
  return { name: propertyLabel(property), outcome, says, more };
}

function suite(of: ScenarioResult, cases: readonly Case[]): string {
  const name = `${of.scenario} ${of.variant}`;
  return element(
    'testsuite',
    { name, ...countsOf(cases) },
    cases.map((one) => testcase(one, `${of.scenario}.${of.variant}`)),
  );
}

function testcase({ name, outcome, says, more }: Case, classname: string): string {
  const message = { message: says };
  const inside =
    outcome === 'skip'
      ? [element('skipped', message)]
      : outcome === 'fail'
        ? [element('failure', { ...message, type: name }, more ? [xmlText(more)] : [])]
        : [];
  return element('testcase', { name, classname }, inside);
}

function countsOf(cases: readonly Case[]): { tests: number; failures: number; errors: number; skipped: number } {
  const of = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: of('fail'), errors: 0, skipped: of('skip') };
}
