import { Link } from "@tanstack/react-router";
import { Icon } from "../parts/icon.tsx";
import { shellText } from "../text/shell.ts";
import { PAGES } from "./pages.ts";
import styles from "./navigation.module.css";

const GROUPS = Object.entries(shellText.groups);

export function Navigation() {
  return (
    <nav className={styles.nav} aria-label={shellText.navigation}>
      {GROUPS.map(([group, title]) => {
        const pages = PAGES.filter((page) => page.group === group);
        if (pages.length === 0) return null;
        return (
          <div key={group}>
            {title !== "" && <p className={styles.group}>{title}</p>}
            <ul>
              {pages.map(({ to, label, icon }) => (
                <li key={to}>
                  <Link to={to} activeOptions={{ exact: isHome(to) }}>
                    <Icon name={icon} size={17} />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
      <ul className={styles.foot}>
        <li>
          <a href="/docs" target="_blank" rel="noreferrer">
            <Icon name="book" size={17} />
            {shellText.docs}
          </a>
        </li>
      </ul>
    </nav>
  );
}

function isHome(to: string): boolean {
  return to === "/";
}
