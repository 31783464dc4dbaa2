// Mail, access, projects and support, step by step:
// 1. mailboxes and delivery boxes that are not there at once  2. strict: an address is there once
// 3. passwords: the rule, everywhere one is sent; none is ever shown  4. SSH and SFTP users
// 5. a project gets ready, with a hostname and a stack  6. invites: once, and accepted
// 7. a conversation shared with a project; closed and found

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { weaknesses } from '../passwords.mjs';
import { DATABASES } from '../seed/databases.mjs';
import { DEMO_USER, KONTOR } from '../seed/people.mjs';
import { CLUB, SERVER, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const send = async (method, path, body, status) => {
  const answer = await box.call(method, path, { body });
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const GOOD = 'Hafen-Kontor-42';
const WEAK = 'hafenkontor';
const mailbox = (address, password = GOOD) => ({
  address,
  isCatchAll: false,
  mailbox: { password, quotaInBytes: 1_000_000, enableSpamProtection: true },
});
const key = { key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample', comment: 'jule@notebook' };

test('a mailbox and a delivery box are there after a while', async () => {
  await box.control({ delays: { mailAddress: 2, deliveryBox: 1 } });
  const list = `/v2/projects/${SHOP}/mail-addresses`;
  const { id } = await send('POST', list, mailbox('neu@teehandel-brandt.example'), 201);
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await box.call('GET', `/v2/mail-addresses/${id}`)).status);
  assert.deepEqual(statuses, [403, 403, 200]);
  assert.equal((await get(list)).length, 2);
  const box2 = await send('POST', `/v2/projects/${SHOP}/delivery-boxes`, { description: 'x', password: GOOD }, 201);
  await send('GET', `/v2/delivery-boxes/${box2.id}`, undefined, 403);
  await send('GET', `/v2/delivery-boxes/${box2.id}`, undefined, 200);
});

test('404 instead, where the lag says so', async () => {
  await box.control({ delays: { mailAddress: 1 }, lag: { early: 404 } });
  const { id } = await send(
    'POST',
    `/v2/projects/${SHOP}/mail-addresses`,
    mailbox('neu@teehandel-brandt.example'),
    201,
  );
  await send('GET', `/v2/mail-addresses/${id}`, undefined, 404);
  await send('GET', `/v2/mail-addresses/${id}`, undefined, 200);
});

test('strict: an address is there once, under both names', async () => {
  await box.control({ strict: true });
  const list = `/v2/projects/${SHOP}/mail-addresses`;
  const { id } = await send('POST', list, mailbox('neu@teehandel-brandt.example'), 201);
  await send('POST', list, mailbox('neu@teehandel-brandt.example'), 400);
  await send('PATCH', `/v2/mail-addresses/${id}/address`, { address: 'bestellung@teehandel-brandt.example' }, 400);
  await send('PATCH', `/v2/mail-addresses/${id}/address`, { address: 'neuer@teehandel-brandt.example' }, 204);
  assert.equal((await get(`/v2/mail-addresses/${id}`)).address, 'neuer@teehandel-brandt.example');
  const [{ name }] = await get(`/v2/mail-addresses/${id}/backups`);
  await send('POST', `/v2/mail-addresses/${id}/backups/${name}/recovery`, undefined, 204);
  await send('POST', `/v2/mail-addresses/${id}/backups/20010101/recovery`, undefined, 404);
});

test('the rule for passwords', () => {
  for (const good of [GOOD, 'aB3!aB3!', '#aB3defg', 'Ümläut-aB3']) assert.deepEqual(weaknesses(good), [], good);
  for (const [bad, what] of [
    ['aB3!aB3', 'at least 8'],
    ['AB3!AB3!', 'lower'],
    ['ab3!ab3!', 'upper'],
    ['aBc!aBc!', 'digit'],
    ['aB3§aB3§', 'needs one of'],
    ['-aB3defg', 'begin'],
    ['_aB3!defg', 'begin'],
    [';aB3!defg', 'begin'],
  ])
    assert.match(weaknesses(bad).join(), new RegExp(what), bad);
});

/** What takes a password: method, path, body with it. */
const PLACES = {
  'a database': (p) => [
    'POST',
    `/v2/projects/${SHOP}/mysql-databases`,
    { database: { description: 'x', version: '8.4' }, user: { password: p, accessLevel: 'full' } },
  ],
  'a copy of a database': (p) => [
    'POST',
    `/v2/mysql-databases/${DATABASES.shop}/actions/copy`,
    { description: 'x', user: { password: p, accessLevel: 'full' } },
  ],
  'a database user': (p) => [
    'POST',
    `/v2/mysql-databases/${DATABASES.shop}/users`,
    { databaseId: DATABASES.shop, description: 'x', password: p, accessLevel: 'full' },
  ],
  'a mailbox': (p) => ['POST', `/v2/projects/${SHOP}/mail-addresses`, mailbox('neu@teehandel-brandt.example', p)],
  'a delivery box': (p) => ['POST', `/v2/projects/${SHOP}/delivery-boxes`, { description: 'x', password: p }],
  'an SSH user': (p) => [
    'POST',
    `/v2/projects/${SHOP}/ssh-users`,
    { description: 'x', authentication: { password: p } },
  ],
  'an SFTP user': (p) => [
    'POST',
    `/v2/projects/${SHOP}/sftp-users`,
    { description: 'x', directories: ['/html'], authentication: { password: p } },
  ],
};
const CHANGES = {
  'a database user': async (p) => [
    'PATCH',
    `/v2/mysql-users/${(await get(`/v2/mysql-databases/${DATABASES.shop}/users`))[0].id}`,
    { password: p },
  ],
  'a mailbox': async (p) => [
    'PATCH',
    `/v2/mail-addresses/${(await get(`/v2/projects/${SHOP}/mail-addresses`))[0].id}/password`,
    { password: p },
  ],
  'a delivery box': async (p) => [
    'PATCH',
    `/v2/delivery-boxes/${(await get(`/v2/projects/${SHOP}/delivery-boxes`))[0].id}/password`,
    { password: p },
  ],
  'an SSH user': async (p) => [
    'PATCH',
    `/v2/ssh-users/${(await get(`/v2/projects/${SHOP}/ssh-users`))[0].id}`,
    { password: p },
  ],
  'an SFTP user': async (p) => [
    'PATCH',
    `/v2/sftp-users/${(await get(`/v2/projects/${SHOP}/sftp-users`))[0].id}`,
    { password: p },
  ],
};
for (const [kind, places] of [
  ['new', PLACES],
  ['changed', CHANGES],
]) {
  for (const [name, place] of Object.entries(places)) {
    test(`${name}, ${kind}: a weak password is refused, a good one taken, none is shown`, async () => {
      const weak = await send(...(await place(WEAK)), 400);
      assert.match(JSON.stringify(weak.validationErrors), /upper case/);
      const [method, path, body] = await place(GOOD);
      const { status, body: answer } = await box.call(method, path, { body });
      assert.ok(status === 201 || status === 204, `${status}`);
      const shown = JSON.stringify([weak, answer, await get('/__control/requests'), ...(await everything())]);
      assert.ok(!shown.includes(GOOD) && !shown.includes(WEAK));
    });
  }
}
/** All that the sandbox has stored. */
async function everything() {
  const { store } = box.state;
  return store.names().flatMap((name) => store.list(name));
}

test('the log that others can read hides secrets and tokens, and nothing else', async () => {
  await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { description: 'x' } });
  const [entry] = await get('/__control/requests');
  assert.deepEqual([entry.headers['x-access-token'], entry.body], ['(hidden)', { description: 'x' }]);
  assert.equal(box.requests[0].headers['x-access-token'], 'sandbox-token');
});

