import assert from "node:assert/strict";
import { test } from "node:test";
import { GithubKeys } from "./github-keys.ts";

/** GitHub's own sample: docs.github.com, secret scanning partner program, "Sample HTTP POST sent to verify endpoint". */
const SAMPLE = {
  body: '[{"token":"some_token","type":"some_type","url":"some_url","source":"some_source"}]',
  keyId: "f9525bf080f75b3506ca1ead061add62b8633a346606dc5fe544e29231c6ee0d",
  key: "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsz9ugWDj5jK5ELBK42ynytbo38gP\nHzZFI03Exwz8Lh/tCfL3YxwMdLjB+bMznsanlhK0RwcGP3IDb34kQDIo3Q==\n-----END PUBLIC KEY-----\n",
  signature:
    "MEUCIFLZzeK++IhS+y276SRk2Pe5LfDrfvTXu6iwKKcFGCrvAiEAhHN2kDOhy2I6eGkOFmxNkOJ+L2y8oQ9A2T9GGJo6WJY=",
};

const list = JSON.stringify({
  public_keys: [{ key_identifier: SAMPLE.keyId, key: SAMPLE.key, is_current: false }],
});

test("T11: the signature of GitHub's own sample holds, and with one letter of the body changed it does not", async () => {
  const keys = new GithubKeys({ fetchList: async () => list, clock: { monotonicMs: () => 0 } });
  const { body, keyId, signature } = SAMPLE;
  assert.equal(await keys.hasSigned(Buffer.from(body), keyId, signature), true);
  const changed = Buffer.from(body.replace("some_token", "some_tokem"));
  assert.equal(await keys.hasSigned(changed, keyId, signature), false);
});
