// mcp-remote, through which desktop applications that only start local servers reach ours: it speaks stdio to the
// application and HTTP with OAuth to us. The application is played by the official client packages of both
// generations; the browser that mcp-remote would open is played by one that walks the pages.
//
// With an application of the first generation, with one of the second that probes for the new revision, and with
// mcp-remote told to speak the new revision itself (`--protocol auto`):
//
//  1. turned away, registers, signs in, connects; another start needs no sign-in
//  2. lists tools, calls one, changes something
//  3. a tool's error, and the error of a tool that does not exist, reach the application
//  4. a token that has expired is refreshed without the person: one known to have, and one that is refused
//  5. a revoked connection leads to a new sign-in in the middle of a call, which then succeeds

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client as SecondClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as SecondTransport } from "@modelcontextprotocol/client/stdio";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { Browser, walk } from "./support/browser.mjs";
import { expiredToken, revoke } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const PROGRAM = fileURLToPath(new URL("../node_modules/mcp-remote/dist/proxy.js", import.meta.url));
const INVITATION = /Please authorize this client by visiting:\s+(http\S+)\s/g;

const first = () => [new FirstClient({ name: "desktop", version: "1" }), FirstTransport];
const second = (mode) => () => [new SecondClient({ name: "desktop", version: "1" }, { versionNegotiation: { mode } }), SecondTransport];

/// `make` starts the application, `again` the next time. One that probes asks a mcp-remote of its own first, which
/// cannot answer before somebody signed in (it waits for a minute then): so it starts to probe the next time.
const SETTINGS = [
  { name: "an application of the first generation", flags: [], make: first, again: first },
  { name: "an application of the second generation", flags: [], make: second("legacy"), again: second("auto"), speaks: "2026-07-28" },
  { name: "--protocol auto", flags: ["--protocol", "auto"], make: first, again: first },
];

let connector;
let expired;
before(async () => {
  connector = await startConnector();
  expired = await expiredToken(connector);
});
after(() => connector?.dispose());

/// A computer with mcp-remote on it: its folder, and the person in front of it.
class Desktop {
  folder = mkdtempSync(join(tmpdir(), "mcp-remote-"));
  /// Sign-ins walked so far.
  walks = 0;
  /// What went wrong in them.
  failures = [];
  #said = "";
  #invitations = 0;

  /// Starts mcp-remote and connects an application to it.
  async connect({ flags }, make) {
    const [client, Transport] = make();
    const transport = new Transport({
      command: process.execPath,
      args: [PROGRAM, connector.mcp, "--host", "127.0.0.1", "--auth-timeout", "60", ...flags],
      // A browser that exits at once: the person takes the address that is printed.
      env: { PATH: process.env.PATH, HOME: this.folder, MCP_REMOTE_CONFIG_DIR: this.folder, BROWSER: "true" },
      stderr: "pipe",
    });
    transport.stderr.on("data", (chunk) => this.#hear(String(chunk)));
    await client.connect(transport, { timeout: 60_000 }).catch((error) => {
      throw new Error(`${error.message}\n${this.#said}`);
    });
    return client;
  }

  /// The file of this name that mcp-remote keeps, and its content.
  stored(name) {
    const inside = join(this.folder, readdirSync(this.folder).find((entry) => entry.startsWith("mcp-remote-")));
    const path = join(inside, readdirSync(inside).find((file) => file.endsWith(`_${name}.json`)));
    return { path, content: JSON.parse(readFileSync(path, "utf8")) };
  }

  /// Changes what is stored of the tokens, as if time had passed.
  age(changes) {
    const { path, content } = this.stored("tokens");
    writeFileSync(path, JSON.stringify({ ...content, ...changes }));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #hear(text) {
    this.#said += text;
    const invitations = [...this.#said.matchAll(INVITATION)].slice(this.#invitations);
    this.#invitations += invitations.length;
    for (const [, url] of invitations) this.#walk(url).catch((error) => this.failures.push(error));
  }

  /// In the middle of a call mcp-remote prints the address a moment before it listens: a person takes longer.
  async #open(address, attempts = 50) {
    try {
      return await fetch(address);
    } catch (error) {
      if (attempts === 0) throw error;
      await new Promise((later) => setTimeout(later, 100));
      return this.#open(address, attempts - 1);
    }
  }

  async #walk(url) {
    this.walks += 1;
    const redirectUri = new URL(url).searchParams.get("redirect_uri");
    const arrived = await walk(new Browser(), url, redirectUri);
    const answer = await this.#open(`${redirectUri}?${arrived}`);
    assert.equal(answer.status, 200, await answer.text());
  }
}

