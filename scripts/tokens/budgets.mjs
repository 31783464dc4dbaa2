// What the catalogue may cost those who hold it. KB = 1000 bytes.

const CORE = "/mcp";
const ALL = "/mcp/x/all";

export const BUDGETS = [
  { surface: CORE, of: "tools", most: 60 },
  { surface: CORE, of: "tokens", most: 12_000 },
  { surface: CORE, of: "bytes", most: 75_000 },
  { surface: ALL, of: "tokens", most: 60_000 },
  { surface: ALL, of: "bytes", most: 450_000 },
  { surface: ALL, of: "tokens of the largest tool", most: 900 },
];

/// The budgets with what is used of each.
export const used = (rows) =>
  BUDGETS.map((budget) => {
    const row = rows.find(({ surface }) => surface === budget.surface);
    return { ...budget, used: budget.of in row ? row[budget.of] : row.largest.tokens };
  });

/// A sentence for each budget that is exceeded.
export const exceeded = (rows) =>
  used(rows)
    .filter((budget) => budget.used > budget.most)
    .map(({ surface, of, most, used }) => `${surface} has ${number(used)} ${of}; the budget is ${number(most)}.`);

export const number = (value) => value.toLocaleString("en-GB");
