// Connects as an assistant does: is turned away, registers, sends the person through the sign-in,
// and comes back with tokens.

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { WalkingProvider } from "../../tests/support/walking-provider.mjs";

/// A connected client; `say` is told each step.
export async function connect(address, say) {
  const provider = new Person({ name: "mittwald demo" });
  say(`Connecting to ${address}`);
  let client = newClient();
  const transport = new StreamableHTTPClientTransport(new URL(address), { authProvider: provider });
  try {
    await client.connect(transport);
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    say("Not signed in: registered, agreed on the consent page, signed in at mittwald (here: the sandbox)");
    await transport.finishAuth(provider.arrived);
    client = newClient();
    await client.connect(new StreamableHTTPClientTransport(new URL(address), { authProvider: provider }));
  }
  const { tools } = await client.listTools();
  const { name, version } = client.getServerVersion() ?? {};
  say(
    `Connected to ${name} ${version}, MCP ${client.getNegotiatedProtocolVersion?.() ?? ""}; ${tools.length} tools: ${tools.map((tool) => tool.name).join(", ")}`,
  );
  return client;
}

/// Only the sandbox's sign-in page can be walked: it prints its own demo account.
class Person extends WalkingProvider {
  async redirectToAuthorization(url) {
    try {
      await super.redirectToAuthorization(url);
    } catch (error) {
      if (error.page)
        error.message += " The demo can sign in at the sandbox only; is the connector running with `make dev`?";
      throw error;
    }
  }
}

function newClient() {
  return new Client({ name: "mittwald-demo", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
}
