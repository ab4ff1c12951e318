/** What a server process tells its parent. */
export type FromServer =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "cpu"; readonly microseconds: number };

/** Says where it listens, and answers each message with the processor time that this process has used. */
export function reportToParent(port: number): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    tell({ kind: "cpu", microseconds: user + system });
  });
  tell({ kind: "listening", port });
}

function tell(message: FromServer): void {
  process.send?.(message);
}
