// Guards a few requests by asking Keyward and by a copy of the keys, and tells the statuses.
import { Keyward } from "@keyward/sdk";
import { guardWith } from "@keyward/sdk/adapters/fetch";
import { remoteStatuses, statusesOf } from "./statuses.ts";

const { KEYWARD_URL = "", KEYWARD_TOKEN = "", READER = "" } = process.env;
const remote = await remoteStatuses({ KEYWARD_URL, KEYWARD_TOKEN, READER });

const options = {
  url: KEYWARD_URL,
  token: KEYWARD_TOKEN,
  api: "acme",
  environment: "live",
} as const;
const keyward = new Keyward(options);
await keyward.ready();
const local = await statusesOf(guardWith(keyward), READER);
await keyward.close();

console.log(JSON.stringify({ remote, local }));
