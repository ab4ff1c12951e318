import { Command } from "commander";
import { apisCreate } from "./commands/apis-create.ts";
import { apisDelete } from "./commands/apis-delete.ts";
import { apisGet } from "./commands/apis-get.ts";
import { apisList } from "./commands/apis-list.ts";
import { apisScopesAdd } from "./commands/apis-scopes-add.ts";
import { apisScopesList } from "./commands/apis-scopes-list.ts";
import { apisScopesRemove } from "./commands/apis-scopes-remove.ts";
import { apisUpdate } from "./commands/apis-update.ts";
import { auditCheckpoint } from "./commands/audit-checkpoint.ts";
import { auditExport } from "./commands/audit-export.ts";
import { auditList } from "./commands/audit-list.ts";
import { auditVerify } from "./commands/audit-verify.ts";
import { backup } from "./commands/backup.ts";
import { migrate } from "./commands/migrate.ts";
import { clientsCreate } from "./commands/clients-create.ts";
import { clientsDelete } from "./commands/clients-delete.ts";
import { clientsDisable } from "./commands/clients-disable.ts";
import { clientsEnable } from "./commands/clients-enable.ts";
import { clientsGet } from "./commands/clients-get.ts";
import { clientsList } from "./commands/clients-list.ts";
import { clientsRevoke } from "./commands/clients-revoke.ts";
import { clientsRotate } from "./commands/clients-rotate.ts";
import { clientsLimits } from "./commands/clients-limits.ts";
import { clientsSecretsAdd } from "./commands/clients-secrets-add.ts";
import { clientsSecretsList } from "./commands/clients-secrets-list.ts";
import { clientsSecretsRemove } from "./commands/clients-secrets-remove.ts";
import { clientsTokensRevoke } from "./commands/clients-tokens-revoke.ts";
import { clientsUpdate } from "./commands/clients-update.ts";
import { config } from "./commands/config.ts";
import { doctor } from "./commands/doctor.ts";
import { edge } from "./commands/edge.ts";
import { importKeys } from "./commands/import.ts";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { keysCreate } from "./commands/keys-create.ts";
import { clientsCreditsAdd, keysCreditsAdd, ownersCreditsAdd } from "./commands/credits-add.ts";
import { keysDelete } from "./commands/keys-delete.ts";
import { keysDisable } from "./commands/keys-disable.ts";
import { keysEnable } from "./commands/keys-enable.ts";
import { keysExplain } from "./commands/keys-explain.ts";
import { keysGet } from "./commands/keys-get.ts";
import { keysList } from "./commands/keys-list.ts";
import { keysRevoke } from "./commands/keys-revoke.ts";
import { keysRotate } from "./commands/keys-rotate.ts";
import { keysSearch } from "./commands/keys-search.ts";
import { keysLimits } from "./commands/keys-limits.ts";
import { keysSecretsAdd } from "./commands/keys-secrets-add.ts";
import { keysSecretsList } from "./commands/keys-secrets-list.ts";
import { keysSecretsRemove } from "./commands/keys-secrets-remove.ts";
import { keysUpdate } from "./commands/keys-update.ts";
import { keysVerify } from "./commands/keys-verify.ts";
import { leaksReport } from "./commands/leaks-report.ts";
import { logs } from "./commands/logs.ts";
import { membersCreate } from "./commands/members-create.ts";
import { membersDelete } from "./commands/members-delete.ts";
import { membersDisable } from "./commands/members-disable.ts";
import { membersEnable } from "./commands/members-enable.ts";
import { membersGet } from "./commands/members-get.ts";
import { membersLink } from "./commands/members-link.ts";
import { membersList } from "./commands/members-list.ts";
import { membersUpdate } from "./commands/members-update.ts";
import { ownersCreate } from "./commands/owners-create.ts";
import { ownersDisable } from "./commands/owners-disable.ts";
import { ownersEnable } from "./commands/owners-enable.ts";
import { ownersGet } from "./commands/owners-get.ts";
import { ownersList } from "./commands/owners-list.ts";
import { ownersUpdate } from "./commands/owners-update.ts";
import { plansCreate } from "./commands/plans-create.ts";
import { plansDelete } from "./commands/plans-delete.ts";
import { plansGet } from "./commands/plans-get.ts";
import { plansList } from "./commands/plans-list.ts";
import { plansUpdate } from "./commands/plans-update.ts";
import { recipes } from "./commands/recipes.ts";
import { policiesApply } from "./commands/policies-apply.ts";
import { policiesCancel } from "./commands/policies-cancel.ts";
import { policiesCreate } from "./commands/policies-create.ts";
import { policiesDelete } from "./commands/policies-delete.ts";
import { policiesGet } from "./commands/policies-get.ts";
import { policiesList } from "./commands/policies-list.ts";
import { policiesUpdate } from "./commands/policies-update.ts";
import { restore } from "./commands/restore.ts";
import { revocationsCancel } from "./commands/revocations-cancel.ts";
import { revocationsCreate } from "./commands/revocations-create.ts";
import { revocationsGet } from "./commands/revocations-get.ts";
import { revocationsList } from "./commands/revocations-list.ts";
import { rolesCreate } from "./commands/roles-create.ts";
import { rolesDelete } from "./commands/roles-delete.ts";
import { rolesGet } from "./commands/roles-get.ts";
import { rolesList } from "./commands/roles-list.ts";
import { rolesUpdate } from "./commands/roles-update.ts";
import { rules } from "./commands/rules.ts";
import { safety } from "./commands/safety.ts";
import { scan } from "./commands/scan.ts";
import { serve } from "./commands/serve.ts";
import { sessionsEnd } from "./commands/sessions-end.ts";
import { sessionsList } from "./commands/sessions-list.ts";
import { setup } from "./commands/setup.ts";
import { status } from "./commands/status.ts";
import { usageShow } from "./commands/usage-show.ts";
import { usageStrangers } from "./commands/usage-strangers.ts";
import { webhooksList } from "./commands/webhooks-list.ts";
import { webhooksCreate } from "./commands/webhooks-create.ts";
import { webhooksGet } from "./commands/webhooks-get.ts";
import { webhooksUpdate } from "./commands/webhooks-update.ts";
import { webhooksRotate } from "./commands/webhooks-rotate.ts";
import { webhooksDisable } from "./commands/webhooks-disable.ts";
import { webhooksEnable } from "./commands/webhooks-enable.ts";
import { webhooksDelete } from "./commands/webhooks-delete.ts";
import { webhooksTest } from "./commands/webhooks-test.ts";
import { webhooksDeliveries } from "./commands/webhooks-deliveries.ts";
import { webhooksRedeliver } from "./commands/webhooks-redeliver.ts";
import { workspacesCreate } from "./commands/workspaces-create.ts";
import { workspacesGet } from "./commands/workspaces-get.ts";
import { workspacesList } from "./commands/workspaces-list.ts";
import { workspacesUpdate } from "./commands/workspaces-update.ts";
import { tokensApprove } from "./commands/tokens-approve.ts";
import { tokensDeny } from "./commands/tokens-deny.ts";
import { tokensCreate } from "./commands/tokens-create.ts";
import { tokensList } from "./commands/tokens-list.ts";
import { tokensRenew } from "./commands/tokens-renew.ts";
import { tokensRevoke } from "./commands/tokens-revoke.ts";
import { whoami } from "./commands/whoami.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import { parseWholeNumber } from "./values.ts";
import { VERSION } from "./version.ts";

