// A person on the connections page: signs in there, reads the list, presses its buttons.

import { AGREE, Browser, walk } from "./browser.mjs";
import { attribute, elements, find, textOf } from "./html.mjs";

export const OTHER_PERSON = { email: "other@example.com", password: "sandbox" };

/// A browser that has signed in at the connections page, and the page that it then sees.
export async function openConnections(connector, { browser = new Browser(), who, lang } = {}) {
  const address = `${connector.origin}/connections`;
  const answers = {
    "/connections": { values: {}, button: { "sign-in": "yes" } },
    "/sign-in": { ...AGREE["/sign-in"], ...(who && { values: who }) },
  };
  const start = lang ? `${address}?lang=${lang}` : address;
  const arrived = await walk(browser, start, address, answers);
  const page = await browser.open(`${address}?${arrived}`);
  return { browser, page, address: `${address}?${arrived}` };
}

/// The connections that a page shows.
export function connectionsOn(page) {
  return [...elements(page.document)]
    .filter((element) => element.tagName === "section")
    .map((section) => ({
      name: textOf(find(section, (element) => element.tagName === "h2")),
      text: textOf(section),
      facts: factsOf(section),
      writes: writesIn(section),
      form: page.forms.find(({ buttons }) => buttons.some(({ value }) => value === endOf(section))),
      id: endOf(section),
    }));
}

/// The writes listed anywhere below a node, newest first.
export function writesIn(node) {
  const lists = [...elements(node)].filter(
    (element) => element.tagName === "ol" && attribute(element, "class") === "writes",
  );
  return lists.flatMap((list) =>
    [...elements(list)]
      .filter((element) => element.tagName === "li")
      .map((item) => {
        const codes = [...elements(item)].filter((element) => element.tagName === "code").map(textOf);
        const time = find(item, (element) => element.tagName === "time");
        return { text: textOf(item), tool: codes[0], target: codes[1], time: attribute(time, "datetime") };
      }),
  );
}

/// Presses "disconnect" of the connection with this id, or `all`, and follows the redirect.
export async function disconnect(browser, page, id) {
  const form = page.forms.find(({ buttons }) => buttons.some(({ name, value }) => name === "end" && value === id));
  const answer = await browser.submit(page, form, {}, { end: id });
  return { answer, page: answer.location ? await browser.open(answer.location) : answer };
}

/// The sandbox's sessions, once `holds` is true of them: sessions end in the background.
export async function sessionsOnce(connector, holds, seconds = 5) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const { sessions } = connector.sandbox.state.oauth;
    if (holds(sessions)) return sessions;
    if (Date.now() > until) throw new Error(`The sessions stayed ${JSON.stringify(sessions)}.`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

function endOf(section) {
  const button = find(section, (element) => element.tagName === "button" && attribute(element, "name") === "end");
  return attribute(button, "value");
}

function factsOf(section) {
  const terms = [...elements(section)].filter((element) => element.tagName === "dt");
  return Object.fromEntries(
    terms.map((term) => [textOf(term), textOf(find(term.parentNode, (element) => element.tagName === "dd"))]),
  );
}
