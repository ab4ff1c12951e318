// <keyward-portal src="…">: shows the portal within a page of the producer's. The portal itself is a frame of Keyward's origin,
// so that no script of the page around it can read a key.
import type { PortalMessage, ThemeMessage } from "./theme-properties.ts";

const STYLE = `
  :host { display: block; }
  iframe { display: block; width: 100%; min-height: 24rem; border: 0; color-scheme: normal; }
`;

class KeywardPortal extends HTMLElement {
  static readonly observedAttributes = ["src"];
  /** As the portal has asked for them. This script is a file of its own, so it does not know them itself. */
  #properties: readonly string[] = [];
  readonly #frame = document.createElement("iframe");
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #onMessage = ({ source, origin, data }: MessageEvent<PortalMessage>) => {
    if (source !== this.#frame.contentWindow || origin !== this.#origin()) return;
    this.#hear(data);
  };
  readonly #onScheme = () => this.refreshTheme();

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    this.#frame.setAttribute("part", "frame");
    this.#frame.title = "Your keys";
    this.#frame.allow = "clipboard-write";
    this.#frame.referrerPolicy = "no-referrer";
    shadow.append(this.#frame);
  }

  connectedCallback(): void {
    addEventListener("message", this.#onMessage);
    this.#dark.addEventListener("change", this.#onScheme);
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.#onMessage);
    this.#dark.removeEventListener("change", this.#onScheme);
  }

  attributeChangedCallback(_name: string, _before: string | null, after: string | null): void {
    // Anything but a page could run as this page.
    const url = URL.parse(after ?? "");
    if (url === null || !/^https?:$/.test(url.protocol)) this.#frame.removeAttribute("src");
    else this.#frame.src = url.href;
  }

  /** Tells the portal again how this element looks; after a change of its custom properties. */
  refreshTheme(): void {
    const style = getComputedStyle(this);
    const scheme = style.colorScheme;
    const message: ThemeMessage = {
      keyward: "theme",
      scheme: scheme === "light" || scheme === "dark" ? scheme : "",
      properties: Object.fromEntries(
        this.#properties.flatMap((name) => {
          const value = style.getPropertyValue(name).trim();
          return value === "" ? [] : [[name, value]];
        }),
      ),
    };
    const origin = this.#origin();
    if (origin !== undefined) this.#frame.contentWindow?.postMessage(message, origin);
  }

  #hear(message: PortalMessage): void {
    switch (message.keyward) {
      case "ready":
        this.#properties = message.properties.filter((name) => name.startsWith("--keyward-"));
        this.refreshTheme();
        return;
      case "height":
        this.#frame.style.height = `${message.height}px`;
        return;
      case "ended":
        this.dispatchEvent(new CustomEvent("ended"));
    }
  }

  #origin(): string | undefined {
    return URL.parse(this.#frame.src)?.origin;
  }
}

if (customElements.get("keyward-portal") === undefined) {
  customElements.define("keyward-portal", KeywardPortal);
}
