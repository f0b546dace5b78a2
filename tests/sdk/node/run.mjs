// Run every operation against a sandbox; print a JSON line for each.
//
// node run.mjs URL CLIENT_ID SECRET CODE FOLDER
import { connect, stayOnLoopback } from "./session.mjs";
import * as files from "./files.mjs";
import * as records from "./records.mjs";
import * as related from "./related.mjs";
import * as settings from "./settings.mjs";

const OPERATIONS = {
  ...settings.OPERATIONS,
  ...records.OPERATIONS,
  ...related.OPERATIONS,
  ...files.OPERATIONS,
  ...records.AT_LAST,
};

async function resultOf(operation, session) {
  try {
    await operation(session);
    return "ok";
  } catch (error) {
    return `${error?.name ?? "Error"}: ${error?.message ?? error}`.slice(0, 300);
  }
}

stayOnLoopback();
const [url, clientId, secret, code, folder] = process.argv.slice(2);
await connect(url, clientId, secret, code, folder);
const session = { folder };
for (const [operation, run] of Object.entries(OPERATIONS)) {
  const result = await resultOf(run, session);
  process.stdout.write(`${JSON.stringify({ operation, result })}\n`);
}
process.exit(0);
