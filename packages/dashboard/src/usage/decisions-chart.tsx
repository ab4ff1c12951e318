import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { Usage } from "@keyward/sdk/client/operations.generated";
import { usageText } from "../text/usage.ts";
import { bucketTime } from "./usage-words.ts";
import styles from "./decisions-chart.module.css";

const COMPACT = new Intl.NumberFormat("en", { notation: "compact" });
const AXIS = { stroke: "var(--control-line)", tick: { fill: "var(--quiet)", fontSize: 12 } };

/** Decisions over time, what was refused upon what was allowed; told apart by a pattern, not by a colour alone. */
export function DecisionsChart({ usage: { buckets, grain } }: { readonly usage: Usage }) {
  return (
    <div className={styles.chart}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={[...buckets]} margin={{ top: 12, right: 4, bottom: 0, left: 0 }}>
          <defs>
            <pattern
              id="refused"
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="5" height="5" fill="var(--chart-3)" />
              <rect width="2" height="5" fill="var(--raised)" fillOpacity="0.55" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...AXIS}
            dataKey="at"
            tickLine={false}
            minTickGap={40}
            tickFormatter={(at: string) => bucketTime(at, grain)}
          />
          <YAxis
            {...AXIS}
            width={44}
            axisLine={false}
            tickLine={false}
            allowDecimals={false}
            tickFormatter={(value: number) => COMPACT.format(value)}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--hover)" }}
            contentStyle={{
              background: "var(--raised)",
              border: "1px solid var(--line)",
              borderRadius: "8px",
            }}
            itemStyle={{ color: "var(--text)" }}
            labelFormatter={(at) => (typeof at === "string" ? bucketTime(at, grain) : at)}
          />
          <Bar
            isAnimationActive={false}
            dataKey="allowed"
            name={usageText.allowed}
            stackId="decisions"
            fill="var(--chart-1)"
          />
          <Bar
            isAnimationActive={false}
            dataKey="denied"
            name={usageText.denied}
            stackId="decisions"
            fill="url(#refused)"
          />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