test('a new password has a time', async () => {
  const before = (await get(`/v2/mysql-databases/${DATABASES.shop}`)).mainUser;
  await send('PATCH', `/v2/mysql-users/${before.id}`, { password: GOOD }, 204);
  const { passwordUpdatedAt, accessLevel } = (await get(`/v2/mysql-databases/${DATABASES.shop}`)).mainUser;
  assert.ok(passwordUpdatedAt > before.passwordUpdatedAt);
  assert.equal(accessLevel, before.accessLevel);
});

test('SSH and SFTP: keys, a password beside them, an end', async () => {
  await box.control({ strict: true });
  const list = `/v2/projects/${SHOP}/ssh-users`;
  const user = { description: 'x', expiresAt: '2030-01-01T00:00:00Z' };
  const wrong = { ...user, authentication: { publicKeys: [{ key: 'nothing', comment: 'c' }] } };
  assert.match((await send('POST', list, wrong, 400)).message, /"c"/);
  const { id, hasPassword } = await send('POST', list, { ...user, authentication: { publicKeys: [key] } }, 201);
  assert.equal(hasPassword, false);
  await send('PATCH', `/v2/ssh-users/${id}`, { password: GOOD, active: false }, 204);
  const changed = await get(`/v2/ssh-users/${id}`);
  assert.deepEqual(
    [changed.hasPassword, changed.active, changed.publicKeys, changed.expiresAt],
    [true, false, [key], user.expiresAt],
  );
  const sftp = { description: 'x', directories: ['html'], authentication: { publicKeys: [key] } };
  await send('POST', `/v2/projects/${SHOP}/sftp-users`, sftp, 400);
  const made = await send('POST', `/v2/projects/${SHOP}/sftp-users`, { ...sftp, directories: ['/html'] }, 201);
  assert.deepEqual([made.accessLevel, made.directories], ['read', ['/html']]);
  await send('PATCH', `/v2/sftp-users/${made.id}`, { accessLevel: 'full', directories: ['/html/shop'] }, 204);
  assert.deepEqual((await get(`/v2/sftp-users/${made.id}`)).directories, ['/html/shop']);
});

