/** Next calls this once, before it takes the first request. */
export async function register(): Promise<void> {
  // Next builds this file for its edge runtime as well, which has no files.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { followKeyward } = await import("./keyward");
  await followKeyward().ready();
}
