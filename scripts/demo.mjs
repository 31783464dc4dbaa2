// `make demo`: a real MCP client signs in to the running connector and asks the five questions of the
// user guide. The client is the official package; the person is played by the page walker of the tests,
// which agrees on the consent page and signs in with the demo account of the sandbox.
import { connect } from "./demo/connect.mjs";
import { QUESTIONS } from "./demo/questions.mjs";

const address = `http://localhost:${process.env.PORT || 8787}/mcp`;

try {
  await mustRun(new URL("/healthz", address));
  const client = await connect(address, (line) => console.log(`  ${line}`));
  const answers = asker(client);
  for (const { sentence, answer } of QUESTIONS) {
    console.log(`\n\u201c${sentence(answers)}\u201d`);
    console.log(indent(await answer(answers)));
  }
  await client.close();
} catch (error) {
  console.error(`\nThe demo stopped: ${error.message}`);
  process.exitCode = 1;
}

async function mustRun(health) {
  const runs = await fetch(health).then(
    (response) => response.ok,
    () => false,
  );
  if (!runs) throw new Error(`no connector answers at ${health.origin}. Start it first, in another terminal: make dev`);
}

/// Calls a tool and gives its structured answer; remembers what later questions build on.
function asker(client) {
  return {
    found: {},
    async call(name, args = {}) {
      const result = await client.callTool({ name, arguments: args });
      if (result.isError) throw new Error(`${name} answered: ${result.content.map((part) => part.text).join(" ")}`);
      return result.structuredContent;
    },
  };
}

function indent(text) {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
