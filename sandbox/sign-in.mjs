// The HTTP face of oauth.mjs: authorize, the sign-in form, token.

import { json } from './api.mjs';
import { gonePage, languageOf, refusalPage, signInPage } from './pages.mjs';
import { PASSWORD, USERS } from './seed/people.mjs';

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };
const SIGN_INS = new Map(USERS.map((user) => [user.email, user.userId]));

export function authorize(oauth, { query, headers }) {
  const begun = oauth.begin(query);
  const language = languageOf(headers);
  if (begun.redirect) return redirect(302, begun.redirect);
  if (begun.pending) return signInPage(language, begun);
  if ((headers.accept ?? '').includes('text/html')) return refusalPage(language, begun.refuse);
  return json(400, { error: 'invalid_request', error_description: begun.refuse }, NO_STORE);
}

export function signIn(oauth, { headers, body }) {
  const form = new URLSearchParams(body.toString('utf8'));
  const language = languageOf(headers);
  const id = form.get('request') ?? '';
  const pending = oauth.pending(id);
  if (!pending) return gonePage(language);
  if (form.get('decision') === 'deny') return redirect(303, oauth.deny(id));
  const email = form.get('email') ?? '';
  const userId = form.get('password') === PASSWORD ? SIGN_INS.get(email) : undefined;
  if (!userId) return signInPage(language, { pending: id, scopes: pending.scopes, email, failed: true });
  return redirect(303, oauth.allow(id, userId));
}

export function token(oauth, { headers, body }) {
  const { status, body: answer, headers: extra } = oauth.token(headers, body.toString('utf8'));
  return json(status, answer, { ...NO_STORE, ...extra });
}

function redirect(status, location) {
  return { status, headers: { ...NO_STORE, location }, body: '' };
}
