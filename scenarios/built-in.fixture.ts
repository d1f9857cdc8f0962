/** The built-in scenarios, for specs that go over all of them. */
import type { Scenario } from '../index.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import bankAccount from './bank-account/bank-account.scenario.ts';
import cardAuthorisation from './card-authorisation/card-authorisation.scenario.ts';
import contactMigration from './contact-migration/contact-migration.scenario.ts';
import deliveryAddress from './delivery-address/delivery-address.scenario.ts';
import flakySupplier from './flaky-supplier/flaky-supplier.scenario.ts';
import invoicePoison from './invoice-poison/invoice-poison.scenario.ts';
import orderBurst from './order-burst/order-burst.scenario.ts';
import orderChoreography from './order-choreography/order-choreography.scenario.ts';
import orderJourney from './order-journey/order-journey.scenario.ts';
import orderPlaced from './order-placed/order-placed.scenario.ts';
import orderSaga from './order-saga/order-saga.scenario.ts';
import orderStream from './order-stream/order-stream.scenario.ts';
import orderView from './order-view/order-view.scenario.ts';
import orderOutbox from './order-outbox/order-outbox.scenario.ts';
import payments from './payments/payments.scenario.ts';
import productCatalogue from './product-catalogue/product-catalogue.scenario.ts';
import rollingDeploy from './rolling-deploy/rolling-deploy.scenario.ts';
import sameSystem from './same-system-two-channels/same-system-two-channels.scenario.ts';
import streamProducer from './stream-producer/stream-producer.scenario.ts';

export const builtIn = [
  payments,
  orderOutbox,
  invoicePoison,
  bankAccount,
  rollingDeploy,
  orderStream,
  streamProducer,
  orderView,
  sameSystem,
  cardAuthorisation,
  orderJourney,
  flakySupplier,
  orderSaga,
  orderChoreography,
  deliveryAddress,
  orderPlaced,
  orderBurst,
  productCatalogue,
  contactMigration,
] as readonly Scenario<unknown>[] as readonly ScenarioShape[];
