// Small aligned tables for a terminal.

/// Rows below a heading (or none); `total` tells of rows beyond those shown.
export function table(heading, rows, total = rows.length) {
  if (rows.length === 0) return "None.";
  const texts = rows.map((row) => row.map(String));
  const all = heading ? [heading, ...texts] : texts;
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => [...row[column]].length)));
  const line = (row) =>
    row
      .map((cell, column) => pad(cell, widths[column]))
      .join("  ")
      .trimEnd();
  const rule = heading ? [widths.map((width) => "\u2500".repeat(width)).join("  ")] : [];
  const more = total > rows.length ? [`... and ${total - rows.length} more`] : [];
  return [...(heading ? [line(heading)] : []), ...rule, ...texts.map(line), ...more].join("\n");
}

function pad(text, width) {
  return text + " ".repeat(width - [...text].length);
}

/// 2026-11-24, the same in every language.
export function date(text) {
  return String(text).slice(0, 10);
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

export function size(bytes) {
  const power = bytes > 0 ? Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1) : 0;
  const value = bytes / 1024 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}
