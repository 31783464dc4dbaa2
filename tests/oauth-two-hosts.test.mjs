// The connector lives on one host (PUBLIC_URL), mittwald sends people back to another one.
//
//  1. the other host passes on what mittwald said and nothing else, and uses nothing up
//  2. a whole sign-in goes through both hosts
//  3. the consent page lets its form lead to every host on the way (CSP)
//  4. documents and tokens name the public host, whichever was called
//  5. on https the cookie is a __Host- cookie
//  6. the sign-in of the connections page goes through both hosts, too

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./support/browser.mjs";
import { openConnections } from "./support/connections.mjs";
import { requestAs } from "./support/raw-http.mjs";
import { authorizationRequest, claimsOf, exchange, obtainCode, REDIRECT_URI, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
/// The connector as its clients know it.
let site;
before(async () => {
  connector = await startConnector({
    vars: ({ port }) => ({
      PUBLIC_URL: `http://localhost:${port}`,
      MITTWALD_OAUTH_REDIRECT_URL: `http://127.0.0.1:${port}/mittwald/callback`,
    }),
  });
  const origin = `http://localhost:${connector.port}`;
  site = { origin, mcp: `${origin}/mcp` };
  client = await register(site);
});
after(() => connector?.dispose());

test("the other host passes on what mittwald said and nothing else", async () => {
  const answer = await requestAs(
    "auth.mcp.mittwald.de",
    connector.port,
    "/mittwald/callback?code=c%20d&state=s&error=e&error_description=w%26x&extra=1&iss=evil&code2=z",
    { headers: { cookie: "mittwald-mcp-signin=AAAAAAAAAAAAAAAAAAAAAA" } },
  );
  assert.equal(answer.status, 303);
  const target = new URL(answer.headers.location);
  assert.equal(target.origin + target.pathname, `${site.origin}/mittwald/callback`);
  assert.deepEqual(Object.fromEntries(target.searchParams), {
    code: "c d",
    state: "s",
    error: "e",
    error_description: "w&x",
  });
  assert.equal(answer.headers["set-cookie"], undefined);
  assert.equal(answer.headers["cache-control"], "no-store");
  const empty = await requestAs("auth.mcp.mittwald.de", connector.port, "/mittwald/callback");
  assert.equal(new URL(empty.headers.location).search.replace("?", ""), "");
});

test("a whole sign-in goes through both hosts", async () => {
  const hosts = [];
  class Watched extends Browser {
    open(url, options) {
      hosts.push(new URL(url).host);
      return super.open(url, options);
    }
  }
  const granted = await obtainCode(site, client, { browser: new Watched() });
  assert.deepEqual(granted.answer.getAll("iss"), [site.origin]);
  const callbacks = hosts.slice(-2);
  assert.deepEqual(callbacks, [`127.0.0.1:${connector.port}`, `localhost:${connector.port}`]);
  const { status, body } = await exchange(site, client, granted);
  assert.equal(status, 200);
  assert.equal(claimsOf(body.access_token).iss, site.origin);
  assert.equal(claimsOf(body.access_token).aud, site.mcp);
});

test("a callback that comes twice through the other host works once", async () => {
  const browser = new Browser();
  const page = await browser.open(authorizationRequest(site, client).url);
  const sent = await browser.submit(page, page.forms[0], {}, { decision: "allow" });
  const signIn = await browser.open(sent.location);
  const back = await browser.submit(signIn, signIn.forms[0], {}, { decision: "allow" });
  const forwards = [await browser.open(back.location), await browser.open(back.location)];
  assert.equal(forwards[0].location, forwards[1].location, "forwarding uses nothing up");
  assert.ok((await browser.open(forwards[0].location)).location.startsWith(REDIRECT_URI));
  assert.equal((await browser.open(forwards[1].location)).status, 400);
});

test("the consent form may lead to every host on its way", async () => {
  // Browsers apply form-action to the redirects after a post: where mittwald asks nothing (the person
  // is signed in there and agreed before), the post ends at the client by way of our callback host.
  const page = await new Browser().open(authorizationRequest(site, client).url);
  const policy = page.headers.get("content-security-policy");
  const sources = /form-action ([^;]*)/.exec(policy)[1].split(" ");
  assert.ok(sources.includes("'self'"));
  for (const origin of [connector.sandbox.origin, `http://127.0.0.1:${connector.port}`, new URL(REDIRECT_URI).origin])
    assert.ok(sources.includes(origin), `form-action has ${sources.join(" ")}, not ${origin}`);
});

test("documents name the public host, whichever was called", async () => {
  for (const host of ["auth.mcp.mittwald.de", `127.0.0.1:${connector.port}`]) {
    const { text } = await requestAs(host, connector.port, "/.well-known/oauth-authorization-server");
    assert.equal(JSON.parse(text).issuer, site.origin);
    const answer = await requestAs(host, connector.port, "/mcp");
    assert.match(answer.headers["www-authenticate"], new RegExp(`resource_metadata="${site.origin}/`));
  }
});

test("on https the cookie is a __Host- cookie and the callback goes to https", async () => {
  const secure = await startConnector({
    vars: {
      PUBLIC_URL: "https://mcp.example",
      MITTWALD_OAUTH_REDIRECT_URL: "https://auth.mcp.mittwald.de/mittwald/callback",
    },
  });
  try {
    const registered = await requestAs("mcp.example", secure.port, "/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        redirect_uris: ["https://claude.ai/api/mcp/auth_callback"],
        token_endpoint_auth_method: "none",
      }),
    });
    const { client_id: id, redirect_uris: uris } = JSON.parse(registered.text);
    const { url } = authorizationRequest(
      { origin: "https://mcp.example", mcp: "https://mcp.example/mcp" },
      { client_id: id, redirect_uris: uris },
    );
    const page = await requestAs("mcp.example", secure.port, url.slice("https://mcp.example".length));
    assert.equal(page.status, 200, page.text);
    assert.match(
      page.headers["set-cookie"][0],
      /^__Host-[\w-]+=[\w-]{22}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    const forwarded = await requestAs("auth.mcp.mittwald.de", secure.port, "/mittwald/callback?code=c&state=s");
    assert.equal(forwarded.headers.location, "https://mcp.example/mittwald/callback?code=c&state=s");
  } finally {
    await secure.dispose();
  }
});

test("the sign-in of the connections page goes through both hosts", async () => {
  const browser = new Browser();
  const entrance = await browser.open(`${site.origin}/connections`);
  const formAction = /form-action ([^;]*)/.exec(entrance.headers.get("content-security-policy"))[1].split(" ");
  assert.deepEqual(formAction, ["'self'", connector.sandbox.origin, connector.origin]);
  const { page } = await openConnections(site, { browser });
  assert.match(page.text, /Sign out of this page/);
  assert.equal(browser.cookiesFor(connector.origin), "", "no cookie at the other host");
});
