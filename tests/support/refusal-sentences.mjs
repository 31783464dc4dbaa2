// Reads what the connector says about arguments it refuses: what each place wants, and which arguments
// go together. Clients see neither formats nor combinations in a schema, so a test learns them as a
// model would: by asking.

/// Begins the text of every refusal of arguments.
const HEADING = /^Nothing was sent: the arguments of \S+ have (?:a problem|(\d+) problems)\.\n/;
const MUST_BE = /^(?<at>.+?)(?: must be | is missing; it must be )(?<wanted>.+?)(?:; it is .+)?\.$/s;
const TOGETHER =
  /^these arguments go together: (?<ways>.+?)(?<none>, or none of them)?; (?:none of them is given|given are .+)\.$/s;

const FORMATS = {
  "a UUID": "uuid",
  "a date and time": "date-time",
  "a date": "date",
  "an e-mail address": "email",
  "a complete URL": "uri",
};

/// The problems that a text tells, one sentence each; undefined where arguments were not refused.
export function problemsOf(text) {
  const heading = HEADING.exec(text);
  if (!heading) return undefined;
  return text.slice(heading[0].length).split(/^- /m).slice(1).map((line) => line.trimEnd());
}

/// What the place `at` must be, as a shape; undefined where no problem is about it.
export function wantedAt(problems, at) {
  for (const problem of problems) {
    const told = MUST_BE.exec(problem)?.groups;
    if (told?.at === at) return shapeOf(told.wanted);
  }
  return undefined;
}

/// The groups of arguments that go together: `{ways, required}` each.
export function choicesIn(problems) {
  return problems
    .map((problem) => TOGETHER.exec(problem)?.groups)
    .filter(Boolean)
    .map(({ ways, none }) => ({ ways: waysOf(ways), required: none === undefined }));
}

/// `a and b (perhaps with c) where b is x or y, or nothing else`: combinations, each with what it needs,
/// what it may have besides, and the values of `when`.
function waysOf(text) {
  return text.split(", or ").map((way) => {
    const [names, ...conditions] = way.split(" where ");
    const [, needs, may] = /^(.*?)(?: \(perhaps with (.*)\))?$/.exec(names);
    return {
      needs: needs === "nothing else" ? [] : needs.split(" and "),
      may: may?.split(", ") ?? [],
      when: conditions.map((condition) => {
        const [name, values] = condition.split(" is ");
        return [name, values.split(" or ")];
      }),
    };
  });
}

/// A shape: what kind of value, and its limits. What is inside a list, object or map is asked for on its
/// own, so only its keys are read here.
function shapeOf(wanted) {
  if (wanted.startsWith("one of ")) return { kind: "text", values: valuesIn(wanted) };
  const format = Object.entries(FORMATS).find(([words]) => wanted === words || wanted.startsWith(`${words} such as`));
  if (format) return { kind: "text", format: format[1] };
  if (wanted.startsWith("a text")) return { kind: "text", ...bounds(wanted) };
  if (wanted.startsWith("a whole number")) return { kind: "integer", ...range(wanted) };
  if (wanted === "a number") return { kind: "number" };
  if (wanted === "true or false") return { kind: "boolean" };
  if (wanted.startsWith("a list")) return { kind: "list", ...bounds(wanted.slice(0, wanted.indexOf(" (each "))) };
  if (wanted.startsWith("an object (each value ")) return { kind: "map" };
  if (wanted === "an object") return { kind: "anything" };
  const keys = wanted.startsWith("an object with the keys ") && wanted.slice("an object with the keys ".length);
  if (keys) return { kind: "object", ...keysIn(keys) };
  if (wanted.startsWith("an object with ")) return union(wanted.slice("an object with ".length));
  throw new Error(`No test knows what is meant by ${JSON.stringify(wanted)}.`);
}

/// The values that a sentence names. It stops after 25; the schema has all.
function valuesIn(wanted) {
  return [...wanted.matchAll(/"([^"]*)"/g)].map(([, value]) => value);
}

function keysIn(text) {
  const named = text.split(", ").map((key) => /^(\S+?)( \(required\))?$/.exec(key));
  return {
    keys: named.map(([, name]) => name),
    required: named.filter(([, , required]) => required).map(([, name]) => name),
  };
}

function union(text) {
  const ways = waysOf(text);
  const named = ways.flatMap(({ needs, may, when }) => [...needs, ...may, ...when.map(([name]) => name)]);
  const keys = [...new Set(named)];
  return { kind: "object", keys, required: [], ways };
}

function bounds(text) {
  if (text.includes("that is not empty")) return { min: 1 };
  const exactly = /of exactly (\d+)/.exec(text)?.[1];
  if (exactly) return { min: Number(exactly), max: Number(exactly) };
  return limits(/of at least (\d+)/, /of at most (\d+)/, /of (\d+) to (\d+)/, text);
}

function range(text) {
  return limits(/of at least (-?\d+)/, /of at most (-?\d+)/, /from (-?\d+) to (-?\d+)/, text);
}

function limits(least, most, both, text) {
  const [, from, to] = both.exec(text) ?? [undefined, least.exec(text)?.[1], most.exec(text)?.[1]];
  const limit = (name, number) => number !== undefined && { [name]: Number(number) };
  return { ...limit("min", from), ...limit("max", to) };
}
