// One container stack in the shop: a search engine and its indexer, with a volume.

import { uuidFrom } from '../shape.mjs';
import { AGENCY, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/container/${name}`);
export const STACK = id('stack/search');
export const SERVICES = { search: id('service/search'), indexer: id('service/indexer') };
const VOLUME = id('volume/search-data');

export function seedContainers(t) {
  return {
    stack: [
      {
        id: STACK,
        projectId: SHOP,
        description: 'Produktsuche',
        disabled: false,
        prefix: 'suche',
        updateSchedule: { cron: '0 4 * * 0', timezone: 'Europe/Berlin' },
      },
      { id: id('stack/default'), projectId: AGENCY, description: 'default', disabled: false, prefix: 'default' },
    ],
    service: [
      service(t, 'search', 'c-m31l1s', {
        image: 'getmeili/meilisearch:v1.15',
        ports: ['7700/tcp'],
        volumes: ['search-data:/meili_data'],
        envs: { MEILI_NO_ANALYTICS: 'true' },
      }),
      service(t, 'indexer', 'c-1ndx3r', {
        image: 'registry.example/teehandel/indexer:2.4',
        command: ['node', 'index.js'],
        envs: { INTERVAL: '300' },
      }),
    ],
    volume: [
      {
        id: VOLUME,
        stackId: STACK,
        projectId: SHOP,
        name: 'search-data',
        linkedServices: [SERVICES.search],
        orphaned: false,
        storageUsageInBytes: 734_003_200,
        storageUsageInBytesSetAt: t.ago(0, 4),
      },
    ],
    registry: [
      {
        id: id('registry/1'),
        projectId: SHOP,
        description: 'Eigene Images',
        uri: 'registry.example',
        credentials: { username: 'teehandel', valid: true },
      },
    ],
  };
}

function service(t, name, shortId, state) {
  return {
    id: SERVICES[name],
    stackId: STACK,
    projectId: SHOP,
    serviceName: name,
    shortId,
    description: name === 'search' ? 'Meilisearch' : 'Indexer',
    status: 'running',
    statusSetAt: t.ago(6),
    requiresRecreate: false,
    restartPolicy: 'unless-stopped',
    pendingState: state,
    deployedState: state,
  };
}
