// Who may call: what the connector answers before, and instead of, any tool.
//
//  1. no credentials: 401 with where to sign in, on POST and GET, in exactly one shape
//  2. credentials of another kind count as none
//  3. expired tokens
//  4. forged tokens: changed, unsigned, signed with other keys, of other shapes
//  5. tokens for another address: the read-only surface, another spelling of the host, another connector
//  6. mittwald API tokens: both headers, the read-only one, and switched off
//  7. nothing refused here ever reached mittwald, and no token stands in the log

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { assertToolError, bearer, callOf, connect, legacyClient, message, post } from "./support/mcp-client.mjs";
import { claimsOf, expiredToken, read } from "./support/sign-in.mjs";
import { masterKey, startConnector } from "./support/worker.mjs";

const READONLY = "/mcp/readonly";

let connector;
let full;
let reading;
let expired;
let projectId;
/// Everything that must never stand in a log line.
const secrets = new Set();
before(async () => {
  connector = await startConnector();
  expired = await expiredToken(connector);
  full = await connect(connector);
  reading = await connect(connector, { path: READONLY });
  const listed = await legacyClient(full.url, full.token).call("mittwald_project_list");
  projectId = listed.structuredContent.projects[0].id;
  for (const token of [expired, full.token, reading.token, full.tokens.refresh_token]) secrets.add(token);
});
after(() => connector?.dispose());

const CHANGE = (description = "x") => callOf("mittwald_project_update", { projectId, description });

/// The complete challenge of a surface, with or without an error.
async function challengeOf(path, description) {
  const metadata = `${connector.origin}/.well-known/oauth-protected-resource${path}`;
  const { scopes_supported: scopes } = await (await fetch(metadata)).json();
  assert.ok(scopes.length > 0);
  const error = description ? `error="invalid_token", error_description="${description}", ` : "";
  return `Bearer ${error}resource_metadata="${metadata}", scope="${scopes.join(" ")}"`;
}

/// POST and GET with these headers; both must be 401 and reach nobody. Gives the POST's challenge.
async function refused(path, headers, about) {
  const before = connector.sandbox.requests.length;
  const url = connector.origin + path;
  const answers = [
    await post(url, CHANGE(), headers),
    await post(url, message("ping"), headers),
    await read(await fetch(url, { headers })),
  ];
  for (const { status, headers: fields, body, text } of answers) {
    assert.equal(status, 401, `${about}: ${text}`);
    assert.equal(fields.get("cache-control"), "no-store");
    assert.equal(fields.get("www-authenticate"), answers[0].headers.get("www-authenticate"));
    assert.match(body.error_description, /sign in/i, about);
    for (const value of Object.values(headers)) assert.ok(!value || !text.includes(value), `${about}: repeats it`);
  }
  assert.equal(connector.sandbox.requests.length, before, `${about}: mittwald was asked`);
  return answers[0].headers.get("www-authenticate");
}

describe("without credentials", () => {
  for (const path of ["/mcp", READONLY]) {
    test(`${path} says where to sign in, and nothing of an error`, async () => {
      assert.equal(await refused(path, {}), await challengeOf(path));
    });
  }

  test("the read-only surface asks for reading scopes alone", async () => {
    assert.doesNotMatch(await challengeOf(READONLY), /:(write|delete)/);
    assert.match(await challengeOf("/mcp"), /project:write/);
    assert.doesNotMatch(await challengeOf("/mcp"), /offline_access/);
  });

  test("credentials of another kind count as none", async () => {
    const basic = Buffer.from(`demo@example.com:sandbox`).toString("base64");
    for (const authorization of [`Basic ${basic}`, "Digest username=x", "Bearer", "", full.token, `Token ${full.token}`])
      assert.equal(await refused("/mcp", { authorization }, authorization.slice(0, 12)), await challengeOf("/mcp"));
  });

  test("a token in the address or in a cookie counts as none", async () => {
    assert.equal(await refused(`/mcp?access_token=${full.token}`, {}, "query"), await challengeOf("/mcp"));
    assert.equal(await refused("/mcp", { cookie: `access_token=${full.token}` }, "cookie"), await challengeOf("/mcp"));
  });
});

