import { CLIENT_GRANTS } from "@keyward/core/model/client";
import { firstProblem } from "../../api/first-problem.ts";
import { FieldRow, SelectField, TextAreaField, TextField } from "../../parts/field.tsx";
import { CheckGroup } from "../../parts/check-group.tsx";
import { clientsText } from "../../text/clients.ts";
import { jwksOf } from "./client-form.ts";
import type { ClientForm } from "./client-form.ts";

interface ClientFieldsProps {
  readonly form: ClientForm;
  /** By JSON pointer. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<ClientForm>) => void;
}

export function ClientFields({ form, problems, onForm }: ClientFieldsProps) {
  return (
    <>
      <FieldRow>
        <TextField
          label={clientsText.name}
          error={problems["/name"]}
          required
          maxLength={200}
          value={form.name}
          onValue={(name) => onForm({ name })}
        />
        <TextField
          label={clientsText.owner}
          hint={clientsText.ownerHint}
          error={problems["/owner"]}
          required
          maxLength={200}
          value={form.owner}
          onValue={(owner) => onForm({ owner })}
        />
      </FieldRow>
      <CheckGroup
        label={clientsText.grants}
        error={firstProblem(problems, "/grants")}
        choices={CLIENT_GRANTS.map((value) => ({ value, label: clientsText.grantNames[value] }))}
        chosen={form.grants}
        onChosen={(grants) => onForm({ grants })}
      />
      <SelectField
        label={clientsText.lifetime}
        error={problems["/token_lifetime_seconds"]}
        value={form.lifetime}
        choices={lifetimesWith(form.lifetime)}
        onValue={(lifetime) => onForm({ lifetime })}
      />
    </>
  );
}

export function ProofFields({ form, problems, onForm }: ClientFieldsProps) {
  const isWrong = jwksOf(form.jwks) === undefined;
  return (
    <>
      <TextAreaField
        label={clientsText.jwks}
        hint={clientsText.jwksHint}
        error={isWrong ? clientsText.jwksInvalid : firstProblem(problems, "/jwks")}
        isOptional
        mono
        rows={6}
        placeholder={'{"keys": [{"kty": "EC", "crv": "P-256", "x": "…", "y": "…"}]}'}
        value={form.jwks}
        onValue={(jwks) => onForm({ jwks })}
      />
      <TextField
        label={clientsText.jwksUri}
        hint={clientsText.jwksUriHint}
        error={problems["/jwks_uri"]}
        isOptional
        mono
        type="url"
        maxLength={512}
        value={form.jwksUri}
        onValue={(jwksUri) => onForm({ jwksUri })}
      />
    </>
  );
}

/** The API takes any number of seconds within its bounds: one that is not offered here must not be lost. */
function lifetimesWith(seconds: string) {
  const { lifetimes, lifetimeOf } = clientsText;
  const known = Object.entries(lifetimes).map(([value, label]) => ({ value, label }));
  const isKnown = known.some(({ value }) => value === seconds);
  return isKnown ? known : [{ value: seconds, label: lifetimeOf(Number(seconds)) }, ...known];
}
