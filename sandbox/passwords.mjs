// mittwald's rule for passwords, and where a request carries one. What is kept of a password is
// when it was set; nothing the sandbox answers, logs or lists holds one.

import { invalid } from './problems.mjs';
import { isObject, violation } from './validate.mjs';

const SHORTEST = 8;
const SPECIAL = '#!~%^*_+-=?{}()<>|.,;';
const NOT_FIRST = '-_;';
const HIDDEN = '(hidden)';

/** @returns {string[]} what a text lacks to be a password; empty where it is one */
export function weaknesses(text) {
  const has = (pattern) => pattern.test(text);
  const isSpecial = (letter) => SPECIAL.includes(letter);
  return [
    [...text].length < SHORTEST && `needs at least ${SHORTEST} characters`,
    !has(/[a-z]/) && 'needs a lower case letter',
    !has(/[A-Z]/) && 'needs an upper case letter',
    !has(/[0-9]/) && 'needs a digit',
    ![...text].some(isSpecial) && `needs one of ${SPECIAL}`,
    NOT_FIRST.includes(text[0]) && text !== '' && `must not begin with one of ${NOT_FIRST}`,
  ].filter(Boolean);
}

/**
 * @param path where it stands in the body, `.user.password`
 * @throws Problem 400 that says what is missing, and not what was sent
 */
export function insistOnPassword(text, path) {
  if (text === undefined) return;
  const found = weaknesses(text);
  if (found.length) throw invalid(found.map((why) => violation(path, 'password', why)));
}

/** A copy in which the value of every key that means a secret is hidden. */
export function withoutSecrets(value) {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isSecret(key, inner) ? HIDDEN : withoutSecrets(inner)]),
  );
}

const isSecret = (key, value) =>
  typeof value === 'string' &&
  /password|privateKey|secret|^token$|refreshToken|x-access-token|^authorization$/i.test(key);