describe("an expired token", () => {
  test("is told apart from a wrong one, so that a client refreshes it", async () => {
    const challenge = await refused("/mcp", bearer(expired), "expired");
    assert.equal(challenge, await challengeOf("/mcp", "the access token has expired; refresh it"));
  });

  test("is still for one address only", async () => {
    assert.match(await refused(READONLY, bearer(expired), "expired elsewhere"), /error="invalid_token"/);
  });
});

describe("a forged token", () => {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const parts = () => full.token.split(".");
  const headerOf = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString("utf8"));
  const signed = (header, claims, key) => {
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  };

  const FORGERIES = {
    "with other claims": () => {
      const [header, , signature] = parts();
      return `${header}.${encode({ ...claimsOf(full.token), level: "delete" })}.${signature}`;
    },
    "with a later end": () => {
      const [header, , signature] = parts();
      return `${header}.${encode({ ...claimsOf(full.token), exp: 4_102_444_800 })}.${signature}`;
    },
    "with another header": () => {
      const [, claims, signature] = parts();
      return `${encode({ ...headerOf(full.token), extra: 1 })}.${claims}.${signature}`;
    },
    "of algorithm none": () => `${encode({ ...headerOf(full.token), alg: "none" })}.${parts()[1]}.`,
    "of algorithm None, with the signature left on": () =>
      `${encode({ ...headerOf(full.token), alg: "None" })}.${parts()[1]}.${parts()[2]}`,
    "of algorithm none, with claims of its own": () =>
      `${encode({ alg: "none", typ: "at+jwt" })}.${encode({ ...claimsOf(full.token), level: "delete" })}.`,
    "signed with another key": () => signed(headerOf(full.token), claimsOf(full.token), "x".repeat(32)),
    "signed with an empty key": () => signed(headerOf(full.token), claimsOf(full.token), ""),
    "signed with the key id as key": () => signed(headerOf(full.token), claimsOf(full.token), headerOf(full.token).kid),
    "signed with the master key itself": () =>
      signed(headerOf(full.token), claimsOf(full.token), Buffer.from(connector.bindings.MASTER_KEY, "base64url")),
    "of an unknown key": () => signed({ ...headerOf(full.token), kid: "zzzz" }, claimsOf(full.token), "x"),
    "without a key id": () => signed({ alg: "HS256", typ: "at+jwt" }, claimsOf(full.token), "x"),
    "with half a signature": () => full.token.slice(0, -20),
    "with one bit turned": () => `${full.token.slice(0, -5)}${full.token.at(-5) === "A" ? "B" : "A"}${full.token.slice(-4)}`,
    "with an empty signature": () => `${parts()[0]}.${parts()[1]}.`,
    "with an empty middle": () => `${parts()[0]}..${parts()[2]}`,
    "with a fourth part": () => `${full.token}.x`,
    "with padding": () => `${full.token}=`,
    "of dots": () => "..",
    "of garbage": () => "!!!.???.~~~",
    "of JSON": () => "{}",
    "that is a refresh token": () => full.tokens.refresh_token,
    "that is a client id": () => full.client.client_id,
    "that is very long": () => `${"a".repeat(12_000)}.b.c`,
    "that is two": () => `${full.token}, Bearer ${full.token}`,
    "that is written twice": () => `${full.token}${full.token}`,
  };
  for (const [what, forge] of Object.entries(FORGERIES)) {
    test(`${what} is refused`, async () => {
      const token = forge();
      assert.notEqual(token, full.token);
      assert.match(await refused("/mcp", bearer(token), what), /^Bearer error="invalid_token", error_description="/);
    });
  }

  test("beside a good one in the other header does not help", async () => {
    await refused("/mcp", { ...bearer(full.token), "x-mittwald-api-token": "not-a-token" }, "both");
  });

  test("was the only thing wrong: the true one is let in", async () => {
    for (const authorization of [`Bearer ${full.token}`, `bearer ${full.token}`, `BEARER   ${full.token}`])
      assert.equal((await post(full.url, message("ping"), { authorization })).status, 200, authorization.slice(0, 8));
  });
});

