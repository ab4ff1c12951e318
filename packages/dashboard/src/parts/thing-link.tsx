import { Link } from "@tanstack/react-router";

interface ThingLinkProps {
  readonly entity: string;
  readonly id: string;
  /** Shown in place of the id. */
  readonly name?: string | undefined;
}

/** Leads to the thing, if there is a page for its kind; it may be gone. */
export function ThingLink({ entity, id, name }: ThingLinkProps) {
  const shown = name ?? <code translate="no">{id}</code>;
  switch (entity) {
    case "key":
      return (
        <Link to="/keys/$key" params={{ key: id }}>
          {shown}
        </Link>
      );
    case "client":
      return (
        <Link to="/clients/$client" params={{ client: id }}>
          {shown}
        </Link>
      );
    case "plan":
      return (
        <Link to="/plans/$plan" params={{ plan: id }}>
          {shown}
        </Link>
      );
    case "webhook":
      return (
        <Link to="/webhooks/$webhook" params={{ webhook: id }}>
          {shown}
        </Link>
      );
    case "owner":
      return (
        <Link to="/owners/$owner" params={{ owner: id }}>
          {shown}
        </Link>
      );
    case "api":
      return (
        <Link to="/apis/$api" params={{ api: id }}>
          {shown}
        </Link>
      );
    case "role":
      return (
        <Link to="/roles/$role" params={{ role: id }}>
          {shown}
        </Link>
      );
    default:
      return shown;
  }
}
