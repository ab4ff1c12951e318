import type { Limit } from "@keyward/sdk/client/operations.generated";
import { limitSentence } from "./limit-sentence.ts";
import styles from "./limit-list.module.css";

export function LimitList({ limits }: { readonly limits: readonly Limit[] }) {
  return (
    <ul className={styles.list}>
      {limits.map((limit) => (
        <li key={limit.name}>
          <code>{limit.name}</code> {limitSentence(limit)}
        </li>
      ))}
    </ul>
  );
}
