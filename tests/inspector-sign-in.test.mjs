// The MCP Inspector's command line signs in by itself, in its three eras. MCP_AUTO_OPEN_ENABLED lets it do so without
// a terminal; it prints the address that a person has to open, and the pages are walked.
//
//  1. turned away, registers, signs in, calls a tool
//  2. the next run uses what is stored
//  3. an expired token is refreshed without the person
//  4. a revoked connection is an error where nobody is there to sign in, and leads to a new sign-in otherwise
//  5. --relogin signs in anew (2.12.0 means to revoke the old tokens first, but looks for the endpoint in metadata
//     that its command line never stores, so /revoke is not asked)

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Browser, walk } from "./support/browser.mjs";
import { expiredToken, revoke } from "./support/sign-in.mjs";
import { freePort, startConnector } from "./support/worker.mjs";

const INSPECTOR = fileURLToPath(new URL("../node_modules/.bin/mcp-inspector", import.meta.url));
const INVITATION = /Please navigate to: (http\S+)\s/;
const CALL = ["--method", "tools/call", "--tool-name", "mittwald_project_list", "--tool-args-json", "{}"];

let connector;
let expired;
before(async () => {
  connector = await startConnector();
  expired = await expiredToken(connector);
});
after(() => connector?.dispose());

/// A computer with the Inspector on it, and the person in front of it.
class Desk {
  folder = mkdtempSync(join(tmpdir(), "mcp-inspector-"));
  /// Sign-ins walked so far.
  walks = 0;
  #era;
  #callback;

  constructor(era) {
    this.#era = era;
  }

  /// Runs the Inspector; gives its exit code, what it printed as JSON, and what it said besides.
  async run(...args) {
    this.#callback ??= `http://127.0.0.1:${await freePort()}/oauth/callback`;
    const connection = ["--cli", "--server-url", connector.mcp, "--transport", "http", "--format", "json"];
    const child = spawn(INSPECTOR, [...connection, "--protocol-era", this.#era, "--callback-url", this.#callback, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        MCP_STORAGE_DIR: this.folder,
        MCP_INSPECTOR_SECRET_STORE: "file",
        MCP_AUTO_OPEN_ENABLED: "true",
        BROWSER: "true",
      },
      timeout: 60_000,
    });
    let printed = "";
    let said = "";
    let walking;
    child.stdout.on("data", (chunk) => (printed += chunk));
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const url = INVITATION.exec(said)?.[1];
      if (url) walking ??= this.#walk(url);
    });
    const code = await new Promise((ended) => child.once("close", ended));
    await walking;
    return { code, result: code === 0 ? JSON.parse(printed).result : undefined, said: printed + said };
  }

  async #walk(url) {
    this.walks += 1;
    const redirectUri = new URL(url).searchParams.get("redirect_uri");
    const arrived = await walk(new Browser(), url, redirectUri);
    await (await fetch(`${redirectUri}?${arrived}`)).text();
  }

  /// The tokens that are stored.
  get tokens() {
    return JSON.parse(Object.entries(this.#secrets().secrets).find(([name]) => name.includes(":tokens:"))[1]);
  }

  /// The client's registration, as the access token names it.
  get client() {
    const claims = JSON.parse(Buffer.from(this.tokens.access_token.split(".")[1], "base64url").toString());
    return { client_id: claims.client_id };
  }

  /// Puts another access token in place of the stored one, as if time had passed.
  age(accessToken) {
    const all = this.#secrets();
    const name = Object.keys(all.secrets).find((one) => one.includes(":tokens:"));
    all.secrets[name] = JSON.stringify({ ...this.tokens, access_token: accessToken });
    writeFileSync(join(this.folder, "secrets.json"), JSON.stringify(all));
  }

  #secrets() {
    return JSON.parse(readFileSync(join(this.folder, "secrets.json"), "utf8"));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

for (const era of ["legacy", "auto", "modern"]) {
  describe(era, () => {
    const desk = new Desk(era);
    after(() => desk.remove());

    /// Calls a tool, which must succeed.
    async function call(...args) {
      const { code, result, said } = await desk.run(...CALL, ...args);
      assert.equal(code, 0, said);
      assert.ok(result.structuredContent.projects.length >= 3);
    }

    test("signs in and calls a tool", async () => {
      await call();
      assert.equal(desk.walks, 1);
    });

    test("uses what is stored", async () => {
      const before = desk.tokens.access_token;
      await call("--stored-auth-only");
      assert.equal(desk.tokens.access_token, before);
      assert.equal(desk.walks, 1);
    });

    test("refreshes an expired token without the person", async () => {
      const before = desk.tokens.refresh_token;
      desk.age(expired);
      await call("--stored-auth-only");
      assert.notEqual(desk.tokens.access_token, expired);
      assert.notEqual(desk.tokens.refresh_token, before);
      assert.equal(desk.walks, 1);
    });

    test("signs in anew after a revocation", async () => {
      await revoke(connector, desk.client, desk.tokens.refresh_token);
      desk.age(expired);
      const alone = await desk.run(...CALL, "--stored-auth-only");
      assert.notEqual(alone.code, 0);
      assert.match(alone.said, /auth_required/);
      await call();
      assert.equal(desk.walks, 2);
    });

    test("signs in anew when told to", async () => {
      await call("--relogin");
      assert.equal(desk.walks, 3);
    });
  });
}
