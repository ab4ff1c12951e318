/** Saves a text as a file, without a request. */
export function downloadText(name: string, text: string, mediaType = "text/plain"): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
