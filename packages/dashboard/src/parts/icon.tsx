const SHAPES = {
  overview: "M4 19V9.5L12 4l8 5.5V19h-5.5v-6h-5v6z",
  keys: "M12 15a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM11 12.2 19.5 4M15.5 8l3 3",
  owners:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.3M17.5 14.6c2.2.8 3.5 2.9 3.5 5.4",
  apis: "M8.5 6.5 3 12l5.5 5.5M15.5 6.5 21 12l-5.5 5.5",
  roles: "M12 3.5 19 6v5.5c0 4.6-2.9 7.6-7 9-4.1-1.4-7-4.4-7-9V6zM9 12l2.2 2.2L15.3 10",
  audit: "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01",
  settings:
    "M4 7.5h9M19 7.5h1M4 16.5h1M11 16.5h9M16 9.7a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8 18.7a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  setup: "M6 21V4M6 5h11l-2.5 4L17 13H6",
  usage: "M4 20h16M7 16.5v-5M12 16.5v-10M17 16.5V10",
  logs: "M4 6h16M4 10.5h10M4 15h13M4 19.5h7",
  webhooks: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
  limits: "M4.5 17a8 8 0 1 1 15 0M12 14l4-4.5M12 15.5a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4z",
  clients: "M4 5h16v6H4zM4 13.5h16v6H4zM7.5 8h.01M7.5 16.5h.01",
  tokens:
    "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20.5c.5-3.7 3.3-6 7-6 1.2 0 2.3.2 3.2.6M17 21v-6M14.5 18h5",
  policies: "M6 3.5h8l4 4V20.5H6zM13.5 3.5V8H18M9 12.5h6M9 16h6",
  safety: "M12 4 3.5 19.5h17zM12 10v4.5M12 17h.01",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  plus: "M12 5v14M5 12h14",
  copy: "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
  check: "M5 12.5 10 17.5 19.5 7",
  cross: "M6 6l12 12M18 6 6 18",
  warning: "M12 4 3.5 19.5h17zM12 10v4.5M12 17h.01",
  info: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 11.5v4.5M12 8h.01",
  down: "M7 10l5 5 5-5",
  right: "M10 7l5 5-5 5",
  left: "M14 7l-5 5 5 5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  rotate: "M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 4v4.5H15",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.5v13l10.5-6.5z",
  stop: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM6 6l12 12",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M4.5 19.5h15",
  book: "M5 4.5h6c.6 0 1 .4 1 1v14c0-.6-.4-1-1-1H5zM19 4.5h-6c-.6 0-1 .4-1 1v14c0-.6.4-1 1-1h6z",
  out: "M10 4.5H5v15h5M14 8l4 4-4 4M18 12H9",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  keyboard: "M3.5 6.5h17v11h-17zM7 10h.01M10.3 10h.01M13.700 10h.01M17 10h.01M8 14h8",
} as const;

export type IconName = keyof typeof SHAPES;

/** Never alone: beside it stands a word, or its button has a name. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={SHAPES[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={name === "more" ? 3 : 1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
