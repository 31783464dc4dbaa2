// All seed data, by collection name.

import { seedAccount } from './account.mjs';
import { seedApps } from './apps.mjs';
import { seedBackups } from './backups.mjs';
import { seedContainers } from './containers.mjs';
import { seedConversations } from './conversations.mjs';
import { seedDatabases } from './databases.mjs';
import { seedDomains } from './domains.mjs';
import { seedExtensions } from './extensions.mjs';
import { seedMail } from './mail.mjs';
import { seedPeople } from './people.mjs';
import { seedProjects } from './projects.mjs';
import { timesFrom } from './time.mjs';

const SEEDS = [
  seedPeople,
  seedProjects,
  seedDatabases,
  seedApps,
  seedBackups,
  seedConversations,
  seedContainers,
  seedDomains,
  seedMail,
  seedAccount,
  seedExtensions,
];

/** @param now milliseconds */
export function fillStore(store, model, now) {
  const t = timesFrom(now);
  for (const seed of SEEDS) {
    for (const [name, values] of Object.entries(seed(t))) {
      const collection = model.byName.get(name);
      if (!collection) throw new Error(`the seed fills ${name}, which no family declares`);
      for (const value of values) store.seed(name, value[collection.idKey], value);
    }
  }
}
