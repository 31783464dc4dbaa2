// Forms, links and text of an HTML page, read the way a browser reads them.

import { parse } from "parse5";

/// The first element for which `matches` holds, in document order.
export function find(node, matches) {
  for (const element of elements(node)) if (matches(element)) return element;
  return undefined;
}

/// Every element below a node, in document order.
export function* elements(node) {
  for (const child of node.childNodes ?? []) {
    if (child.tagName) yield child;
    yield* elements(child);
  }
}

export function attribute(element, name) {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

/// Visible text with white space collapsed.
export function textOf(node) {
  const parts = [];
  const collect = (inner) => {
    if (inner.nodeName === "#text") parts.push(inner.value);
    if (inner.tagName === "style" || inner.tagName === "head") return;
    for (const child of inner.childNodes ?? []) collect(child);
  };
  collect(node);
  return parts.join(" ").replace(/\s+/g, " ").trim();
}

export const readHtml = (html) => parse(html);

/// The page's forms: where each goes, how, its fields with their present values, its buttons.
export function formsOf(document, pageUrl) {
  return [...elements(document)]
    .filter((element) => element.tagName === "form")
    .map((form) => {
      const inside = [...elements(form)];
      return {
        action: new URL(attribute(form, "action") || pageUrl, pageUrl).href,
        method: (attribute(form, "method") ?? "get").toLowerCase(),
        fields: inside.filter((element) => element.tagName === "input").map(fieldOf),
        buttons: inside
          .filter((element) => element.tagName === "button" && (attribute(element, "type") ?? "submit") === "submit")
          .map((button) => ({
            name: attribute(button, "name"),
            value: attribute(button, "value") ?? "",
            text: textOf(button),
          })),
      };
    });
}

function fieldOf(input) {
  return {
    name: attribute(input, "name"),
    type: (attribute(input, "type") ?? "text").toLowerCase(),
    value: attribute(input, "value") ?? "",
    checked: attribute(input, "checked") !== undefined,
  };
}

/// What a browser would send: every field's value, with `values` typed or chosen, and the pressed button.
///
/// @throws where the form has no such field, radio choice or button: a person could not do that either
export function fillForm(form, values, button) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const named = form.fields.filter((field) => field.name === name);
    const offered = named.some((field) => field.type !== "radio" || field.value === value);
    if (!offered) throw new Error(`The form offers no ${name}=${value}.`);
  }
  for (const field of form.fields) {
    const wanted = values[field.name];
    if (field.type === "radio" || field.type === "checkbox") {
      const chosen = wanted === undefined ? field.checked : field.value === wanted;
      if (chosen) body.append(field.name, field.value);
    } else {
      body.append(field.name, wanted ?? field.value);
    }
  }
  for (const [name, value] of Object.entries(button)) {
    if (!form.buttons.some((one) => one.name === name && one.value === value))
      throw new Error(`The form has no button ${name}=${value}.`);
    body.append(name, value);
  }
  return body;
}
