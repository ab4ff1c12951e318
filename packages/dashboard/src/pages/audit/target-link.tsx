import { Link } from "@tanstack/react-router";

/** Leads to the thing, if there is a page for its kind; it may be gone. */
export function TargetLink({ entity, id }: { readonly entity: string; readonly id: string }) {
  const code = <code translate="no">{id}</code>;
  switch (entity) {
    case "key":
      return (
        <Link to="/keys/$key" params={{ key: id }}>
          {code}
        </Link>
      );
    case "owner":
      return (
        <Link to="/owners/$owner" params={{ owner: id }}>
          {code}
        </Link>
      );
    case "api":
      return (
        <Link to="/apis/$api" params={{ api: id }}>
          {code}
        </Link>
      );
    case "role":
      return (
        <Link to="/roles/$role" params={{ role: id }}>
          {code}
        </Link>
      );
    default:
      return code;
  }
}
