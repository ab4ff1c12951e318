import { createContext, useCallback, useContext, useState } from "react";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import styles from "./toasts.module.css";

const SHOWN_MS = 6_000;
type Say = (text: string) => void;
const ToastContext = createContext<Say>(() => {});

/** Tells what has just been done. What failed stands where it was asked for instead. */
export function useToast(): Say {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [texts, setTexts] = useState<readonly { readonly id: number; readonly text: string }[]>([]);
  const say = useCallback((text: string) => {
    setTexts((before) => {
      const id = (before.at(-1)?.id ?? 0) + 1;
      setTimeout(() => setTexts((now) => now.filter((toast) => toast.id !== id)), SHOWN_MS);
      return [...before, { id, text }];
    });
  }, []);
  return (
    <ToastContext value={say}>
      {children}
      <div role="status" className={styles.toasts}>
        {texts.map(({ id, text }) => (
          <div key={id} className={styles.toast}>
            <Icon name="check" />
            {text}
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
