import type { Command } from "commander";
import { globalsOf } from "./cli.ts";
import type { GlobalOptions, Session } from "./cli.ts";
import { openSecretOut } from "./secret-out.ts";

interface IssueOptions extends GlobalOptions {
  readonly secretOut?: string;
}

/** Creates something that has a secret, once it is settled where the secret goes. */
export async function issue<Issued extends { readonly secret: string }>(
  session: Session,
  command: Command,
  create: () => Promise<Issued>,
): Promise<void> {
  await issueWithin(
    session,
    command,
    create,
    ({ secret }) => secret,
    ({ secret: _secret, ...rest }, secret) => (secret === undefined ? rest : { secret, ...rest }),
  );
}

/** {@link issue}, for a secret that does not stand at the top. */
export async function issueWithin<Issued>(
  { terminal, output }: Session,
  command: Command,
  create: () => Promise<Issued>,
  secretOf: (issued: Issued) => string,
  shown: (issued: Issued, secret: string | undefined) => object,
): Promise<void> {
  const options: IssueOptions = globalsOf(command);
  const out = openSecretOut(terminal, output, options);
  let issued: Issued;
  try {
    issued = await create();
  } catch (error) {
    out.abandon();
    throw error;
  }
  out.deliver(secretOf(issued), (secret) => shown(issued, secret));
}
