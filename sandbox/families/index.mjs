// The hand-made families. Everything they do not mention is answered from the facts alone.

import { apps } from './apps.mjs';
import { backups } from './backups.mjs';
import { certificates } from './certificates.mjs';
import { containers } from './containers.mjs';
import { contracts } from './contracts.mjs';
import { conversations } from './conversations.mjs';
import { cronjobs } from './cronjobs.mjs';
import { databases } from './databases.mjs';
import { domains } from './domains.mjs';
import { extensions } from './extensions.mjs';
import { filesystem } from './filesystem.mjs';
import { ingresses } from './ingresses.mjs';
import { mail } from './mail.mjs';
import { people } from './people.mjs';
import { projects } from './projects.mjs';
import { shellUsers } from './shell-users.mjs';

export const FAMILIES = [
  people,
  projects,
  shellUsers,
  databases,
  apps,
  backups,
  cronjobs,
  conversations,
  containers,
  domains,
  ingresses,
  certificates,
  mail,
  contracts,
  extensions,
  filesystem,
];
