import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { brandProblem } from "@keyward/core/key/brand";
import { firstProblem } from "../../api/first-problem.ts";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { FieldRow, TextAreaField, TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { setupText } from "../../text/setup.ts";
import { scopesOf } from "../apis/api-form.ts";

const SCOPES = "invoices:read\ninvoices:write";

export function ApiStep() {
  const client = useClient();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [typed, setPrefix] = useState<string>();
  const [scopes, setScopes] = useState(SCOPES);
  const prefix = typed ?? prefixOf(name);
  const create = useAction(async () => {
    await client.apis.create({
      name: name.trim(),
      prefix,
      // A name for the API that is nobody else's; an address can take its place later.
      audience: `urn:api:${prefix}`,
      scopes: scopesOf(scopes),
    });
    await queries.invalidateQueries({ queryKey: ["apis"] });
  });
  const problems = create.complaint?.fields ?? {};
  return (
    <Form action={create} submit={setupText.createApi} busy={setupText.busy}>
      <FieldRow>
        <TextField
          label={setupText.apiName}
          error={problems["/name"]}
          required
          maxLength={200}
          placeholder="Acme Billing"
          value={name}
          onValue={setName}
        />
        <TextField
          label={setupText.prefix}
          hint={setupText.prefixHint}
          error={problems["/prefix"] ?? (prefix === "" ? undefined : brandProblem(prefix))}
          required
          mono
          maxLength={16}
          value={prefix}
          onValue={(text) => setPrefix(text.toLowerCase())}
        />
      </FieldRow>
      <TextAreaField
        label={setupText.scopes}
        hint={setupText.scopesHint}
        error={firstProblem(problems, "/scopes")}
        mono
        value={scopes}
        onValue={setScopes}
      />
    </Form>
  );
}

/** The first word of the name, as far as it can begin a key. */
function prefixOf(name: string): string {
  const [word = ""] = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9 ]/g, "")
    .trim()
    .split(" ");
  return word.replace(/^\d+/, "").slice(0, 16);
}
