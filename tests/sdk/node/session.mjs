// Zoho's Node SDK, unmodified, connected to a sandbox; and nothing else reached.
import net from "node:net";
import path from "node:path";
import { writeFileSync } from "node:fs";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

// Refuse every connection of this process that leaves the machine.
export function stayOnLoopback() {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...given) {
    const options = Array.isArray(given[0]) ? given[0][0] : given[0];
    const host = options?.host ?? "localhost";
    if (!LOOPBACK.includes(host)) {
      throw new Error(`${host} is not this machine.`);
    }
    return connect.apply(this, given);
  };
}

// Initialise the SDK as its README says, with a Self Client's code.
export async function connect(url, clientId, secret, code, folder) {
  const environment = sdk.DataCenter.setEnvironment(url, `${url}/oauth/v2/token`, url);
  const token = new sdk.OAuthBuilder()
    .clientId(clientId)
    .clientSecret(secret)
    .grantToken(code)
    .build();
  const logger = new sdk.LogBuilder()
    .level(sdk.Levels.ERROR)
    .filePath(path.join(folder, "sdk.log"))
    .build();
  const builder = await new sdk.InitializeBuilder();
  await builder
    .environment(environment)
    .token(token)
    .store(new sdk.FileStore(path.join(folder, "tokens.txt")))
    // It puts names right behind.
    .resourcePath(`${folder}/`)
    .logger(logger)
    .initialize();
}

// Return parameters for a call, each with its value.
export async function asked(...pairs) {
  const wanted = new sdk.ParameterMap();
  for (const [name, value] of pairs) {
    await wanted.add(name, value);
  }
  return wanted;
}

export function check(isSo, what = "not as expected") {
  if (!isSo) {
    throw new Error(what);
  }
}

// Return what a reply holds, if its status is one of these, or 200.
export function good(reply, ...statuses) {
  check(reply, "the SDK could not read the reply");
  const status = reply.getStatusCode();
  const expected = statuses.length ? statuses : [200];
  const found = reply.getObject();
  check(expected.includes(status), `status ${status}: ${told(found)}`);
  return found;
}

// Return the items of a reply to a write, all of which have to be successes.
export function items(reply, ...statuses) {
  return successes(good(reply, ...statuses).getData());
}

export function successes(found) {
  for (const each of found) {
    check(each.getStatus().getValue() === "success", told(each));
  }
  return found;
}

export function idsOf(found) {
  return found.map((each) => BigInt(each.getDetails().get("id")));
}

export function newIds(reply, ...statuses) {
  return idsOf(items(reply, ...statuses));
}

export function same(first, second) {
  return String(first) === String(second);
}

export function stored(folder, name, content) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return new sdk.StreamWrapper(null, null, file);
}

function told(found) {
  if (!found?.getCode) {
    return found?.constructor?.name;
  }
  const details = [...(found.getDetails() ?? [])].join(" ");
  return `${found.getCode().getValue()} ${details}`;
}
