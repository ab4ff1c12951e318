import { Link } from "@tanstack/react-router";
import { buttonClass } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Page } from "../parts/page.tsx";
import { shellText } from "../text/shell.ts";

export function NotFoundPage() {
  return (
    <Page title={shellText.notFound}>
      <EmptyState
        title={shellText.notFoundHint}
        actions={
          <Link to="/" className={buttonClass("primary")}>
            {shellText.home}
          </Link>
        }
      />
    </Page>
  );
}
