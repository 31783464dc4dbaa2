// node sandbox/main.mjs [--port 8790]     (or SANDBOX_PORT; 0 picks a free port)

import { parseArgs } from 'node:util';
import { DEMO_USER, PASSWORD } from './seed/people.mjs';
import { startSandbox } from './server.mjs';

const DEFAULT_PORT = '8790';

function wantedPort() {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: process.env.SANDBOX_PORT || DEFAULT_PORT } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not "${values.port}"`);
  return port;
}

function explain(error) {
  if (error.code === 'EADDRINUSE') return `port ${error.port} is in use; choose another with --port or SANDBOX_PORT`;
  return error.message;
}

try {
  const sandbox = await startSandbox({ port: wantedPort() });
  console.log(`mittwald sandbox on ${sandbox.origin} (sign in as ${DEMO_USER.email} / ${PASSWORD})`);
  const end = () => sandbox.close().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
} catch (error) {
  console.error(`mittwald sandbox: ${explain(error)}`);
  process.exitCode = 1;
}
