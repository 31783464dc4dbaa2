// Container stacks: in the shop a search engine and its indexer, at the agency a monitor; each with a
// volume and a registry.

import { uuidFrom } from '../shape.mjs';
import { AGENCY, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/container/${name}`);
export const STACK = id('stack/search');
const SEARCH = { stackId: STACK, projectId: SHOP };
const DEFAULT = { stackId: id('stack/default'), projectId: AGENCY };
export const SERVICES = {
  search: id('service/search'),
  indexer: id('service/indexer'),
  monitor: id('service/monitor'),
};

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
      { id: DEFAULT.stackId, projectId: AGENCY, description: 'default', disabled: false, prefix: 'default' },
    ],
    service: [
      service(t, SEARCH, 'search', 'c-m31l1s', 'Meilisearch', {
        image: 'getmeili/meilisearch:v1.15',
        ports: ['7700/tcp'],
        volumes: ['search-data:/meili_data'],
        envs: { MEILI_NO_ANALYTICS: 'true' },
      }),
      service(t, SEARCH, 'indexer', 'c-1ndx3r', 'Indexer', {
        image: 'registry.example/teehandel/indexer:2.4',
        command: ['node', 'index.js'],
        envs: { INTERVAL: '300' },
      }),
      service(t, DEFAULT, 'monitor', 'c-m0n1t0', 'Uptime Kuma', {
        image: 'louislam/uptime-kuma:1',
        ports: ['3001/tcp'],
        volumes: ['monitor-data:/app/data'],
        envs: { UPTIME_KUMA_PORT: '3001' },
      }),
    ],
    volume: [
      volume(t, SEARCH, 'search-data', SERVICES.search, 734_003_200),
      volume(t, DEFAULT, 'monitor-data', SERVICES.monitor, 48_234_496),
    ],
    registry: [
      registry('1', SHOP, 'Eigene Images', 'teehandel'),
      registry('2', AGENCY, 'Images der Agentur', 'kontor'),
    ],
  };
}

function service(t, { stackId, projectId }, name, shortId, description, state) {
  return {
    id: SERVICES[name],
    stackId,
    projectId,
    serviceName: name,
    shortId,
    description,
    status: 'running',
    statusSetAt: t.ago(6),
    requiresRecreate: false,
    restartPolicy: 'unless-stopped',
    pendingState: state,
    deployedState: state,
  };
}

function volume(t, { stackId, projectId }, name, serviceId, storageUsageInBytes) {
  return {
    id: id(`volume/${name}`),
    stackId,
    projectId,
    name,
    linkedServices: [serviceId],
    orphaned: false,
    storageUsageInBytes,
    storageUsageInBytesSetAt: t.ago(0, 4),
  };
}

function registry(key, projectId, description, username) {
  return {
    id: id(`registry/${key}`),
    projectId,
    description,
    uri: 'registry.example',
    credentials: { username, valid: true },
  };
}
