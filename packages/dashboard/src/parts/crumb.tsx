import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { Icon } from "./icon.tsx";

/** The way back to the list that a page belongs to. */
export function Crumb({
  to,
  children,
}: {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly children: string;
}) {
  return (
    <Link to={to}>
      <Icon name="left" size={14} />
      {children}
    </Link>
  );
}
