import { useEffect, useState } from "react";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useSession } from "../api/session.tsx";
import { Button, IconButton } from "../parts/button.tsx";
import { listenForShortcuts, useShortcut } from "../parts/shortcuts.ts";
import { Logo } from "../parts/logo.tsx";
import { shellText } from "../text/shell.ts";
import { shortcutText } from "../text/shortcuts.ts";
import { EnvironmentSwitch, useEnvironment } from "./environment.tsx";
import { Health } from "./health.tsx";
import { Navigation } from "./navigation.tsx";
import { PAGES } from "./pages.ts";
import { Palette } from "./palette.tsx";
import { ShortcutHelp } from "./shortcut-help.tsx";
import styles from "./shell.module.css";

interface Opened {
  readonly what: "palette" | "help" | "menu";
  readonly at: string;
}

/** What stands around every page. */
export function Shell() {
  const { me, signOut } = useSession();
  const environment = useEnvironment();
  const [opened, setOpened] = useState<Opened>();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(listenForShortcuts, []);
  // Whoever has gone to another page is done with what was open on the one before.
  const open = opened?.at === path ? opened.what : undefined;
  const setOpen = (what: Opened["what"] | undefined) => setOpened(what && { what, at: path });
  useShortcut("mod+k", shortcutText.palette, () => setOpen("palette"));
  useShortcut("?", shortcutText.help, () => setOpen("help"));
  const close = () => setOpen(undefined);
  return (
    <div className={styles.shell} data-environment={environment}>
      <a className={styles.skip} href="#content">
        {shellText.skip}
      </a>
      <GoToShortcuts />
      <aside className={styles.side} data-open={open === "menu"}>
        <div className={styles.top}>
          <Logo />
          <Button
            tone="plain"
            aria-expanded={open === "menu"}
            onClick={() => setOpen(open === "menu" ? undefined : "menu")}
          >
            {shellText.menu}
          </Button>
        </div>
        <p className={styles.workspace}>{me.workspace.name}</p>
        <Navigation />
      </aside>
      <div className={styles.main}>
        <header className={styles.head}>
          <div className={styles.bar}>
            <button type="button" className={styles.find} onClick={() => setOpen("palette")}>
              {shellText.openPalette} <kbd>{isApple() ? "⌘ K" : "Ctrl K"}</kbd>
            </button>
            <EnvironmentSwitch />
            <span className={styles.account}>
              <span>{me.member?.name ?? shellText.byKey}</span>
              <IconButton
                icon="keyboard"
                label={shellText.shortcuts}
                onClick={() => setOpen("help")}
              />
              <IconButton icon="out" label={shellText.signOut} onClick={() => signOut()} />
            </span>
          </div>
          <p className={styles.strip}>
            {environment === "test" ? shellText.testStrip : shellText.liveStrip}
          </p>
        </header>
        <Health />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {open === "palette" && <Palette onClose={close} />}
      {open === "help" && <ShortcutHelp onClose={close} />}
    </div>
  );
}

function GoToShortcuts() {
  return PAGES.map((page) =>
    page.letter === undefined ? null : <GoTo key={page.to} {...page} letter={page.letter} />,
  );
}

function GoTo({ to, label, letter }: (typeof PAGES)[number] & { readonly letter: string }) {
  const navigate = useNavigate();
  useShortcut(`g ${letter}`, shortcutText.goTo(label), () => void navigate({ to }));
  return null;
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
