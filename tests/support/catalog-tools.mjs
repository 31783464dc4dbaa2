// What catalog/tools/*.toml say about the tools, where a test asks for more than tools/list tells.

import { readFileSync, readdirSync } from "node:fs";

const TOOLS = new URL("../../catalog/tools/", import.meta.url);

/// Every tool: its name, its family (the first word of its file's name) and the lines of its block.
export function catalogTools() {
  return readdirSync(TOOLS).flatMap((file) => {
    const [, ...blocks] = readFileSync(new URL(file, TOOLS), "utf8").split("[[tool]]");
    return blocks.map((block) => ({ name: valueOf(block, "name"), family: file.split(/[-.]/)[0], block }));
  });
}

/// Tool -> the operations that its job may send, for every tool that is a job.
export function jobOperations() {
  const named = (block, key) => new RegExp(`^${key} = \\[([^\\]]*)\\]`, "m").exec(block)?.[1] ?? "";
  const jobs = catalogTools().filter(({ block }) => /^job = /m.test(block));
  return new Map(
    jobs.map(({ name, block }) => {
      const own = /^operation = "(.+)"$/m.exec(block)?.[1];
      const lists = [...`${named(block, "uses")} ${named(block, "on_new")}`.matchAll(/"([^"]+)"/g)];
      return [name, new Set([own, ...lists.map(([, key]) => key)])];
    }),
  );
}

/// The text after a key at the beginning of a line.
export const valueOf = (block, key) => new RegExp(`^${key} = "(.+)"$`, "m").exec(block)[1];
