// Apps, step by step:
// 1. the catalogue: every app that has an installer, with what it asks for  2. installed: pending,
// installing, ready, with its own database and software  3. inputs: fitting, missing (strict),
// passwords not kept  4. candidates are newer only  5. upgrade: desired before current
// 6. what a version needs  7. system software  8. copy: the source is locked  9. links to databases
// 10. uninstall  11. failures

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { INSTALLATIONS } from '../seed/apps.mjs';
import { DATABASES, REDIS } from '../seed/databases.mjs';
import { SHOP, AGENCY } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const installed = (id) => get(`/v2/app-installations/${id}`);
const appNamed = async (name) => (await get('/v2/apps')).find((app) => app.name === name);
const versionsOf = async (name) => get(`/v2/apps/${(await appNamed(name)).id}/versions`);
const GIVEN = {
  host: 'https://teehandel-brandt.example',
  site_title: 'Teeblog',
  admin_user: 'jule',
  admin_email: 'jule@example.com',
  admin_pass: 'Hafen-Kontor-42',
};
const inputs = (values) => Object.entries(values).map(([name, value]) => ({ name, value }));

async function install(name, values, version = -1) {
  const versions = await versionsOf(name);
  const body = {
    appVersionId: versions.at(version).id,
    description: name,
    updatePolicy: 'none',
    userInputs: inputs(values),
  };
  return box.call('POST', `/v2/projects/${SHOP}/app-installations`, { body });
}
const change = async (id, body, status = 204) => {
  const answer = await box.call('PATCH', `/v2/app-installations/${id}`, { body });
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};

test('the catalogue has every app with an installer, and says what each asks for', async () => {
  const names = (await get('/v2/apps')).map(({ name }) => name);
  for (const name of ['WordPress', 'TYPO3', 'Shopware 5', 'Shopware 6', 'Nextcloud', 'Matomo', 'Contao', 'Joomla!'])
    assert.ok(
      (await versionsOf(name))[0].userInputs.some((input) => input.name === 'admin_pass'),
      name,
    );
  for (const name of ['PHP', 'PHP Worker', 'Node.js', 'Python', 'Static']) assert.ok(names.includes(name), name);
  const [{ userInputs }] = await versionsOf('Node.js');
  assert.deepEqual(
    userInputs.map(({ name }) => name),
    ['entrypoint'],
  );
  const mode = (await versionsOf('TYPO3'))[0].userInputs.find(({ name }) => name === 'install_mode');
  assert.deepEqual(
    [mode.dataType, mode.defaultValue, JSON.parse(mode.validationSchema).enum[1]],
    ['select', 'composer', 'symlink'],
  );
});

test('versions by range, and only what is recommended', async () => {
  const wordpress = await appNamed('WordPress');
  const found = async (query) =>
    (await get(`/v2/apps/${wordpress.id}/versions?${query}`)).map(({ externalVersion }) => externalVersion);
  assert.deepEqual(await found('versionRange=~6.8'), ['6.8.1', '6.8.2']);
  assert.deepEqual(await found('recommended=true'), ['6.8.2']);
});

test('an installation goes through its phases, with its database and its PHP', async () => {
  await box.control({ delays: { app: 4 } });
  const { body } = await install('WordPress', GIVEN);
  const phases = [];
  for (let i = 0; i < 5; i++) phases.push((await installed(body.id)).phase);
  assert.deepEqual(phases, ['pending', 'pending', 'installing', 'installing', 'ready']);
  const app = await installed(body.id);
  assert.equal(app.appVersion.current, app.appVersion.desired);
  assert.deepEqual([app.systemSoftware[0].name, app.systemSoftware[0].externalVersion], ['php', '8.4.10']);
  const [{ databaseId, databaseUserIds }] = app.linkedDatabases;
  assert.equal((await get(`/v2/mysql-databases/${databaseId}`)).mainUser.id, databaseUserIds.admin);
});

test('until it is ready there is no current version', async () => {
  await box.control({ delays: { app: 1 } });
  const { body } = await install('WordPress', GIVEN);
  const app = await installed(body.id);
  assert.equal(app.appVersion.current, undefined);
  assert.ok(app.appVersion.desired);
});

test('software is chosen to fit the version', async () => {
  const { body } = await install('Shopware 5', {});
  assert.equal((await installed(body.id)).systemSoftware[0].externalVersion, '8.2.29');
});

