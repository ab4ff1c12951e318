import type { Usage } from "@keyward/sdk/client/operations.generated";
import { ThingLink } from "../parts/thing-link.tsx";
import { usageText } from "../text/usage.ts";
import { number, refusedShare } from "./usage-words.ts";
import styles from "./group-list.module.css";

type Group = NonNullable<Usage["groups"]>[number];
export type GroupKind = keyof typeof usageText.groups;

interface GroupListProps {
  readonly usage: Usage;
  readonly kind: GroupKind;
}

/** The most frequent of a kind, each with a bar that says how much of the most it is. */
export function GroupList({ usage, kind }: GroupListProps) {
  const groups = usage.groups ?? [];
  const most = Math.max(1, ...groups.map(({ count }) => count));
  return (
    <ul className={styles.list}>
      {groups.map((group) => (
        <li key={group.value ?? ""}>
          <div className={styles.line}>
            <span className={styles.name}>
              <GroupName kind={kind} {...group} />
            </span>
            <span className={styles.count}>{number(group.count)}</span>
            <span className={styles.refused}>
              {refusedShare(group)} <span className="visually-hidden">{usageText.denied}</span>
            </span>
          </div>
          <meter className={styles.bar} min={0} max={most} value={group.count} aria-hidden="true" />
        </li>
      ))}
      {usage.others !== null && usage.others.count > 0 && (
        <li>
          <div className={styles.line}>
            <span className={styles.name}>{usageText.others}</span>
            <span className={styles.count}>{number(usage.others.count)}</span>
            <span className={styles.refused}>{refusedShare(usage.others)}</span>
          </div>
        </li>
      )}
    </ul>
  );
}

function GroupName({ kind, value, name }: Group & { readonly kind: GroupKind }) {
  if (value === null) return usageText.noGroup;
  return <ThingLink entity={kind} id={value} name={name ?? undefined} />;
}
