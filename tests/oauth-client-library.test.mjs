// A stock OAuth client library (oauth4webapi) that knows nothing of MCP or of us walks the whole way.
// It validates every answer against the RFCs itself; what it rejects throws here.
//
//  1. the resource's challenge and metadata (RFC 9728) lead to the authorization server (RFC 8414)
//  2. registration (RFC 7591), code + PKCE (RFC 7636), iss (RFC 9207), resource (RFC 8707)
//  3. refresh, revocation (RFC 7009)
//  4. the same with a client secret, by Basic and in the form
//  5. errors are errors to the library, too

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import { AGREE, Browser, walk } from "./support/browser.mjs";
import { REDIRECT_URI } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

const INSECURE = { [oauth.allowInsecureRequests]: true };

async function discover() {
  const resource = new URL(connector.mcp);
  const document = await oauth.processResourceDiscoveryResponse(
    resource,
    await oauth.resourceDiscoveryRequest(resource, INSECURE),
  );
  const issuer = new URL(document.authorization_servers[0]);
  const response = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...INSECURE });
  return { document, server: await oauth.processDiscoveryResponse(issuer, response) };
}

async function register(server, method) {
  const metadata = { client_name: "Library", redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: method };
  const client = await oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(server, metadata, INSECURE),
  );
  const authentications = {
    none: () => oauth.None(),
    client_secret_basic: () => oauth.ClientSecretBasic(client.client_secret),
    client_secret_post: () => oauth.ClientSecretPost(client.client_secret),
  };
  return { client, authentication: authentications[method]() };
}

/// The authorization request, walked; gives the validated parameters and the verifier.
async function authorize(server, client, scope, answers) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope,
    resource: connector.mcp,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  }).toString();
  const arrived = await walk(new Browser(), url.href, REDIRECT_URI, answers);
  return { parameters: oauth.validateAuthResponse(server, client, arrived, state), verifier };
}

test("the challenge leads to the metadata", async () => {
  const { document, server } = await discover();
  assert.equal(document.resource, connector.mcp);
  assert.equal(server.issuer, connector.origin);
  await assert.rejects(
    oauth.protectedResourceRequest("nonsense", "POST", new URL(connector.mcp), undefined, undefined, INSECURE),
    (error) => {
      assert.ok(error instanceof oauth.WWWAuthenticateChallengeError);
      const [challenge] = error.cause;
      assert.equal(challenge.scheme, "bearer");
      assert.equal(challenge.parameters.error, "invalid_token");
      assert.equal(
        challenge.parameters.resource_metadata,
        `${connector.origin}/.well-known/oauth-protected-resource/mcp`,
      );
      return true;
    },
  );
});

for (const method of ["none", "client_secret_basic", "client_secret_post"]) {
  test(`a library signs in, refreshes and revokes (${method})`, async () => {
    const { document, server } = await discover();
    const { client, authentication } = await register(server, method);
    const scope = document.scopes_supported.join(" ");
    const { parameters, verifier } = await authorize(server, client, scope);
    const resource = { additionalParameters: { resource: connector.mcp }, ...INSECURE };

    const exchanged = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      REDIRECT_URI,
      verifier,
      resource,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, exchanged);
    assert.equal(tokens.token_type, "bearer");
    assert.ok(tokens.refresh_token);

    const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
    const headers = new Headers({ "content-type": "application/json", accept: "application/json, text/event-stream" });
    const answered = await oauth.protectedResourceRequest(
      tokens.access_token,
      "POST",
      new URL(connector.mcp),
      headers,
      ping,
      INSECURE,
    );
    assert.equal(answered.status, 200);

    const renewed = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token, resource),
    );
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, authentication, renewed.refresh_token, INSECURE),
    );
    await assert.rejects(
      async () =>
        oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(server, client, authentication, renewed.refresh_token, resource),
        ),
      (error) => error instanceof oauth.ResponseBodyError && error.error === "invalid_grant",
    );
  });
}

test("a refusal reaches the library as an authorization error", async () => {
  const { server } = await discover();
  const { client } = await register(server, "none");
  await assert.rejects(
    authorize(server, client, "project:read", { ...AGREE, "/consent": { values: {}, button: { decision: "deny" } } }),
    (error) => error instanceof oauth.AuthorizationResponseError && error.error === "access_denied",
  );
});

test("a wrong secret is a challenge to the library", async () => {
  const { server } = await discover();
  const { client } = await register(server, "client_secret_basic");
  const { parameters, verifier } = await authorize(server, client, "project:read");
  await assert.rejects(
    async () =>
      oauth.processAuthorizationCodeResponse(
        server,
        client,
        await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.ClientSecretBasic("wrong"),
          parameters,
          REDIRECT_URI,
          verifier,
          INSECURE,
        ),
      ),
    (error) => error instanceof oauth.WWWAuthenticateChallengeError && error.status === 401,
  );
});

test("a mixed-up issuer is noticed", async () => {
  const { server } = await discover();
  const { client } = await register(server, "none");
  await assert.rejects(authorize({ ...server, issuer: "https://other.example" }, client, "project:read"), /iss/);
});
