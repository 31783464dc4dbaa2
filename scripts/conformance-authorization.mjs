// Runs `conformance authorization` of the official suite against the built Worker, without a person: a
// client is registered, and a browser walks the pages of the address that the suite prints.
//
//     node scripts/conformance-authorization.mjs FOLDER
//
// FOLDER is where `npm install @modelcontextprotocol/conformance@0.2.0-alpha.12` was run. The suite's exit
// status is ours.

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { AGREE, Browser } from "../tests/support/browser.mjs";
import { register } from "../tests/support/sign-in.mjs";
import { freePort, startConnector } from "../tests/support/worker.mjs";

/// More steps than any sign-in takes.
const MAX_STEPS = 12;

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("Usage: node scripts/conformance-authorization.mjs FOLDER (where the suite is installed)");
  process.exit(2);
}
const suite = resolve(folder, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
const port = await freePort();
const callback = `http://127.0.0.1:${port}/callback`;
const connector = await startConnector();
const client = await register(connector, { client_name: "Conformance suite", redirect_uris: [callback] });

const status = await new Promise((done, failed) => {
  const wishes = { url: connector.origin, "client-id": client.client_id, resource: connector.mcp, port };
  const options = Object.entries(wishes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const run = spawn(process.execPath, [suite, "authorization", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  let walked = false;
  run.stdout.on("data", (piece) => {
    process.stdout.write(piece);
    printed += piece;
    const address = /https?:\/\/\S+response_type=code\S*(?=\s)/.exec(printed)?.[0];
    if (!address || walked) return;
    walked = true;
    arrive(address).catch((error) => {
      run.kill();
      failed(error);
    });
  });
  run.on("error", failed);
  run.on("exit", (code) => done(code ?? 1));
}).finally(() => connector.dispose());
process.exit(status);

/// Walks the pages as a person who agrees to everything, up to and into the suite's own callback.
async function arrive(address) {
  const browser = new Browser();
  let page = await browser.open(address);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const form = page.forms[0];
    const answer = form && AGREE[new URL(form.action).pathname];
    if (page.location === undefined && !answer) break;
    const here = page.location ?? page.url;
    page = page.location ? await browser.open(here) : await browser.submit(page, form, answer.values, answer.button);
    if (here.startsWith(`${callback}?`)) return;
  }
  throw new Error(`The sign-in stopped at ${page.url} with status ${page.status}.`);
}