describe("a token for another address", () => {
  test("is useless here: read-only and full do not mix", async () => {
    assert.equal(
      await refused(READONLY, bearer(full.token), "full at read-only"),
      await challengeOf(READONLY, "the access token was issued for another resource"),
    );
    assert.equal(
      await refused("/mcp", bearer(reading.token), "read-only at full"),
      await challengeOf("/mcp", "the access token was issued for another resource"),
    );
  });

  test("is useless under another spelling of the host", async () => {
    const url = `http://localhost:${connector.port}/mcp`;
    assert.equal((await post(url, message("ping"), bearer(full.token))).status, 401);
  });

  test("is useless at a connector of the same address with other keys", async () => {
    const other = await startConnector();
    try {
      const { url, token } = await connect(other);
      assert.equal((await post(url, message("ping"), bearer(token))).status, 200);
      await other.restart({ MASTER_KEY: masterKey() });
      const answer = await post(url, message("ping"), bearer(token));
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get("www-authenticate"), /^Bearer error="invalid_token"/);
    } finally {
      await other.dispose();
    }
  });
});

describe("a mittwald API token", () => {
  const own = (token) => ({ "x-mittwald-api-token": token });

  test("is let in by its own header and as bearer, at both surfaces", async () => {
    for (const headers of [own("sandbox-token"), bearer("sandbox-token")]) {
      for (const path of ["/mcp", READONLY]) {
        const { status, body } = await post(connector.origin + path, callOf("mittwald_user_get"), headers);
        assert.equal(status, 200);
        assert.equal(body.result.structuredContent.email, "demo@example.com");
      }
    }
  });

  test("may write, and the change is seen", async () => {
    const { body } = await post(full.url, CHANGE("By an API token"), own("sandbox-token"));
    assert.equal(body.result.isError, false, JSON.stringify(body));
    const seen = await legacyClient(full.url, full.token).call("mittwald_project_get", { projectId });
    assert.equal(seen.structuredContent.description, "By an API token");
  });

  test("does not write at the read-only surface", async () => {
    const before = connector.sandbox.requests.length;
    const { status, body } = await post(reading.url, CHANGE(), own("sandbox-token"));
    assert.equal(status, 200);
    assert.equal(body.error.code, -32602);
    assert.match(body.error.message, /read/i);
    assert.ok(!connector.sandbox.requests.slice(before).some(({ method }) => method !== "GET"));
  });

  test("that may only read is refused a write by mittwald, and told which rights it lacks", async () => {
    for (const headers of [own("sandbox-token-readonly"), bearer("sandbox-token-readonly")]) {
      assert.equal((await post(full.url, callOf("mittwald_project_list"), headers)).body.result.isError, false);
      const text = assertToolError(await post(full.url, CHANGE(), headers));
      assert.match(text, /Permission denied/);
      assert.match(text, /api_write/);
      assert.doesNotMatch(text, /consent page/, "there was none");
    }
  });

  test("that is no token is refused unseen", async () => {
    for (const token of ["nonsense", "sandbox", "", "Bearer sandbox-token", "sandbox-token\u00fc"])
      await refused("/mcp", own(token), token);
  });

  test("as bearer is refused and goes nowhere where that is switched off", async () => {
    const shipped = await startConnector({ vars: { ALLOW_API_TOKENS: "false" } });
    try {
      for (const token of ["sandbox-token", "sandbox-token-readonly"]) {
        for (const answer of [
          await post(shipped.mcp, callOf("mittwald_project_list"), bearer(token)),
          await read(await fetch(shipped.mcp, { headers: bearer(token) })),
        ]) {
          assert.equal(answer.status, 401);
          assert.match(answer.headers.get("www-authenticate"), /^Bearer error="invalid_token"/);
        }
      }
      assert.deepEqual(shipped.sandbox.requests, [], "nothing was sent to mittwald");
      assert.equal((await post(shipped.mcp, message("ping"), own("sandbox-token"))).status, 200);
    } finally {
      await shipped.dispose();
    }
  });
});

test("no token stands in a log line", () => {
  for (const { headers } of connector.sandbox.requests) if (headers["x-access-token"]) secrets.add(headers["x-access-token"]);
  assert.ok(secrets.size >= 6);
  for (const { message: line } of connector.logs) for (const secret of secrets) assert.ok(!line.includes(secret), line);
  assert.ok(connector.logs.every(({ message: line }) => !/panic|RuntimeError/.test(line)));
});
