// More than the seed has, for tests of paging, searching, and of how many requests a job makes:
// a project full of apps, and an organisation full of projects. Behind the `more` switch.

import { uuidFrom } from '../shape.mjs';
import { seedApps } from './apps.mjs';
import { seedDatabases } from './databases.mjs';
import { DEMO_USER, KONTOR, membership } from './people.mjs';
import { SERVER, seedProjects } from './projects.mjs';
import { timesFrom } from './time.mjs';

const id = (name) => uuidFrom(`kontor-nord/crowd/${name}`);
/** The project that is full of apps. */
export const CROWDED = id('project/apps');
const KINDS = { apps: addApps, projects: addProjects };
const MOST = 1000;
/** One of these for every project in turn, so that a search finds some and not all. */
const TRADES = ['Bäckerei', 'Buchhandlung', 'Praxis', 'Kanzlei', 'Werkstatt'];
const NAMES = ['Ahrens', 'Behn', 'Clasen', 'Drews', 'Ehlers', 'Feddersen', 'Gerken', 'Harms', 'Iwersen'];

/**
 * @param wishes {apps: how many in one new project, projects: how many on the server}
 * @throws TypeError for what is no number, or is none of these
 */
export function addCrowd(store, now, wishes) {
  for (const [kind, count] of Object.entries(wishes)) {
    if (!Object.hasOwn(KINDS, kind)) throw new TypeError(`more knows ${Object.keys(KINDS).join(', ')}, not "${kind}"`);
    if (!Number.isInteger(count) || count < 1 || count > MOST)
      throw new TypeError(`more.${kind} is a whole number from 1 to ${MOST}`);
  }
  const t = timesFrom(now);
  for (const [kind, count] of Object.entries(wishes)) KINDS[kind](store, t, count);
}

function addProject(store, t, projectId, number, description) {
  const [pattern] = seedProjects(t).project;
  const shortId = `p-${String(number).padStart(6, '0')}`;
  store.seed('project', projectId, {
    ...pattern,
    id: projectId,
    shortId,
    customerId: KONTOR,
    serverId: SERVER,
    description,
    createdAt: t.ago(200 + (number % 500)),
    directories: { ...pattern.directories, Home: `/home/${shortId}` },
    serverGroupId: id(`group/${shortId}`),
  });
  const member = membership(t, 'project', `crowd/${number}`, { projectId }, DEMO_USER, 'owner', { inherited: true });
  store.seed('projectMembership', member.id, member);
}

function addProjects(store, t, count) {
  for (let n = 1; n <= count; n++) {
    const name = `${TRADES[n % TRADES.length]} ${NAMES[n % NAMES.length]} ${String(n).padStart(3, '0')}`;
    addProject(store, t, id(`project/${n}`), n, name);
  }
}

/** Every app has a database with its user; kinds, versions and PHP differ as in the seed. */
function addApps(store, t, count) {
  addProject(store, t, CROWDED, 0, 'Agentur mit vielen Apps');
  const patterns = seedApps(t).appInstallation;
  const { mysqlDatabase, mysqlUser } = seedDatabases(t);
  for (let n = 1; n <= count; n++) {
    const pattern = patterns[n % patterns.length];
    const number = String(n).padStart(4, '0');
    const [databaseId, userId] = [id(`database/${n}`), id(`user/${n}`)];
    store.seed('mysqlDatabase', databaseId, {
      ...mysqlDatabase[0],
      id: databaseId,
      projectId: CROWDED,
      name: `mysql_cr${number}`,
      description: `Datenbank ${number}`,
    });
    store.seed('mysqlUser', userId, { ...mysqlUser[0], id: userId, databaseId, name: `dbu_cr${number}` });
    store.seed('appInstallation', id(`app/${n}`), {
      ...pattern,
      id: id(`app/${n}`),
      shortId: `a-cr${number}`,
      projectId: CROWDED,
      projectDescription: 'Agentur mit vielen Apps',
      description: `${pattern.appName} ${number}`,
      installationPath: `/html/app-${number}`,
      linkedDatabases: [{ databaseId, kind: 'mysql', purpose: 'primary', databaseUserIds: { admin: userId } }],
    });
  }
}
