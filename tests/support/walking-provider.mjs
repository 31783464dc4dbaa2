// What an MCP client asks its application for when it has to sign in (`OAuthClientProvider` of the
// official packages, both generations): memory for tokens, and a browser. The browser walks the pages
// as a person would who agrees to everything.

import { randomBytes } from "node:crypto";
import { Browser, walk } from "./browser.mjs";
import { REDIRECT_URI } from "./sign-in.mjs";

export class WalkingProvider {
  #memory = {};
  #name;
  #answers;
  /// Sign-ins walked so far.
  walks = 0;
  /// Token answers saved so far: the first sign-in, then one per refresh.
  saved = 0;
  /// What arrived at the redirect URI last.
  arrived;

  constructor({ name = "Test client", answers } = {}) {
    this.#name = name;
    this.#answers = answers;
  }

  get redirectUrl() {
    return REDIRECT_URI;
  }

  get clientMetadata() {
    return {
      client_name: this.#name,
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      application_type: "native",
    };
  }

  state() {
    this.#memory.state = randomBytes(16).toString("base64url");
    return this.#memory.state;
  }

  clientInformation() {
    return this.#memory.client;
  }

  saveClientInformation(client) {
    this.#memory.client = client;
  }

  tokens() {
    return this.#memory.tokens;
  }

  saveTokens(tokens) {
    this.saved += 1;
    this.#memory.tokens = tokens;
  }

  /// Puts another access token in place of the present one, as if time had passed.
  replaceAccessToken(token) {
    this.#memory.tokens = { ...this.#memory.tokens, access_token: token };
  }

  codeVerifier() {
    return this.#memory.verifier;
  }

  saveCodeVerifier(verifier) {
    this.#memory.verifier = verifier;
  }

  discoveryState() {
    return this.#memory.discovery;
  }

  saveDiscoveryState(state) {
    this.#memory.discovery = state;
  }

  invalidateCredentials(what) {
    const names = {
      all: ["client", "tokens", "verifier", "discovery"],
      client: ["client"],
      tokens: ["tokens"],
      verifier: ["verifier"],
      discovery: ["discovery"],
    };
    for (const name of names[what]) delete this.#memory[name];
  }

  async redirectToAuthorization(url) {
    this.walks += 1;
    this.arrived = await walk(new Browser(), url.href, REDIRECT_URI, this.#answers);
    if (this.arrived.get("state") !== this.#memory.state) throw new Error("The answer belongs to another sign-in.");
  }
}