type Make = (terminal: Terminal) => Command;

interface Group {
  readonly name: string;
  readonly description: string;
  readonly commands: readonly Make[];
  readonly groups?: readonly Group[];
}

const GROUPS: readonly Group[] = [
  {
    name: "keys",
    description: "API keys",
    commands: [
      keysList,
      keysCreate,
      keysGet,
      keysUpdate,
      keysRotate,
      keysDisable,
      keysEnable,
      keysRevoke,
      keysDelete,
      keysSearch,
      keysVerify,
      keysExplain,
      keysLimits,
    ],
    groups: [
      {
        name: "secrets",
        description: "the secrets of a key",
        commands: [keysSecretsList, keysSecretsAdd, keysSecretsRemove],
      },
      { name: "credits", description: "prepaid units of a key", commands: [keysCreditsAdd] },
    ],
  },
  {
    name: "revocations",
    description: "many keys revoked at once",
    commands: [revocationsCreate, revocationsList, revocationsGet, revocationsCancel],
  },
  {
    name: "clients",
    description: "OAuth clients: machines that get access tokens",
    commands: [
      clientsList,
      clientsCreate,
      clientsGet,
      clientsUpdate,
      clientsRotate,
      clientsDisable,
      clientsEnable,
      clientsRevoke,
      clientsDelete,
      clientsLimits,
    ],
    groups: [
      {
        name: "secrets",
        description: "the secrets of an OAuth client",
        commands: [clientsSecretsList, clientsSecretsAdd, clientsSecretsRemove],
      },
      {
        name: "tokens",
        description: "the tokens of an OAuth client",
        commands: [clientsTokensRevoke],
      },
      {
        name: "credits",
        description: "prepaid units of an OAuth client",
        commands: [clientsCreditsAdd],
      },
    ],
  },
  {
    name: "apis",
    description: "the apis that keys are for",
    commands: [apisList, apisCreate, apisGet, apisUpdate, apisDelete],
    groups: [
      {
        name: "scopes",
        description: "the scopes that an api offers",
        commands: [apisScopesList, apisScopesAdd, apisScopesRemove],
      },
    ],
  },
  {
    name: "owners",
    description: "who holds keys",
    commands: [ownersList, ownersCreate, ownersGet, ownersUpdate, ownersDisable, ownersEnable],
    groups: [
      { name: "credits", description: "prepaid units of an owner", commands: [ownersCreditsAdd] },
    ],
  },
  {
    name: "roles",
    description: "named sets of scopes",
    commands: [rolesList, rolesCreate, rolesGet, rolesUpdate, rolesDelete],
  },
  {
    name: "plans",
    description: "named sets of limits",
    commands: [plansList, plansCreate, plansGet, plansUpdate, plansDelete],
  },
  {
    name: "policies",
    description: "what the workspace asks of its keys",
    commands: [
      policiesList,
      policiesCreate,
      policiesGet,
      policiesUpdate,
      policiesApply,
      policiesCancel,
      policiesDelete,
    ],
  },
  {
    name: "workspaces",
    description: "tenants",
    commands: [workspacesList, workspacesCreate, workspacesGet, workspacesUpdate],
  },
  {
    name: "tokens",
    description: "personal access tokens: keys that act for one user",
    commands: [tokensList, tokensCreate, tokensRenew, tokensApprove, tokensDeny, tokensRevoke],
  },
  {
    name: "members",
    description: "people who manage the workspace in a browser",
    commands: [
      membersList,
      membersCreate,
      membersGet,
      membersUpdate,
      membersLink,
      membersDisable,
      membersEnable,
      membersDelete,
    ],
  },
  {
    name: "sessions",
    description: "the browsers in which members are signed in",
    commands: [sessionsList, sessionsEnd],
  },
  { name: "usage", description: "what keys were used for", commands: [usageShow, usageStrangers] },
  {
    name: "webhooks",
    description: "endpoints that are told of events",
    commands: [
      webhooksList,
      webhooksCreate,
      webhooksGet,
      webhooksUpdate,
      webhooksRotate,
      webhooksDisable,
      webhooksEnable,
      webhooksDelete,
      webhooksTest,
      webhooksDeliveries,
      webhooksRedeliver,
    ],
  },
  { name: "leaks", description: "keys that are where none belong", commands: [leaksReport] },
  {
    name: "audit",
    description: "who did what",
    commands: [auditList, auditExport, auditCheckpoint, auditVerify],
  },
];

