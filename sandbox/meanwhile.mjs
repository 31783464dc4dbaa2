// Somebody else at work: before or after a request that a test chose, a colleague of the demo
// user sends requests of their own. So a test can tell whether the connector overwrites what it
// has not read.
//
//   meanwhile {method, path, match, nth, count, before, changes: [{method, path, body}]}
//
// The changes are requests to the API like any other, checked like any other; a refused one is a
// failure of the test, and stands in the sandbox's `failures`. They are not in its log.

import { answerApi } from './api.mjs';
import { AIM, checkSettings, takeFrom } from './faults.mjs';
import { TJARK } from './seed/people.mjs';
import { isObject } from './validate.mjs';

const SETTINGS = { ...AIM, before: 'boolean', changes: 'object' };
const COLLEAGUE = { token: 'meanwhile', tokenId: TJARK.userId, userId: TJARK.userId, readonly: false };

export class Meanwhile {
  #planned = [];
  /** How many changes others have made. */
  done = 0;

  /** @throws TypeError for a setting that is misspelt, or a change that the API does not define */
  plan(settings, route) {
    checkSettings('meanwhile', settings, SETTINGS);
    const { changes } = settings;
    if (!Array.isArray(changes) || !changes.length) throw new TypeError('meanwhile.changes is a list of requests');
    for (const change of changes) {
      if (!isObject(change) || !route(change.method, String(change.path).split('?')[0])?.op)
        throw new TypeError(`meanwhile: the API does not define ${change?.method} ${change?.path}`);
    }
    this.#planned.push({ count: 1, before: false, ...settings });
  }

  get planned() {
    return this.#planned.map(({ changes, ...plan }) => ({ ...plan, changes: changes.length }));
  }

  /** @returns {{before: () => Promise, after: () => Promise}} what others do around this request */
  around(world, { method, path }) {
    const due = this.#planned.length ? takeFrom(this.#planned, method, path, true) : [];
    const run = async (plans) => {
      for (const { changes } of plans) for (const change of changes) await this.#make(world, change);
    };
    return { before: () => run(due.filter((p) => p.before)), after: () => run(due.filter((p) => !p.before)) };
  }

  async #make(world, { method, path, body }) {
    const [plain, query = ''] = path.split('?');
    const { status, body: answer } = await answerApi(
      world,
      {
        method,
        path: plain,
        query: new URLSearchParams(query),
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        identity: COLLEAGUE,
      },
      async () => {},
    );
    if (status >= 400) world.failures.push(new Error(`meanwhile ${method} ${path}: ${status} ${answer}`));
    this.done += 1;
  }
}
