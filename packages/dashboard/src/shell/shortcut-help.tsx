import { Dialog } from "../parts/dialog.tsx";
import { activeShortcuts } from "../parts/shortcuts.ts";
import { Notice } from "../parts/notice.tsx";
import { usePreference } from "../runtime/preferences.ts";
import { shortcutText } from "../text/shortcuts.ts";
import styles from "./shortcut-help.module.css";

export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  const isOff = usePreference("shortcuts") === "off";
  return (
    <Dialog title={shortcutText.title} onClose={onClose}>
      {isOff && <Notice>{shortcutText.off}</Notice>}
      <dl className={styles.list}>
        {activeShortcuts().map(({ keys, meaning }) => (
          <div key={keys + meaning}>
            <dt>{meaning}</dt>
            <dd>
              {keys.split(/[ +]/).map((key) => (
                <kbd key={key}>{key === "mod" ? "Ctrl / ⌘" : key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
