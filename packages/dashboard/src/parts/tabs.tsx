import { Link } from "@tanstack/react-router";
import styles from "./tabs.module.css";

interface TabsProps {
  readonly label: string;
  readonly names: Readonly<Record<string, string>>;
  readonly current: string;
}

/** Parts of a page, each with an address of its own; so they are links, and work like links. */
export function Tabs({ label, names, current }: TabsProps) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {Object.entries(names).map(([name, title]) => (
        <Link
          key={name}
          to="."
          search={(search) => ({ ...search, tab: name, after: undefined })}
          aria-current={name === current ? "page" : undefined}
          activeProps={{}}
          data-current={name === current}
          resetScroll={false}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