test('inputs have to fit, and passwords are neither kept nor repeated', async () => {
  const weak = await install('WordPress', { ...GIVEN, admin_pass: 'Secretsecret' });
  assert.equal(weak.status, 400);
  assert.doesNotMatch(JSON.stringify(weak.body), /Secretsecret/);
  assert.equal((await install('WordPress', { ...GIVEN, admin_email: 'jule' })).status, 400);
  const { body } = await install('WordPress', GIVEN);
  const { userInputs } = await installed(body.id);
  assert.deepEqual(
    userInputs.map(({ name }) => name),
    ['host', 'site_title', 'admin_user', 'admin_email'],
  );
});

test('strict: what is required has to be there, defaults aside, and nothing else', async () => {
  await box.control({ strict: true });
  const { status, body } = await install('WordPress', { host: 'https://x.example' });
  assert.equal(status, 400);
  assert.match(body.message, /"site_title".*"admin_pass"/);
  assert.match((await install('WordPress', { ...GIVEN, adminUser: 'x' })).body.message, /"adminUser"/);
  const { body: typo3 } = await install('TYPO3', GIVEN);
  assert.deepEqual((await installed(typo3.id)).userInputs.at(-1), { name: 'install_mode', value: 'composer' });
  assert.equal((await install('Node.js', {})).status, 400);
});

test('candidates are newer than what is there', async () => {
  const versions = await versionsOf('WordPress');
  const { id } = await appNamed('WordPress');
  const candidates = async (version) =>
    (await get(`/v2/apps/${id}/versions/${version.id}/update-candidates`)).map(
      ({ externalVersion }) => externalVersion,
    );
  assert.deepEqual(await candidates(versions[1]), ['6.8.2']);
  assert.deepEqual(await candidates(versions[2]), []);
});

test('an upgrade shows what is desired first, then what is current', async () => {
  await box.control({ delays: { appUpgrade: 1 } });
  const before = await installed(INSTALLATIONS.magazine);
  const target = (await versionsOf('WordPress')).at(-1);
  await change(before.id, { appVersionId: target.id });
  const during = await installed(before.id);
  assert.equal(during.phase, 'upgrading');
  assert.deepEqual([during.appVersion.current, during.appVersion.desired], [before.appVersion.current, target.id]);
  assert.equal(during.appExternalVersion, '6.7.2');
  const after = await installed(before.id);
  assert.deepEqual(
    [after.phase, after.appVersion.current, after.appVersion.previous, after.updateAvailable],
    ['ready', target.id, before.appVersion.current, false],
  );
  assert.equal(after.appExternalVersion, '6.8.2');
});

test('a failed upgrade is ready, with the old version and the error; success clears it', async () => {
  await box.control({ delays: { appUpgrade: { fails: true } } });
  const target = (await versionsOf('WordPress')).at(-1);
  await change(INSTALLATIONS.magazine, { appVersionId: target.id });
  const failed = await installed(INSTALLATIONS.magazine);
  assert.deepEqual([failed.phase, failed.appVersion.desired, failed.appExternalVersion], ['ready', target.id, '6.7.2']);
  assert.match(failed.lastError, /failed/);
  await box.control({ delays: { appUpgrade: null } });
  await change(INSTALLATIONS.magazine, { appVersionId: target.id });
  assert.equal((await installed(INSTALLATIONS.magazine)).lastError, undefined);
});

test('what a version needs: told before, insisted on where strict', async () => {
  const target = (await versionsOf('Shopware 6')).at(-1);
  const missing = async () =>
    get(`/v2/app-installations/${INSTALLATIONS.shop}/missing-dependencies?targetAppVersionID=${target.id}`);
  const node = (await get('/v2/system-softwares')).find(({ name }) => name === 'node');
  assert.deepEqual((await missing()).missingSystemSoftwareDependencies, [
    { systemSoftwareId: node.id, versionRange: '>=20' },
  ]);
  await box.control({ strict: true });
  assert.match((await change(INSTALLATIONS.shop, { appVersionId: target.id }, 400)).message, />=20/);
  const older = (await versionsOf('WordPress'))[0];
  assert.match((await change(INSTALLATIONS.website, { appVersionId: older.id }, 400)).message, /not newer/);
  const [version] = await get(`/v2/system-softwares/${node.id}/versions`);
  const systemSoftware = { [node.id]: { systemSoftwareVersion: version.id } };
  await change(INSTALLATIONS.shop, { appVersionId: target.id, systemSoftware });
  assert.deepEqual((await missing()).missingSystemSoftwareDependencies, []);
});

