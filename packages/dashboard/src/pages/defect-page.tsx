import { complaintOf } from "../api/problems.ts";
import { Button } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { diagnosticsOf } from "../parts/notice.tsx";
import { shellText } from "../text/shell.ts";
import { problemText } from "../text/problems.ts";

/** A defect of ours, or a part of a page that could not be loaded. */
export function DefectPage({ error }: { readonly error: unknown }) {
  return (
    <EmptyState
      icon="warning"
      title={shellText.defect}
      actions={
        <>
          <Button tone="primary" onClick={() => location.reload()}>
            {shellText.reload}
          </Button>
          <CopyButton
            text={diagnosticsOf(complaintOf(error))}
            label={problemText.copyDiagnostics}
          />
        </>
      }
    >
      <p role="alert">{shellText.defectHint}</p>
    </EmptyState>
  );
}
