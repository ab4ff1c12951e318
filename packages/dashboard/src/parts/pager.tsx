import { useNavigate } from "@tanstack/react-router";
import { partText } from "../text/parts.ts";
import { Button } from "./button.tsx";
import styles from "./pager.module.css";

interface PagerProps {
  readonly count: number;
  readonly after: string | undefined;
  readonly next: string | null;
}

/** Pages by cursor: the address holds it, so the browser's own Back is the page before. */
export function Pager({ count, after, next }: PagerProps) {
  const navigate = useNavigate();
  const goTo = (cursor: string | undefined) =>
    void navigate({ to: ".", search: (search) => ({ ...search, after: cursor }) });
  return (
    <div className={styles.pager}>
      <span>{partText.shown(count)}</span>
      {after !== undefined && <Button onClick={() => goTo(undefined)}>{partText.firstPage}</Button>}
      {next !== null && (
        <Button icon="right" onClick={() => goTo(next)}>
          {partText.nextPage}
        </Button>
      )}
    </div>
  );
}