test('a project gets ready, and has a hostname and a stack', async () => {
  await box.control({ delays: { project: 1 } });
  const { id } = await send('POST', `/v2/servers/${SERVER}/projects`, { description: 'Neu' }, 201);
  const states = [];
  for (let i = 0; i < 2; i++) {
    const { status, isReady, readiness } = await get(`/v2/projects/${id}`);
    states.push([status, isReady, readiness]);
  }
  assert.deepEqual(states, [
    ['pending', false, 'creating'],
    ['ready', true, 'ready'],
  ]);
  const [host] = await get(`/v2/ingresses?projectId=${id}`);
  assert.deepEqual([host.isDefault, host.ownership.verified, host.tls.isCreated], [true, true, true]);
  assert.deepEqual(
    (await get(`/v2/projects/${id}/stacks`)).map((stack) => stack.id),
    [id],
  );
  await box.control({ delays: { project: { fails: true } } });
  const failed = await send('POST', `/v2/servers/${SERVER}/projects`, { description: 'Neu' }, 201);
  assert.equal((await get(`/v2/projects/${failed.id}`)).status, 'error');
});

test('the list counts as a read, whoever else is in it', async () => {
  await box.control({ delays: { project: 1 } });
  const { id } = await send('POST', `/v2/servers/${SERVER}/projects`, { description: 'Neu' }, 201);
  await get(`/v2/projects/${SHOP}`);
  const statusIn = async () => (await get('/v2/projects')).find((project) => project.id === id).status;
  assert.deepEqual([await statusIn(), await statusIn()], ['pending', 'ready']);
});

test('an invite goes out once, and makes a member of who accepts', async () => {
  const invite = { mailAddress: 'neu@kundin.example', role: 'external' };
  const list = `/v2/projects/${CLUB}/invites`;
  const { id } = await send('POST', list, { ...invite, membershipExpiresAt: '2030-01-01T00:00:00Z' }, 201);
  await send('POST', list, invite, 409);
  const own = await get(`/v2/projects/${CLUB}/memberships/self`);
  await send('DELETE', `/v2/project-memberships/${own.id}`, undefined, 204);
  await send('POST', `/v2/project-invites/${id}/actions/accept`, {}, 204);
  const [member] = await get(`/v2/projects/${CLUB}/memberships`);
  assert.deepEqual(
    [member.userId, member.role, member.expiresAt],
    [DEMO_USER.userId, 'external', '2030-01-01T00:00:00Z'],
  );
  assert.equal((await get(list)).length, 1);
  const toCustomer = { mailAddress: 'neu@kundin.example', role: 'member' };
  await send('POST', `/v2/customers/${KONTOR}/invites`, toCustomer, 201);
  await send('POST', `/v2/customers/${KONTOR}/invites`, toCustomer, 409);
});

test('a conversation is shared with a project, replied to, closed, and found among the closed', async () => {
  const shared = { aggregate: 'project', domain: 'project', id: SHOP };
  const body = { title: 'Frage', messageContent: 'Moin', sharedWith: shared, relatedTo: shared };
  const { conversationId } = await send('POST', '/v2/conversations', body, 201);
  const path = `/v2/conversations/${conversationId}`;
  const { visibility, relatedTo } = await get(path);
  assert.deepEqual([visibility, relatedTo], ['shared', shared]);
  const { messageId } = await send('POST', `${path}/messages`, { messageContent: 'Noch eine' }, 201);
  await send('PATCH', `${path}/messages/${messageId}`, { messageContent: 'Geändert' }, 200);
  assert.deepEqual(
    (await get(`${path}/messages`)).map((m) => m.messageContent),
    ['Moin', 'Geändert'],
  );
  await send('PUT', `${path}/status`, { status: 'closed' }, 200);
  assert.ok((await get('/v2/conversations?status=closed')).some((one) => one.conversationId === conversationId));
});