test('a wish without a version keeps the version', async () => {
  const [{ systemSoftwareId }] = (await installed(INSTALLATIONS.magazine)).systemSoftware;
  await change(INSTALLATIONS.magazine, { systemSoftware: { [systemSoftwareId]: { updatePolicy: 'all' } } });
  const [php] = (await installed(INSTALLATIONS.magazine)).systemSoftware;
  assert.deepEqual([php.externalVersion, php.updatePolicy], ['8.2.29', 'all']);
});

test('system software is reconfigured', async () => {
  await box.control({ delays: { appReconfigure: 1 } });
  const { systemSoftware } = await installed(INSTALLATIONS.magazine);
  const [{ systemSoftwareId }] = systemSoftware;
  const target = (await get(`/v2/system-softwares/${systemSoftwareId}/versions?versionRange=8.4`))[0];
  await change(INSTALLATIONS.magazine, {
    systemSoftware: { [systemSoftwareId]: { systemSoftwareVersion: target.id } },
  });
  const during = await installed(INSTALLATIONS.magazine);
  assert.deepEqual([during.phase, during.systemSoftware[0].externalVersion], ['reconfiguring', '8.2.29']);
  assert.equal(during.systemSoftware[0].systemSoftwareVersion.desired, target.id);
  const after = await installed(INSTALLATIONS.magazine);
  assert.deepEqual([after.phase, after.systemSoftware[0].externalVersion], ['ready', '8.4.10']);
  assert.equal(after.systemSoftware[0].systemSoftwareVersion.current, target.id);
});

test('a copy locks its source until it is ready, and has a database of its own', async () => {
  await box.control({ delays: { app: 1 } });
  const { body } = await box.call('POST', `/v2/app-installations/${INSTALLATIONS.website}/actions/copy`, {
    body: { description: 'Kopie', targetProjectId: SHOP },
  });
  assert.deepEqual((await installed(INSTALLATIONS.website)).lockedBy, { [body.id]: 'copy' });
  assert.equal((await box.call('DELETE', `/v2/app-installations/${INSTALLATIONS.website}`)).status, 412);
  assert.equal((await installed(body.id)).phase, 'pending');
  const copy = await installed(body.id);
  assert.deepEqual([copy.phase, copy.projectId], ['ready', SHOP]);
  assert.notEqual(copy.linkedDatabases[0].databaseId, DATABASES.website);
  assert.deepEqual((await installed(INSTALLATIONS.website)).lockedBy, {});
  assert.equal((await box.call('DELETE', `/v2/app-installations/${INSTALLATIONS.website}`)).status, 204);
});

test('links: one more, one in the place of another; strict: it must be there and have a purpose', async () => {
  const links = async () =>
    (await installed(INSTALLATIONS.shop)).linkedDatabases.map((l) => [l.databaseId, l.kind, l.purpose]);
  const { body } = await box.call('POST', `/v2/projects/${SHOP}/mysql-databases`, {
    body: {
      database: { description: 'x', version: '8.4' },
      user: { password: 'Hafen-Kontor-42', accessLevel: 'full' },
    },
  });
  await change(INSTALLATIONS.shop, { databases: { [body.id]: { purpose: 'custom' } } });
  assert.equal((await links()).length, 3);
  await change(INSTALLATIONS.shop, { databases: { [body.id]: { replacesDatabaseId: DATABASES.shop } } });
  assert.deepEqual(await links(), [
    [REDIS.shop, 'redis', 'cache'],
    [body.id, 'mysql', 'custom'],
  ]);
  await box.control({ strict: true });
  await change(INSTALLATIONS.shop, { databases: { [DATABASES.shop]: {} } }, 400);
  await change(INSTALLATIONS.shop, { databases: { [DATABASES.website]: { purpose: 'custom' } } }, 404);
});

test('uninstalled: its hostname shows the default page, its database stays', async () => {
  await box.call('DELETE', `/v2/app-installations/${INSTALLATIONS.matomo}`);
  const host = (await get(`/v2/ingresses?projectId=${AGENCY}`)).find(({ hostname }) =>
    hostname.startsWith('statistik.'),
  );
  assert.deepEqual(host.paths[0].target, { useDefaultPage: true });
  assert.equal((await box.call('GET', `/v2/mysql-databases/${DATABASES.statistics}`)).status, 200);
});

test('a failed installation stays where it was, and says so', async () => {
  await box.control({ delays: { app: { reads: 1, fails: true } } });
  const { body } = await install('WordPress', GIVEN);
  await installed(body.id);
  const app = await installed(body.id);
  assert.deepEqual([app.phase, app.appVersion.current], ['installing', undefined]);
  assert.match(app.lastError, /failed/);
});
