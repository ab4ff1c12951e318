// What takes reports of leaked keys: how many from each network, and whether GitHub has signed.
import type { Config } from "../config.ts";
import { Egress } from "../egress/egress.ts";
import type { AppParts } from "../http/app-parts.ts";
import { GithubKeys } from "../http/github-keys.ts";
import type { Clock } from "../runtime/clock.ts";
import { NetworkRate } from "../runtime/network-rate.ts";
import { atOf, networkOfIp } from "../verification/count-limits.ts";

interface Parts {
  readonly config: Pick<Config, "egressAllow" | "githubKeysUrl">;
  readonly clock: Clock;
}

export function composeLeaks(parts: Parts): Pick<AppParts, "githubKeys" | "leakReports"> {
  const { config, clock } = parts;
  const rate = new NetworkRate("leak-reports", { burst: 20, perSecond: 1 });
  const { githubKeysUrl: url } = config;
  return {
    leakReports: { admit: (ip) => rate.admit(networkOfIp(ip) ?? "", atOf(parts, clock.now())) },
    githubKeys:
      url === undefined ? undefined : new GithubKeys({ clock, fetchList: () => read(config, url) }),
  };
}

/** @throws Error when it cannot be had */
async function read({ egressAllow: allowed }: Parts["config"], url: string): Promise<string> {
  const headers = { accept: "application/json", "user-agent": "keyward" };
  const { status, body } = await new Egress({ allowed }).send({ url, method: "GET", headers });
  if (status === 200) return body;
  throw new Error(`the list of GitHub's keys is answered with status ${status}`);
}
