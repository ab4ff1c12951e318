import { useEffect, useRef, useState } from "react";
import { copyText } from "../runtime/clipboard.ts";
import { partText } from "../text/parts.ts";
import { Button } from "./button.tsx";

const SAID_MS = 4_000;

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  /** Selects the text where it stands, for a copy by hand when the clipboard cannot be had. */
  readonly onFailed?: () => void;
  readonly onCopied?: () => void;
  readonly isPrimary?: boolean;
  readonly isFirstFocus?: boolean;
}

/** Says "Copied" only when the text is on the clipboard, and otherwise what to do. */
export function CopyButton(props: CopyButtonProps) {
  const { text, label = partText.copy, onFailed, onCopied, isPrimary, isFirstFocus } = props;
  const [said, setSaid] = useState<"copied" | "failed">();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isFirstFocus) button.current?.focus();
  }, [isFirstFocus]);
  useEffect(() => {
    if (said !== "copied") return undefined;
    const timer = setTimeout(() => setSaid(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    const isCopied = await copyText(text);
    setSaid(isCopied ? "copied" : "failed");
    if (isCopied) onCopied?.();
    else onFailed?.();
  };
  return (
    <>
      <Button
        ref={button}
        tone={isPrimary ? "primary" : "normal"}
        icon={said === "copied" ? "check" : "copy"}
        onClick={() => void copy()}
      >
        {said === "copied" ? partText.copied : label}
      </Button>
      <span role="status" className={said === "failed" ? undefined : "visually-hidden"}>
        {said === "copied" && partText.copied}
        {said === "failed" && partText.copyFailed}
      </span>
    </>
  );
}
