// rmcp, Rust's official client package, in its three modes. It is built from tests/rmcp, a workspace of its own, and
// driven over stdin; when it says that a person has to sign in, the pages are walked.
//
//  1. turned away, registers, signs in, connects, speaks the revision of its mode
//  2. lists tools, calls one, changes something
//  3. a tool's error, and the error of a tool that does not exist, reach the application
//  4. an expired token is refused, and refreshed without the person
//  5. a revoked connection leads to a new sign-in with the same registration, and then works again
//  6. a person who says no leaves it unconnected (rmcp 3.11.0 says that there is no code, and not why)

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AGREE, Browser, walk } from "./support/browser.mjs";
import { expiredToken, REDIRECT_URI, revoke } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const CRATE = fileURLToPath(new URL("./rmcp/Cargo.toml", import.meta.url));
const TARGET = fileURLToPath(new URL("../target/rmcp", import.meta.url));
/// How long the first build may take, in milliseconds; scripts/test.sh has done it before.
const BUILD_TIME = 600_000;

let connector;
let expired;
before(async () => {
  await build();
  connector = await startConnector();
  expired = await expiredToken(connector);
});
after(() => connector?.dispose());

function build() {
  const args = ["build", "--quiet", "--locked", "--manifest-path", CRATE, "--target-dir", TARGET];
  return new Promise((resolve, reject) => {
    execFile("cargo", args, { timeout: BUILD_TIME }, (error, _, stderr) => (error ? reject(new Error(stderr || error.message)) : resolve()));
  });
}

/// The application made with rmcp; it answers one command after the other.
class Application {
  /// Sign-ins walked so far.
  walks = 0;
  #process;
  #lines;

  constructor(mode) {
    this.#process = spawn(`${TARGET}/debug/rmcp-client`, [connector.mcp, mode], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /// Sends a command; gives `{ok}`, `{authorize}` or `{error}`.
  async send(command) {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#lines.next();
    assert.ok(!done, "the application has ended");
    return JSON.parse(value);
  }

  /// Sends a command that must succeed.
  async ask(command) {
    const answer = await this.send(command);
    assert.ok("ok" in answer, JSON.stringify(answer));
    return answer.ok;
  }

  /// Walks the pages, as the person who was asked to.
  async signIn({ authorize }, answers = AGREE) {
    this.walks += 1;
    const arrived = await walk(new Browser(), authorize, REDIRECT_URI, answers);
    return this.send({ do: "arrived", url: `${REDIRECT_URI}?${arrived}` });
  }

  async call(name, args = {}) {
    const result = await this.ask({ do: "call", name, arguments: args });
    assert.ok(!result.isError, JSON.stringify(result.content));
    return result.structuredContent;
  }

  stop() {
    this.#process.stdin.end();
    return new Promise((ended) => (this.#process.exitCode === null ? this.#process.once("exit", ended) : ended()));
  }
}

for (const [mode, speaks] of [["legacy", "2025-11-25"], ["auto", "2026-07-28"], ["modern", "2026-07-28"]]) {
  describe(mode, () => {
    let application;
    before(() => {
      application = new Application(mode);
    });
    after(() => application?.stop());

    test("signs in and connects", async () => {
      const turnedAway = await application.send({ do: "connect" });
      assert.ok(turnedAway.authorize, JSON.stringify(turnedAway));
      const { ok, error } = await application.signIn(turnedAway);
      assert.equal(error, undefined);
      assert.equal(ok.protocolVersion, speaks);
      const server = ok.serverInfo ?? ok._meta["io.modelcontextprotocol/serverInfo"];
      assert.equal(server.name, "mittwald");
    });

    test("lists tools, calls one, changes something", async () => {
      const tools = await application.ask({ do: "list" });
      assert.ok(tools.length >= 40);
      assert.ok(tools.some(({ name }) => name === "mittwald_project_list"));
      const { projects } = await application.call("mittwald_project_list");
      const { id, description } = projects.at(-1);
      await application.call("mittwald_project_update", { projectId: id, description: `${description} (rmcp)` });
      assert.equal((await application.call("mittwald_project_get", { projectId: id })).description, `${description} (rmcp)`);
      await application.call("mittwald_project_update", { projectId: id, description });
    });

    test("is told of errors", async () => {
      const result = await application.ask({ do: "call", name: "mittwald_app_list", arguments: {} });
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /projectId/);
      const unknown = await application.send({ do: "call", name: "mittwald_nothing", arguments: {} });
      assert.match(JSON.stringify(unknown), /mittwald_nothing/);
    });

    test("refreshes an expired token without the person", async () => {
      const { token_response: tokens } = await application.ask({ do: "stored" });
      await application.ask({ do: "replace", access_token: expired });
      await application.call("mittwald_project_list");
      const { token_response: renewed } = await application.ask({ do: "stored" });
      assert.notEqual(renewed.access_token, expired);
      assert.notEqual(renewed.refresh_token, tokens.refresh_token);
      assert.equal(application.walks, 1);
    });

    test("signs in anew after a revocation, with the same registration", async () => {
      const { client_id, token_response: tokens } = await application.ask({ do: "stored" });
      await revoke(connector, { client_id }, tokens.refresh_token);
      await application.ask({ do: "replace", access_token: expired });
      const turnedAway = await application.send({ do: "call", name: "mittwald_project_list" });
      assert.ok(turnedAway.authorize, JSON.stringify(turnedAway));
      assert.equal(new URL(turnedAway.authorize).searchParams.get("client_id"), client_id);
      assert.ok((await application.signIn(turnedAway)).ok);
      await application.call("mittwald_project_list");
      assert.equal(application.walks, 2);
    });
  });
}

test("a person who says no leaves it unconnected", async () => {
  const application = new Application("auto");
  const deny = { ...AGREE, "/consent": { values: {}, button: { decision: "deny" } } };
  const { ok, error } = await application.signIn(await application.send({ do: "connect" }), deny);
  assert.equal(ok, undefined);
  assert.match(error, /authorization failed/i);
  await application.stop();
});
