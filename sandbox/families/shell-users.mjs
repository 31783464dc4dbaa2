// Who may log in to a project: SSH and SFTP users, with a password or with public keys.

import { insistOnPassword } from '../passwords.mjs';
import { refused } from '../problems.mjs';

const inProject = { of: 'project', key: 'projectId' };
const PUBLIC_KEY = /^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-\S+) [A-Za-z0-9+/]+=*( .*)?$/;

export const shellUsers = {
  collections: [
    {
      name: 'sshUser',
      item: '/v2/ssh-users/{sshUserId}',
      lists: ['/v2/projects/{projectId}/ssh-users'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/ssh-users': (job) => ({ userName: job.shortId('ssh'), ...access(job) }),
      },
    },
    {
      name: 'sftpUser',
      item: '/v2/sftp-users/{sftpUserId}',
      lists: ['/v2/projects/{projectId}/sftp-users'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/sftp-users': (job) => {
          insistOnDirectories(job);
          return { userName: job.shortId('sftp'), accessLevel: 'read', ...access(job) };
        },
      },
    },
  ],
  views: {},
  effects: {
    'PATCH /v2/ssh-users/{sshUserId}': (job) => change(job, 'sshUser'),
    'PATCH /v2/sftp-users/{sftpUserId}': (job) => {
      insistOnDirectories(job);
      change(job, 'sftpUser');
    },
  },
};

function access(job) {
  const { password, publicKeys } = job.body.authentication;
  insistOnPassword(password, '.authentication.password');
  insistOnKeys(job, publicKeys);
  return { active: true, hasPassword: password !== undefined, publicKeys, authUpdatedAt: job.now };
}

/** Keys take the place of keys, and neither keys nor a password end the other. */
function change(job, name) {
  const { password, ...plain } = job.body;
  insistOnPassword(password, '.password');
  insistOnKeys(job, plain.publicKeys);
  job.patch(name, job.record.id, {
    ...plain,
    updatedAt: job.now,
    ...(password !== undefined && { hasPassword: true }),
    ...((password !== undefined || plain.publicKeys) && { authUpdatedAt: job.now }),
  });
}

function insistOnKeys(job, keys = []) {
  for (const { key, comment } of keys)
    job.insist(PUBLIC_KEY.test(key), () => refused(`the public key "${comment}" is none of OpenSSH's kind`));
}

function insistOnDirectories(job) {
  for (const directory of job.body.directories ?? [])
    job.insist(directory.startsWith('/'), () => refused(`directory ${directory} must begin with /`));
}