async function call(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, JSON.stringify(result.content));
  return result.structuredContent;
}

for (const setting of SETTINGS) {
  describe(setting.name, () => {
    const desktop = new Desktop();
    let client;
    before(async () => {
      client = await desktop.connect(setting, setting.make);
    });
    after(async () => {
      await client?.close();
      desktop.remove();
    });

    test("signs in and connects", () => {
      assert.deepEqual(desktop.failures, []);
      assert.equal(desktop.walks, 1);
      assert.equal(client.getServerVersion().name, "mittwald");
      assert.ok(client.getServerCapabilities().tools);
      assert.ok(client.getInstructions().length > 100);
    });

    test("lists tools, calls one, changes something", async () => {
      const { tools } = await client.listTools();
      assert.ok(tools.length >= 40);
      const { projects } = await call(client, "mittwald_project_list");
      const { id, description } = projects.at(-1);
      await call(client, "mittwald_project_update", { projectId: id, description: `${description} (desktop)` });
      // Not by mittwald_project_get: told to speak the new revision, mcp-remote 0.15.1 passes calls on without the
      // header that repeats its argument (x-mcp-header), and is refused.
      const changed = (await call(client, "mittwald_project_list")).projects.find((project) => project.id === id);
      assert.equal(changed.description, `${description} (desktop)`);
      await call(client, "mittwald_project_update", { projectId: id, description });
    });

    test("is told of errors", async () => {
      const result = await client.callTool({ name: "mittwald_app_list", arguments: {} });
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /projectId/);
      const unknown = await client.callTool({ name: "mittwald_nothing", arguments: {} }).then(JSON.stringify, (error) => error.message);
      assert.match(unknown, /mittwald_nothing/);
    });

    test("another start needs no sign-in", async () => {
      await client.close();
      client = await desktop.connect(setting, setting.again);
      if (setting.speaks) assert.equal(client.getNegotiatedProtocolVersion(), setting.speaks);
      await call(client, "mittwald_project_list");
      assert.equal(desktop.walks, 1);
    });

    test("refreshes a token that it knows to have expired", async () => {
      const { content } = desktop.stored("tokens");
      desktop.age({ access_token: expired, expires_at: Date.now() - 1000 });
      await call(client, "mittwald_project_list");
      const after = desktop.stored("tokens").content;
      assert.notEqual(after.access_token, expired);
      assert.notEqual(after.refresh_token, content.refresh_token);
      assert.equal(desktop.walks, 1);
    });

    test("refreshes a token that is refused", async () => {
      desktop.age({ access_token: expired });
      await call(client, "mittwald_project_list");
      assert.notEqual(desktop.stored("tokens").content.access_token, expired);
      assert.equal(desktop.walks, 1);
    });

    test("signs in anew after a revocation, in the middle of a call", async () => {
      await revoke(connector, desktop.stored("client_info").content, desktop.stored("tokens").content.refresh_token);
      desktop.age({ access_token: expired });
      await call(client, "mittwald_project_list");
      assert.equal(desktop.walks, 2);
      assert.deepEqual(desktop.failures, []);
      await call(client, "mittwald_project_list");
      assert.equal(desktop.walks, 2);
    });
  });
}
