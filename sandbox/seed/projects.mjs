// One server with two projects, a server-less project, and the project of the other
// organisation.

import { uuidFrom } from '../shape.mjs';
import { DEMO_USER, KONTOR, LINDENHOF, MINA, OTHER_USER, TJARK, membership, withoutUndefined } from './people.mjs';

const id = (name) => uuidFrom(`kontor-nord/project/${name}`);

export const SERVER = id('server/elbe');
export const AGENCY = id('agentur');
export const SHOP = id('teehandel');
export const CLUB = id('ruderclub');
export const ATELIER = id('atelier');
export const PROJECT_OF = {
  [AGENCY]: 'Kontor Nord Website',
  [SHOP]: 'Teehandel Brandt Shop',
  [CLUB]: 'Ruderclub Alster e. V.',
  [ATELIER]: 'Atelier Lindenhof',
};

const GB = 1024 ** 3;

export function seedProjects(t) {
  return {
    server: [
      {
        id: SERVER,
        shortId: 's-elbe01',
        customerId: KONTOR,
        description: 'Server Elbe',
        clusterName: 'espelkamp',
        machineType: { name: 'shared.large', cpu: '4', memory: '16Gi' },
        storage: '200Gi',
        isReady: true,
        readiness: 'ready',
        status: 'ready',
        createdAt: t.ago(760),
        groupId: id('group/elbe'),
        statisticsBaseDomain: 'statistics.project.example',
      },
    ],
    project: [
      project(t, AGENCY, 'p-kn4a7x', KONTOR, {
        createdAt: t.ago(755),
        serverId: SERVER,
        serverShortId: 's-elbe01',
        web: 18.4,
        backup: 41.2,
      }),
      project(t, SHOP, 'p-tb82qm', KONTOR, {
        createdAt: t.ago(610),
        serverId: SERVER,
        serverShortId: 's-elbe01',
        web: 52.9,
        backup: 120.7,
      }),
      project(t, CLUB, 'p-ra1905', KONTOR, { createdAt: t.ago(210), web: 6.1, backup: 9.8 }),
      project(t, ATELIER, 'p-lh33zz', LINDENHOF, { createdAt: t.ago(400), web: 3.2, backup: 5.5 }),
    ],
    projectMembership: [
      membership(t, 'project', 'agency-demo', { projectId: AGENCY }, DEMO_USER, 'owner', { inherited: true }),
      membership(t, 'project', 'shop-demo', { projectId: SHOP }, DEMO_USER, 'owner', { inherited: true }),
      membership(t, 'project', 'club-demo', { projectId: CLUB }, DEMO_USER, 'owner', { inherited: true }),
      membership(t, 'project', 'shop-tjark', { projectId: SHOP }, TJARK, 'external', {
        inherited: false,
        expiresAt: t.ahead(90),
      }),
      membership(t, 'project', 'agency-mina', { projectId: AGENCY }, MINA, 'emailadmin', { inherited: false }),
      membership(t, 'project', 'atelier-other', { projectId: ATELIER }, OTHER_USER, 'owner', { inherited: true }),
    ],
    projectInvite: [
      invite('1', CLUB, 'vorstand@ruderclub-alster.example', 'emailadmin'),
      invite('2', SHOP, 'lager@teehandel-brandt.example', 'external'),
      invite('3', AGENCY, 'werkstudent@kontor-nord.example', 'external'),
    ],
    strace: [
      strace(t, SHOP, 'teehandel-brandt.example/kasse did not answer within 30 seconds'),
      strace(t, AGENCY, 'statistik.kontor-nord.example answered with status 502'),
    ],
  };
}

function invite(key, projectId, mailAddress, role) {
  return {
    id: id(`invite/${key}`),
    projectId,
    projectDescription: PROJECT_OF[projectId],
    mailAddress,
    role,
    accepted: false,
    information: { invitedBy: DEMO_USER.userId },
  };
}

function strace(t, projectId, errorMessage) {
  return { id: id(`strace/${projectId}`), projectId, executedAt: t.ago(4), result: { errorMessage } };
}

function project(t, projectId, shortId, customerId, { createdAt, serverId, serverShortId, web, backup }) {
  return withoutUndefined({
    id: projectId,
    shortId,
    customerId,
    serverId,
    serverShortId,
    createdAt,
    customerMeta: { id: customerId },
    description: PROJECT_OF[projectId],
    enabled: true,
    isReady: true,
    readiness: 'ready',
    status: 'ready',
    statusSetAt: createdAt,
    deletionRequested: false,
    clusterId: 'espelkamp',
    clusterDomain: 'project.example',
    directories: { Home: `/home/${shortId}`, Web: '/html', Log: '/var/log' },
    serverGroupId: id(`group/${shortId}`),
    projectHostingId: serverId ? undefined : id(`hosting/${shortId}`),
    supportedFeatures: ['redis', 'node', 'runtimeApps', 'container'],
    webStorageUsageInBytes: Math.round(web * GB),
    webStorageUsageInBytesSetAt: t.ago(0, 4),
    backupStorageUsageInBytes: Math.round(backup * GB),
    backupStorageUsageInBytesSetAt: t.ago(0, 4),
    spec: serverId ? undefined : { cpu: '1', memory: '2Gi', storage: '20Gi' },
  });
}
