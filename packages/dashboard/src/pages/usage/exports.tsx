import { useSession } from "../../api/session.tsx";
import { buttonClass } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { nowMs } from "../../runtime/clock.ts";
import { searchOf } from "../../search-params.ts";
import { useEnvironment } from "../../shell/environment.tsx";
import { usageText } from "../../text/usage.ts";
import { boundsOf } from "../../usage/usage-range.ts";
import type { UsageRange } from "../../usage/usage-range.ts";
import type { UsageQuestion } from "../../usage/use-usage.ts";

interface ExportsProps {
  readonly range: UsageRange;
  readonly question: UsageQuestion;
}

/** The API's own export, as a download. A link carries a session, and no management key. */
export function Exports({ range, question }: ExportsProps) {
  const { me, can } = useSession();
  const environment = useEnvironment();
  if (me.session === null || !can("usage:read")) return null;
  const { top = 100, ...rest } = question;
  const asked = { ...rest, top: String(top), ...boundsOf(range, nowMs()), environment };
  return (["csv", "ndjson"] as const).map((format) => (
    <a
      key={format}
      className={buttonClass()}
      href={`/v1/usage${searchOf({ ...asked, format })}`}
      download={`usage.${format}`}
      aria-label={usageText.exportLabel(format)}
    >
      <Icon name="download" />
      {format === "csv" ? usageText.exportCsv : usageText.exportNdjson}
    </a>
  ));
}
