// Version ranges as the catalogue of apps spells them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions, inRange } from '../version-range.mjs';

const CASES = [
  ['*', ['1.0.0', '8.4.10'], []],
  ['>=8.1 <8.5', ['8.1.0', '8.4.10'], ['8.0.30', '8.5.0']],
  ['>= 8.1 <= 8.3.23', ['8.3.23'], ['8.3.24']],
  ['<=8.3', ['8.3.23'], ['8.4.0']],
  ['>8.3', ['8.4.0'], ['8.3.23']],
  ['^8.2', ['8.2.0', '8.4.10'], ['8.1.33', '9.0.0']],
  ['~8.2', ['8.2.29'], ['8.3.0']],
  ['~8.2.5', ['8.2.5', '8.2.29'], ['8.2.4', '8.3.0']],
  ['~8', ['8.0.0', '8.9.0'], ['9.0.0']],
  ['8.3', ['8.3.0', '8.3.23'], ['8.4.0']],
  ['8.x', ['8.0.0', '8.9.1'], ['9.0.0']],
  ['8.3.23', ['8.3.23'], ['8.3.22']],
  ['=8.4', ['8.4.10'], ['8.3.0']],
  ['~8.2 || ~8.4', ['8.2.1', '8.4.1'], ['8.3.1']],
  ['8.1 - 8.3', ['8.1.0', '8.3.0'], ['8.4.0']],
  ['>6.6.10.3', ['6.6.10.4', '6.7.1.2'], ['6.6.10.3']],
  ['newest', [], ['1.0.0']],
];
for (const [range, within, without] of CASES) {
  test(range, () => {
    for (const version of within) assert.ok(inRange(version, range), `${version} in ${range}`);
    for (const version of without) assert.ok(!inRange(version, range), `${version} not in ${range}`);
  });
}

test('versions are compared as numbers', () => {
  const sorted = ['6.10.0', '6.9.9', '6.9', '5.7.19'].toSorted(compareVersions);
  assert.deepEqual(sorted, ['5.7.19', '6.9', '6.9.9', '6.10.0']);
  assert.equal(compareVersions('1.0', '1.0.0'), 0);
});
