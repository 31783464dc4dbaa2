// Version ranges as the API's catalogue of apps spells them: `>=8.1 <8.5`, `^8.2`, `~8.3`, `8.x`,
// `*`, alternatives with `||`. Versions may have any number of parts (`6.6.10.4`).

/** Whether a version lies in the range; a range nobody can read holds nothing. */
export function inRange(version, range) {
  return range.split('||').some((part) => {
    const bounds = boundsOf(part.trim());
    return bounds !== undefined && bounds.every((bound) => holds(bound, version));
  });
}

/** Part by part, as numbers; parts that are missing count as 0. */
export function compareVersions(a, b) {
  const [one, other] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

const partsOf = (version) => version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);

/** @returns {[operator, version][] | undefined} */
function boundsOf(text) {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text);
  if (hyphen) return [...one('>=', hyphen[1]), ...one('<=', hyphen[2])];
  const bounds = [];
  for (const [, operator, version, rest] of text.matchAll(/(>=|<=|>|<|=|\^|~)?\s*v?([\dxX*][\d.xX*]*)|(\S)/g)) {
    if (rest) return undefined;
    bounds.push(...one(operator ?? '=', version));
  }
  return bounds;
}

function one(operator, version) {
  const fixed = version
    .split('.')
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
  const isOpen = fixed.length < 3;
  if (!fixed.length) return [];
  if (operator === '^') return between(fixed, 1);
  if (operator === '~') return between(fixed, Math.min(2, fixed.length));
  if (operator === '=' && isOpen) return between(fixed, fixed.length);
  // `<=8.3` includes all of 8.3, and `>8.3` nothing of it.
  if (operator === '<=' && isOpen) return [after(fixed, '<')];
  if (operator === '>' && isOpen) return [after(fixed, '>=')];
  return [[operator, fixed.join('.')]];
}

function after(fixed, operator) {
  return [operator, [...fixed.slice(0, -1), fixed.at(-1) + 1].join('.')];
}

/** From a version up to where one of its first `kept` parts would change. */
function between(fixed, kept) {
  return [['>=', fixed.join('.')], after(fixed.slice(0, kept), '<')];
}

function holds([operator, bound], version) {
  const compared = compareVersions(version, bound);
  switch (operator) {
    case '>=':
      return compared >= 0;
    case '<=':
      return compared <= 0;
    case '>':
      return compared > 0;
    case '<':
      return compared < 0;
    default:
      return compared === 0;
  }
}
