// What a test knows about a tool after it has tried it out: what each argument takes, which arguments go
// together, where each ends up in mittwald's request; and so, how to call it rightly.

import assert from "node:assert/strict";
import { generate } from "../../sandbox/shape.mjs";
import { makeArguments, partsOf } from "./argument-maker.mjs";
import { choicesIn } from "./refusal-sentences.mjs";
import { Marks, trace } from "./request-tracer.mjs";
import { interview } from "./tool-interview.mjs";

/// Every tool is called fully at least so often, with other values each time.
const LEAST_VARIANTS = 2;
/// How many sets of existing ids are tried until mittwald has nothing against one.
const ATTEMPTS = 8;
/// Texts whose form neither a schema nor a sentence tells.
const TEXTS = { publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample jule@notebook" };

/// Words that find something, and not the same.
const WORDS = { "search query": ["shop", "kontor"] };

/// Ids that say what they are the ids of: tool and argument -> kinds, each with the parameter that has its ids.
const SPELLED = {
  "fetch id": [
    ["app", "appInstallationId"],
    ["mail-address", "mailAddressId"],
    ["mysql-database", "mysqlDatabaseId"],
  ],
};

export class ToolStudy {
  constructor({ call, ids, world, tool: { inputSchema, ...tool } }) {
    // What a person's agreement comes back as is the caller's business.
    const { confirmation_token: asksFirst, ...properties } = inputSchema.properties ?? {};
    tool.inputSchema = { ...inputSchema, properties };
    Object.assign(this, { call: (args) => call(tool.name, args), ids, world, tool, name: tool.name });
    this.asksFirst = asksFirst !== undefined;
    this.required = new Set(tool.inputSchema.required ?? []);
    /// Groups of arguments that go together, each with its ways.
    this.choices = [];
    /// place in the arguments -> place in the request
    this.places = new Map();
    this.op = undefined;
  }

  static async of(context) {
    const study = new ToolStudy(context);
    study.shapes = await interview(context.call, study.tool);
    await study.#learnChoices();
    await study.#learnPlaces();
    await study.#learnFillings();
    if (study.asksFirst) await study.#learnBehindPreview();
    return study;
  }

  /// How often `full` arguments are made: for each combination, and each form of what is inside.
  get variants() {
    return Math.max(LEAST_VARIANTS, this.#forms);
  }

  get #forms() {
    const inside = [...this.shapes.values()].map(formsOf);
    return Math.max(1, ...this.choices.map(({ ways }) => ways.length), ...inside);
  }

  /// Valid arguments. `attempt` chooses among the ids that exist.
  arguments({ full, variant = 0, attempt = 0, text = this.#text(attempt) }) {
    const parts = this.#partsOf(variant, full);
    const optional = [...this.shapes.keys()].filter((name) => full && !this.inChoice(name));
    const names = new Set([...this.required, ...optional, ...parts.keys()]);
    const fixed = Object.fromEntries([...parts].filter(([, value]) => value !== undefined));
    return makeArguments(this.shapes, names, { full, variant, text, fixed, ...this.#open(attempt) });
  }

  /// Calls with valid arguments until mittwald has nothing against the ids; gives the call that went best
  /// and everything that was answered.
  async use(wish) {
    const outcomes = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const args = this.arguments({ ...wish, attempt });
      if (outcomes.some((outcome) => same(outcome.args, args))) continue;
      const outcome = { ...(await this.call(args)), args };
      outcomes.push(outcome);
      if (!outcome.isError) break;
    }
    return { outcomes, best: outcomes.at(-1).isError ? outcomes[0] : outcomes.at(-1) };
  }

  /// Valid arguments with this one among them, one for each form that it has inside.
  rightWith(name) {
    const every = Array.from({ length: this.variants }, (_, variant) => this.arguments({ full: true, variant }));
    return every.filter((args) => name in args).slice(0, formsOf(this.shapes.get(name)));
  }

  inChoice(name) {
    return this.choices.some(({ ways }) => ways.some((way) => partsOf(way, true).has(name)));
  }

  /// What the combinations of this variant are made of. Nothing but what must be is in the small ones.
  #partsOf(variant, full) {
    const needed = this.choices.filter(({ required }) => full || required);
    return new Map(needed.flatMap(({ ways }) => [...partsOf(ways[variant % ways.length], full)]));
  }

  /// Asks with everything at once, and with as little as possible: one of them is refused where arguments
  /// go together, and the refusal tells how.
  async #learnChoices() {
    for (let round = 0; round < 3; round += 1) {
      const before = this.choices.length;
      for (const full of [true, false]) {
        for (const choice of choicesIn((await this.#tryOut({ full })) ?? []))
          if (!this.choices.some(({ ways }) => same(ways, choice.ways))) this.choices.push(choice);
      }
      if (this.choices.length === before) return;
    }
  }

  /// The other forms of unions, with places of their own.
  async #learnPlaces() {
    for (let variant = 1; variant < this.#forms; variant += 1) await this.#tryOut({ full: true, variant });
  }

  async #learnFillings() {
    this.fillings = this.op ? await this.ids.forPath(this.op) : [];
  }

  /// Nobody can agree to what is not there: the change itself is seen only with ids that exist.
  async #learnBehindPreview() {
    for (let variant = 0; variant < this.variants; variant += 1) {
      for (let attempt = 0; attempt < Math.min(ATTEMPTS, this.fillings.length); attempt += 1)
        await this.#tryOut({ full: true, variant, attempt }, (shape, at) => this.#existingId(shape, at, attempt, variant));
    }
    await this.#learnFillings();
  }

  /// Calls with texts that occur nowhere else, and notes where they ended up; gives the problems, if the
  /// arguments have any.
  async #tryOut(wish, existing = () => undefined) {
    const marks = new Marks();
    const text = (shape, at) => existing(shape, at) ?? marks.textFor(shape, at);
    const { problems, requests } = await this.call(this.arguments({ ...wish, text }));
    for (const request of requests) {
      for (const [at, place] of trace(this.world, request, marks.places))
        if (!this.places.has(at)) this.places.set(at, place);
      this.op = this.world.route(request.method, request.path)?.op ?? this.op;
    }
    return problems;
  }

  /// An id that exists, where one belongs; undefined elsewhere.
  #existingId(shape, at, attempt, variant) {
    const place = this.places.get(at);
    const filling = this.fillings.at(attempt % this.fillings.length);
    if (place?.in === "path" && filling?.[place.name] !== undefined) return filling[place.name];
    // Our own name may say more than the API's: `projectId` for its `contextId`.
    const names = [lastKey(at), place?.name].filter(Boolean);
    const ids = !shape.format || shape.format === "uuid" ? names.map((name) => this.ids.forName(name)) : [];
    const existing = ids.find((some) => some.length);
    return existing?.[(attempt + variant) % existing.length];
  }

  /// A text as the API wants it at this place: an id that exists, else what its facts describe.
  #text(attempt) {
    return (shape, at, variant) => {
      const words = WORDS[`${this.name} ${at}`];
      if (words) return words[variant % words.length];
      const spelled = SPELLED[`${this.name} ${at}`];
      if (spelled) {
        const [kind, param] = spelled[variant % spelled.length];
        return `${kind}:${this.ids.forName(param)[attempt]}`;
      }
      const existing = this.#existingId(shape, at, attempt, variant);
      if (existing !== undefined) return existing;
      const place = this.places.get(at);
      return within(shape, this.#likeTheApi(shape, place, place?.name ?? lastKey(at), `${at}/${variant}`));
    };
  }

  #likeTheApi(shape, place, name, seed) {
    if (TEXTS[name]) return `${TEXTS[name]}${seed}`;
    const schema = place?.schemas.find((one) => this.world.facts.deref(one).type === "string");
    const wanted = schema ?? { type: "string", format: shape.format };
    const value = generate(this.world.facts, { properties: { [name]: wanted }, required: [name] }, this.name + seed);
    return value[name];
  }

  /// Keys of maps, which are often ids, too, and objects that take anything.
  #open(attempt) {
    return {
      key: (at, variant) => this.ids.forName(`${lastKey(at).replace(/s$/, "")}Id`)[attempt] ?? `key${variant}`,
      anything: () => ({}),
    };
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const lastKey = (at) => at.replaceAll(/\[[^\]]*\]/g, "").split(".").at(-1);

function within({ min = 0, max = Infinity }, text) {
  return text.padEnd(min, "x").slice(0, max);
}

/// The most forms that a union in this shape has.
export function formsOf(shape) {
  const inside = [shape.items, shape.kind === "map" && shape.values, ...(shape.members?.values() ?? [])];
  return Math.max(shape.ways?.length ?? 1, ...inside.filter(Boolean).map(formsOf));
}
