// A browser as far as a sign-in needs one: pages, forms, redirects, cookies. No scripts, because the
// pages have none.

import { attribute, elements, fillForm, find, formsOf, readHtml, textOf } from "./html.mjs";

/// More steps than any sign-in takes; a redirect loop ends here.
const MAX_STEPS = 12;

export class Browser {
  #language;
  /// Host name -> cookies. Ports share cookies, as in real browsers (RFC 6265 section 8.5).
  #cookies = new Map();

  constructor({ language = "en" } = {}) {
    this.#language = language;
  }

  cookiesFor(url) {
    const jar = this.#cookies.get(new URL(url).hostname) ?? new Map();
    return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /// Opens an address without following where it leads.
  open(url, { headers = {} } = {}) {
    return this.#request(url, { method: "GET", headers });
  }

  /// Sends a form of a page, filled in and with a button pressed.
  submit(page, form, values, button) {
    return this.send(form.action, fillForm(form, values, button), page.url);
  }

  /// Posts fields as a form does.
  send(url, body, from = url) {
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: new URL(from).origin };
    return this.#request(url, { method: "POST", headers, body: body.toString() });
  }

  async #request(url, { headers, ...init }) {
    const cookie = this.cookiesFor(url);
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: {
        accept: "text/html,*/*;q=0.8",
        "accept-language": this.#language,
        ...(cookie && { cookie }),
        ...headers,
      },
    });
    this.#keep(url, response.headers.getSetCookie());
    return pageOf(url, response, await response.text());
  }

  #keep(url, lines) {
    const { hostname } = new URL(url);
    const jar = this.#cookies.get(hostname) ?? new Map();
    for (const line of lines) {
      const [pair, ...attributes] = line.split(";").map((part) => part.trim());
      const [name, value] = pair.split(/=(.*)/s);
      const gone = attributes.some((attr) => /^max-age=(0|-.*)$/i.test(attr));
      if (gone) jar.delete(name);
      else jar.set(name, value);
    }
    this.#cookies.set(hostname, jar);
  }
}

function pageOf(url, response, html) {
  const location = response.headers.get("location");
  const isHtml = (response.headers.get("content-type") ?? "").startsWith("text/html");
  const document = readHtml(isHtml ? html : "");
  const title = find(document, (element) => element.tagName === "title");
  return {
    url,
    status: response.status,
    headers: response.headers,
    /// Where it leads, made absolute; an application's own scheme stays as it is.
    location: location === null ? undefined : new URL(location, url).href,
    html,
    document,
    title: title ? textOf(title) : "",
    text: isHtml ? textOf(document) : html,
    language: attribute(
      find(document, (element) => element.tagName === "html"),
      "lang",
    ),
    forms: formsOf(document, url),
    links: [...elements(document)]
      .filter((element) => element.tagName === "a")
      .map((link) => ({
        href: new URL(attribute(link, "href"), url).href,
        text: textOf(link),
        language: attribute(link, "hreflang"),
      })),
  };
}

/// What a person types and presses on the way, by the path of the form's address.
export const AGREE = {
  "/consent": { values: {}, button: { decision: "allow" } },
  "/sign-in": { values: { email: "demo@example.com", password: "sandbox" }, button: { decision: "allow" } },
};

/// Walks pages and redirects from `url` until one leads to the client's redirect URI; gives the
/// parameters that arrive there.
///
/// @throws where the way ends on a page instead; the error carries it as `page`
export async function walk(browser, url, redirectUri, answers = AGREE) {
  let page = await browser.open(url);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (page.location !== undefined) {
      if (leadsTo(page.location, redirectUri)) return new URL(page.location).searchParams;
      page = await browser.open(page.location);
      continue;
    }
    const form = page.forms[0];
    const answer = page.status === 200 && form && answers[new URL(form.action).pathname];
    if (!answer) throw stopped(page);
    page = await browser.submit(page, form, answer.values, answer.button);
  }
  throw stopped(page);
}

/// The client's address with a query, not merely something that begins like it.
export function leadsTo(location, redirectUri) {
  return (
    location.startsWith(redirectUri) &&
    ["", "?", "&"].includes(location.slice(redirectUri.length, redirectUri.length + 1))
  );
}

function stopped(page) {
  const error = new Error(
    `The sign-in stopped at ${new URL(page.url).pathname} with status ${page.status}: ${page.text.slice(0, 300)}`,
  );
  error.page = page;
  return error;
}
