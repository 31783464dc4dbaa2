// `make tokens`: shows what the tools cost a host on each surface, and keeps it in docs/tokens.md. Fails where
// a budget is exceeded.

import { writeFile } from "node:fs/promises";
import { table } from "./demo/table.mjs";
import { exceeded } from "./tokens/budgets.mjs";
import { measured, read } from "./tokens/measure.mjs";
import { budgets, page, surfaces } from "./tokens/page.mjs";

// The first time may build the crate.
await read();
const began = performance.now();
const rows = measured(await read());
const seconds = (performance.now() - began) / 1000;

await writeFile(new URL("../docs/tokens.md", import.meta.url), page(rows));
for (const { heading, rows: lines } of [surfaces(rows), budgets(rows)]) console.log(`\n${table(heading, lines)}`);
console.log(`\nThe catalogue compiles in ${seconds.toFixed(1)} s (at most 5). Written: docs/tokens.md`);

const problems = exceeded(rows);
problems.forEach((problem) => console.error(`Too much: ${problem}`));
process.exitCode = problems.length > 0 ? 1 : 0;
