/** The built-in scenarios, for specs that go over all of them. */
import type { Scenario } from '../index.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import bankAccount from './bank-account/bank-account.scenario.ts';
import invoicePoison from './invoice-poison/invoice-poison.scenario.ts';
import orderOutbox from './order-outbox/order-outbox.scenario.ts';
import payments from './payments/payments.scenario.ts';
import rollingDeploy from './rolling-deploy/rolling-deploy.scenario.ts';

export const builtIn = [
  payments,
  orderOutbox,
  invoicePoison,
  bankAccount,
  rollingDeploy,
] as readonly Scenario<unknown>[] as readonly ScenarioShape[];
