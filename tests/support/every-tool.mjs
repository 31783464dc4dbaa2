// The connector at the surface that serves every tool, with a study of each.

import { batchCaller } from "./batch-caller.mjs";
import { existingIds } from "./existing-ids.mjs";
import { connect, legacyClient } from "./mcp-client.mjs";
import { toolCaller } from "./tool-schemas.mjs";
import { ToolStudy } from "./tool-study.mjs";
import { startConnector } from "./worker.mjs";

/// `{connector, studies, assertValid, each, dispose}`; `each(look)` looks at every study and gives all
/// that was found.
export async function studyEveryTool() {
  const connector = await startConnector();
  const ids = await existingIds();
  const dispose = () => Promise.all([connector.dispose(), ids.close()]);
  try {
    const session = await connect(connector, { path: "/mcp/x/all", level: "delete" });
    const { tools, assertValid } = await toolCaller(connector, legacyClient(session.url, session.token));
    const { call } = batchCaller(connector, session);
    const context = { call, ids, world: connector.sandbox.state };
    const studies = await Promise.all(tools.map((tool) => ToolStudy.of({ ...context, tool })));
    const each = async (look) => (await Promise.all(studies.map(look))).flat();
    return { connector, studies, assertValid, each, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/// As much of what went wrong as people read.
const MOST_LISTED = 20;

/// What went wrong, as one text; an empty one is what a test wants.
export function listed(found) {
  const lines = found.slice(0, MOST_LISTED).map((one) => `\n- ${one}`);
  if (found.length > MOST_LISTED) lines.push(`\n- and ${found.length - MOST_LISTED} more`);
  return lines.join("");
}
