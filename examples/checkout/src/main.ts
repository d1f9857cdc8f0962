/** Starts one of the processes: `node src/main.ts orders`. */
import { connect } from 'amqplib';
import { Pool } from 'pg';
import { type Connect, connected, consume } from './broker.ts';
import { outliveLostConnections } from './database.ts';
import { emails } from './emails.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { cardApi, mailApi } from './providers.ts';
import { relay } from './relay.ts';

const {
  AMQP_URL = 'amqp://localhost',
  DATABASE_URL = 'postgres://localhost/checkout',
  CARD_URL = 'https://card.example/v1',
  MAIL_URL = 'https://mail.example',
} = process.env;

const broker: Connect = (o) => connect(AMQP_URL, o);
const database = (): Pool => outliveLostConnections(new Pool({ connectionString: DATABASE_URL }));

const PROCESSES: Readonly<Record<string, () => Promise<void>>> = {
  orders: () => {
    const handle = orders(database());
    return connected(broker, (model) => consume(model, 'carts', handle));
  },
  relay: () => {
    const pool = database();
    return connected(broker, (model) => relay(model, pool));
  },
  payments: () => {
    const handle = payments(database(), cardApi(CARD_URL));
    return connected(broker, (model) => consume(model, 'payments', handle));
  },
  emails: () => connected(broker, (model) => consume(model, 'emails', emails(mailApi(MAIL_URL)))),
};

const [name = ''] = process.argv.slice(2);
const start = PROCESSES[name];
if (!start) throw new Error(`"${name}" is none of ${Object.keys(PROCESSES).join(', ')}`);
await start();
