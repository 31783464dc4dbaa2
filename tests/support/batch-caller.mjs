// Calls many tools quickly, for a person who agrees to everything that is asked first: calls that are made at the same time travel together, twenty to a batch
// (revision 2025-03-26 has batches), and each still learns which requests mittwald got for it.

import assert from "node:assert/strict";
import { bearer, callOf, post } from "./mcp-client.mjs";
import { problemsOf } from "./refusal-sentences.mjs";
import { keepSeed } from "./seed-keeper.mjs";

/// The most messages that the connector takes at once.
const BATCH = 20;
const REVISION = { "mcp-protocol-version": "2025-03-26" };

/// Gives `call(name, args)`, which answers `{isError, text, answer, requests, problems}`: `answer` is the
/// structured one, `problems` the sentences about arguments where these were refused.
export function batchCaller(connector, { url, token }) {
  const { sandbox } = connector;
  const seed = keepSeed(sandbox);
  const headers = { ...bearer(token), ...REVISION };
  const waiting = [];
  /// Tools that make several requests, or ask first: for these, state must last from one request to the next.
  const longer = new Set();
  let running = false;

  function call(name, args = {}) {
    return new Promise((resolve, reject) => {
      waiting.push({ name, args, resolve, reject });
      if (!running) run();
    });
  }

  /// Begins only when everybody who is about to call has done so: hence the fuller batches.
  async function run() {
    running = true;
    await new Promise(setImmediate);
    while (waiting.length) {
      const calls = waiting.splice(0, BATCH);
      try {
        const outcomes = await together(calls);
        calls.forEach((one, index) => one.resolve(outcomes[index]));
      } catch (error) {
        for (const one of calls) one.reject(error);
      }
      await new Promise(setImmediate);
    }
    running = false;
  }

  async function together(calls) {
    if (!calls.some(({ name }) => longer.has(name))) {
      const outcomes = await send(calls, true);
      const sending = outcomes.filter(({ problems }) => !problems);
      const requests = sandbox.requests.slice();
      const asked = outcomes.some(({ answer }) => answer?.confirmation_token);
      if (requests.length === sending.length && !asked) {
        sending.forEach((outcome, index) => outcome.requests.push(requests[index]));
        return outcomes;
      }
    }
    return oneByOne(calls);
  }

  /// The requests of a batch could not be told apart; nothing lasts, so each is simply called again.
  async function oneByOne(calls) {
    const outcomes = [];
    for (const one of calls) {
      let [outcome] = await send([one], false);
      const token = outcome.answer?.confirmation_token;
      if (token) {
        longer.add(one.name);
        [outcome] = await ask([{ ...one, args: { ...one.args, confirmation_token: token } }]);
      }
      outcome.requests.push(...sandbox.requests);
      if (outcome.requests.length > 1) longer.add(one.name);
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async function send(calls, eachRequest) {
    seed.restore();
    seed.eachRequest = eachRequest;
    sandbox.requests.length = 0;
    return ask(calls);
  }

  async function ask(calls) {
    const answer = await post(
      url,
      calls.map(({ name, args }, id) => callOf(name, args, id)),
      headers,
    );
    assert.equal(answer.status, 200, answer.text);
    return calls.map(({ name, args }, id) => outcomeOf(name, args, answer.body.find((one) => one.id === id)));
  }

  return { call, seed };
}

function outcomeOf(name, args, message) {
  const { result } = message;
  assert.ok(result, `${name} ${JSON.stringify(args)}: ${JSON.stringify(message)}`);
  const text = result.content.map((part) => part.text).join("\n");
  return {
    isError: result.isError,
    text,
    content: result.content,
    answer: result.structuredContent,
    problems: result.isError ? problemsOf(text) : undefined,
    requests: [],
  };
}
