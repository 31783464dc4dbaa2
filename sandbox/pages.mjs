// The sandbox's pages: sign-in with consent, and an error page. German or English, no
// scripts, and a band that says this is not mittwald.

import { createHash } from 'node:crypto';
import { DEMO_USER, PASSWORD } from './seed/people.mjs';

const TEXT = {
  en: {
    band: 'Sandbox: a local stand-in. This is not mittwald; never type a real password here.',
    title: 'Sign in',
    lead: 'The mittwald MCP connector asks for access to this account.',
    account: `Demo account: ${DEMO_USER.email} / ${PASSWORD}`,
    email: 'E-mail',
    password: 'Password',
    allow: 'Sign in and allow',
    deny: 'Deny',
    wrong: 'E-mail or password is wrong. The demo account is printed below.',
    scopes: (n) => `Requested rights (${n})`,
    none: 'No rights requested.',
    errorTitle: 'This sign-in cannot start',
    gone: 'This sign-in has expired or was already used. Start again in your application.',
    home: 'A local stand-in for the mittwald API, for trying and testing the connector.',
  },
  de: {
    band: 'Sandbox: ein lokaler Ersatz. Das ist nicht mittwald; hier nie ein echtes Passwort eingeben.',
    title: 'Anmelden',
    lead: 'Der mittwald-MCP-Connector möchte auf dieses Konto zugreifen.',
    account: `Demokonto: ${DEMO_USER.email} / ${PASSWORD}`,
    email: 'E-Mail',
    password: 'Passwort',
    allow: 'Anmelden und erlauben',
    deny: 'Ablehnen',
    wrong: 'E-Mail oder Passwort ist falsch. Das Demokonto steht unten.',
    scopes: (n) => `Angefragte Rechte (${n})`,
    none: 'Keine Rechte angefragt.',
    errorTitle: 'Diese Anmeldung kann nicht beginnen',
    gone: 'Diese Anmeldung ist abgelaufen oder wurde schon benutzt. Bitte in der Anwendung neu beginnen.',
    home: 'Ein lokaler Ersatz für die mittwald-API, zum Ausprobieren und Testen des Connectors.',
  },
};

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d5dbe3;--paper:#fff;--ground:#f2f5f8;--mark:#0b5cad;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a3afbd;--line:#3a4452;--paper:#1b222c;--ground:#12171e;--mark:#6db3ff;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
.band{background:#ffd54a;color:#332700;padding:.6rem 1rem;text-align:center;font-size:.9rem}
main{max-width:26rem;margin:8vh auto 2rem;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 .25rem;font-size:1.5rem}p{margin:0 0 1.25rem;color:var(--soft)}label{display:block;margin:0 0 1rem;font-size:.9rem}
input{width:100%;margin-top:.25rem;padding:.6rem .7rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:8px}
button{width:100%;padding:.7rem;margin-top:.5rem;font:inherit;font-weight:600;border-radius:8px;border:1px solid var(--mark);background:var(--mark);color:var(--paper);cursor:pointer}
button.quiet{background:transparent;color:var(--mark)}:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.wrong{color:var(--bad);font-weight:600}.account{margin:1.25rem 0 0;padding:.6rem .8rem;border:1px dashed var(--line);border-radius:8px;font-size:.9rem}
details{margin:0 0 1.25rem;font-size:.9rem}ul{margin:.5rem 0 0;padding-left:1.2rem;columns:2;color:var(--soft)}code{overflow-wrap:anywhere}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * No `form-action`: browsers apply it to every redirect that follows the form, and where the
 * chain ends (any MCP client's own callback) is not known here.
 */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The first of German and English that Accept-Language prefers; English otherwise. */
export function languageOf(headers) {
  const ranked = (headers['accept-language'] ?? '').split(',').map((part) => {
    const [tag, ...rest] = part.trim().toLowerCase().split(';');
    const q = Number(/q=([\d.]+)/.exec(rest.join(';'))?.[1] ?? 1);
    return { language: tag.split('-')[0], q: Number.isFinite(q) ? q : 0 };
  });
  const known = ranked.filter(({ language, q }) => language in TEXT && q > 0).sort((a, b) => b.q - a.q);
  return known[0]?.language ?? 'en';
}

export function signInPage(language, { pending, scopes, email = DEMO_USER.email, failed = false }) {
  const t = TEXT[language];
  const rights = scopes.length
    ? `<details><summary>${t.scopes(scopes.length)}</summary><ul>${scopes.map((s) => `<li>${escape(s)}</li>`).join('')}</ul></details>`
    : `<p>${t.none}</p>`;
  const body = `<h1>${t.title}</h1><p>${t.lead}</p>
${failed ? `<p class="wrong" role="alert">${t.wrong}</p>` : ''}${rights}
<form method="post" action="/sign-in">
<input type="hidden" name="request" value="${escape(pending)}">
<label>${t.email}<input type="email" name="email" value="${escape(email)}" autocomplete="username" required></label>
<label>${t.password}<input type="password" name="password" value="${failed ? '' : PASSWORD}" autocomplete="current-password" required></label>
<button name="decision" value="allow">${t.allow}</button>
<button class="quiet" name="decision" value="deny" formnovalidate>${t.deny}</button>
</form>
<p class="account">${t.account}</p>`;
  return page(failed ? 401 : 200, language, t.title, body);
}

export function refusalPage(language, why) {
  const t = TEXT[language];
  return page(400, language, t.errorTitle, `<h1>${t.errorTitle}</h1><p><code>${escape(why)}</code></p>`);
}

export function gonePage(language) {
  return refusalPage(language, TEXT[language].gone);
}

export function homePage(language) {
  return page(
    200,
    language,
    'Sandbox',
    `<h1>Sandbox</h1><p>${TEXT[language].home}</p><p class="account">${TEXT[language].account}</p>`,
  );
}

function page(status, language, title, body) {
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Sandbox</title><style>${STYLE}</style></head>
<body><div class="band">${TEXT[language].band}</div><main>${body}</main></body></html>`;
  return { status, headers: HEADERS, body: html };
}

function escape(text) {
  return String(text).replace(
    /[&<>"']/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c],
  );
}
