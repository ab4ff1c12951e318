import { useQuery } from "@tanstack/react-query";
import type { LimitUsage } from "@keyward/sdk/client/operations.generated";
import { Card } from "../parts/card.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { limitText } from "../text/limits.ts";
import styles from "./limit-gauges.module.css";

const EVERY_MS = 3_000;
const NUMBER = new Intl.NumberFormat("en");
const UNITS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
  { unit: "second", seconds: 1 },
] as const;

interface LimitGaugesProps {
  /** Names what is looked at. */
  readonly id: string;
  readonly read: (options: { readonly signal: AbortSignal }) => Promise<{
    readonly data: readonly LimitUsage[];
  }>;
}

/** What is used of each limit, for as long as one looks. */
export function LimitGauges({ id, read }: LimitGaugesProps) {
  const limits = useQuery({
    queryKey: ["limits in use", id],
    queryFn: ({ signal }) => read({ signal }),
    refetchInterval: EVERY_MS,
  });
  return (
    <Card title={limitText.inUse} lead={limitText.inUseLead}>
      {/* What is read every few seconds must not look busy each time. */}
      <Loaded query={{ ...limits, isFetching: false }} lines={3}>
        {({ data }) =>
          data.length === 0 ? (
            <p className={styles.quiet}>{limitText.noneApply}</p>
          ) : (
            <ul className={styles.gauges}>
              {data.map((limit) => (
                <Gauge key={`${limit.of} ${limit.name}`} of={limit} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Gauge({ of: limit }: { readonly of: LimitUsage }) {
  const { name, used } = limit;
  const sum = limitText.used(NUMBER.format(used), NUMBER.format(limit.limit));
  return (
    <li>
      <div className={styles.head}>
        <span>
          <code>{name}</code> <span className={styles.quiet}>{limitText.of[limit.of]}</span>
        </span>
        <span>{sum}</span>
      </div>
      <meter
        className={styles.meter}
        aria-label={`${name}: ${sum}`}
        min={0}
        max={limit.limit}
        high={limit.limit * 0.8}
        optimum={0}
        value={Math.min(used, limit.limit)}
      />
      <p className={styles.quiet}>{noteOf(limit)}</p>
    </li>
  );
}

function noteOf({ refills_in, forecast, dry_run }: LimitUsage): string {
  return [
    dry_run && limitText.dryRun,
    refills_in !== null && limitText.more(lasting(refills_in)),
    forecast !== null && limitText.atThisPace(NUMBER.format(forecast.used)),
    forecast?.spent_in && limitText.spentIn(lasting(forecast.spent_in)),
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}

/** In the greatest unit of which there is at least one. */
function lasting(seconds: number): string {
  const { unit, seconds: each } = UNITS.find((one) => seconds >= one.seconds) ?? UNITS[3];
  const count = Math.ceil(seconds / each);
  return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" }).format(count);
}