const SINGLE: readonly Make[] = [
  serve,
  edge,
  setup,
  status,
  login,
  logout,
  whoami,
  config,
  logs,
  safety,
  scan,
  rules,
  importKeys,
  recipes,
  doctor,
  backup,
  migrate,
  restore,
];

/** The whole command line, as data for commander. Nothing in it ends the process. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("keyward")
    .description("Keyward gives an API its keys.")
    .version(VERSION)
    .option("--url <url>", "where Keyward is; KEYWARD_URL, or http://127.0.0.1:4141")
    .option(
      "--token-file <file>",
      "file with the management key, - for standard input; KEYWARD_TOKEN_FILE",
    )
    .option("--timeout <seconds>", "how long a command waits for Keyward", parseWholeNumber(1, 300))
    .option("--json", "print JSON, for programs")
    .helpCommand(false)
    .showHelpAfterError("(add --help to see what there is)")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      getOutHelpWidth: () => terminal.width ?? 80,
      writeOut: (text) => terminal.data(text),
      writeErr: (text) => terminal.note(text),
    })
    .exitOverride();
  for (const group of GROUPS) addGroup(program, group, terminal);
  for (const make of SINGLE) program.addCommand(make(terminal).copyInheritedSettings(program));
  return program.addHelpText("after", exitCodeHelp());
}

function addGroup(parent: Command, group: Group, terminal: Terminal): void {
  const { name, description, commands, groups = [] } = group;
  const command = new Command(name).description(description).copyInheritedSettings(parent);
  for (const make of commands) command.addCommand(make(terminal).copyInheritedSettings(command));
  for (const inner of groups) addGroup(command, inner, terminal);
  parent.addCommand(command);
}

function exitCodeHelp(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => {
    return `  ${String(code).padStart(3)}  ${meaning}`;
  });
  return `\nExit codes:\n${lines.join("\n")}`;
}
