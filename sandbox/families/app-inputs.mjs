// What an app asks a person for: which inputs are missing, whether a value fits, what is kept.

import { insistOnPassword } from '../passwords.mjs';
import { invalid } from '../problems.mjs';
import { validate, violation } from '../validate.mjs';

/** Inputs that must be given at one of these points in an app's life, and are not. */
export function missingInputs({ userInputs = [] }, given, lifecycle) {
  const names = new Set(given.map(({ name }) => name));
  return userInputs.filter(
    (input) => lifecycle.includes(input.lifecycleConstraint) && input.required && !names.has(input.name),
  );
}

/**
 * Values of inputs that the version knows have to fit. That every required one is there, and no
 * other, is asked for where the sandbox is strict.
 * @returns what is kept of them: all but passwords, and the defaults of what was left out
 */
export function checkInputs(job, version, given, lifecycle) {
  const known = new Map((version.userInputs ?? []).map((input) => [input.name, input]));
  const violations = given.flatMap(({ name, value }, i) =>
    misfits(job, known.get(name), value, `.userInputs[${i}].value`),
  );
  if (violations.length) throw invalid(violations);
  const strangers = given.filter(({ name }) => !known.has(name));
  job.insist(!strangers.length, () =>
    invalid(
      strangers.map(({ name }) => violation('.userInputs', 'unknownInput', `the app does not ask for "${name}"`)),
    ),
  );
  const missing = missingInputs(version, given, lifecycle);
  const lost = missing.filter(({ defaultValue }) => defaultValue === undefined);
  job.insist(!lost.length, () =>
    invalid(lost.map(({ name }) => violation('.userInputs', 'missingInput', `the app needs "${name}"`, { name }))),
  );
  const defaults = missing
    .filter(({ defaultValue }) => defaultValue !== undefined)
    .map(({ name, defaultValue }) => ({ name, value: defaultValue }));
  const kept = given.filter(({ name }) => known.get(name)?.format !== 'password');
  return [...kept, ...defaults];
}

function misfits(job, input, value, path) {
  if (!input) return [];
  if (input.format === 'password') insistOnPassword(value, path);
  const schema = JSON.parse(input.validationSchema);
  return validate(job.facts, schema, value, { path });
}

/** Saved inputs with some changed or added. */
export function mergedInputs(saved, changed) {
  const names = new Set(changed.map(({ name }) => name));
  return [...saved.filter(({ name }) => !names.has(name)), ...changed];
}
