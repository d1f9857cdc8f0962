import { chaos } from 'eddy/vitest';
import checkout from './checkout.scenario.ts';

// To see one fail: chaos(checkout, { runs: 100, variant: 'acks-first' })
chaos(checkout, { runs: 160, explain: false });
