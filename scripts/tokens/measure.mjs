// How much a host reads on each surface. The definitions come from the catalogue's `sizes`; tokens are
// those of o200k, the encoding of OpenAI's present models, over what a host hands to the model: name,
// description and inputSchema of each tool, as JSON.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/// Most bytes that `sizes` writes.
const MAX_OUTPUT = 64 * 1024 * 1024;

/// The surfaces as `sizes` writes them: `surface`, `bytes`, and `tools` with `name` and `text` of each.
export async function read() {
  const command = ["run", "--quiet", "--package", "mittwald-catalog", "--bin", "sizes"];
  const { stdout } = await promisify(execFile)("cargo", command, { cwd: ROOT, maxBuffer: MAX_OUTPUT });
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/// The surfaces in numbers: `surface`, `tools`, `bytes` of tools/list, `tokens`, and the `largest` tool.
export const measured = (surfaces) =>
  surfaces.map(({ surface, bytes, tools }) => {
    const counted = tools.map(({ name, text }) => ({ name, tokens: tokens(text) }));
    return {
      surface,
      tools: counted.length,
      bytes,
      tokens: counted.reduce((sum, tool) => sum + tool.tokens, 0),
      largest: counted.reduce((most, tool) => (tool.tokens > most.tokens ? tool : most)),
    };
  });

/// Tokens of a text. What looks like a special token in a description is text like any other.
export const tokens = (text) => countTokens(text, { disallowedSpecial: new Set() });
