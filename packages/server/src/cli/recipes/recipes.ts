// The shipped recipes for gateways, with the reader's own addresses in place of the ones that are printed in them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { listenEdit } from "./listen.ts";

/** Which files a gateway's recipe is made of; the first is the one to begin with. */
const FILES = {
  nginx: ["keyward.conf"],
  caddy: ["Caddyfile"],
  haproxy: ["haproxy.cfg", "keyward.lua"],
  apache: ["keyward.conf", "keyward.lua"],
  traefik: ["keyward.yaml"],
  envoy: ["envoy.yaml"],
  "envoy-grpc": ["envoy-grpc.yaml"],
} as const satisfies Record<string, readonly string[]>;

export type RecipeName = keyof typeof FILES;

/** Where the files of a recipe are below deploy/. */
export function recipeFolder(name: RecipeName): string {
  return name === "envoy-grpc" ? "envoy" : name;
}

export const RECIPE_NAMES = Object.keys(FILES) as readonly RecipeName[];

export interface RecipeValues {
  /** Where Keyward or an edge listens: HOST:PORT, or unix:PATH. */
  readonly keyward: string;
  /** HOST:PORT of the application. */
  readonly application: string;
  /** Where the gateway listens. */
  readonly listen: { readonly host: string | undefined; readonly port: number };
  readonly api: string;
  readonly environment: string;
  /** What GET and HEAD need, and what everything else needs: scopes, comma-separated. */
  readonly read: string;
  readonly write: string;
  /** Where the recipe's files will lie; empty where it is only printed. */
  readonly directory: string;
  /** Whether the application is told by Kong's names as well. */
  readonly kong: boolean;
}

/** What the shipped files say: each is to be found in them where it is meant, and nowhere else. */
export const SHIPPED: RecipeValues = {
  keyward: "127.0.0.1:4141",
  application: "127.0.0.1:8080",
  listen: { host: undefined, port: 80 },
  api: "acme",
  environment: "live",
  read: "invoices:read",
  write: "invoices:write",
  directory: "",
  kong: false,
};

export interface RecipeFile {
  readonly name: string;
  readonly text: string;
}

/** @throws UsageError when the gateway cannot be told what was asked for */
export function recipeFiles(name: RecipeName, values: RecipeValues): readonly RecipeFile[] {
  const folder = join(shippedDirectory(), recipeFolder(name));
  const edits = [...listenEdit(name, values.listen), ...editsFor(name, values)];
  return FILES[name].map((file) => {
    const shipped = readFileSync(join(folder, file), "utf8");
    const text = values.kong ? shipped.replaceAll("#kong ", "") : withoutMarked(shipped);
    return { name: file, text: edited(text, new Map(edits)) };
  });
}

const ACTION = "keyward.lua";
const ACTIONS = [`/etc/haproxy/${ACTION}`, `/etc/apache2/${ACTION}`];

type Edit = readonly [shipped: string, own: string];

function editsFor(name: RecipeName, values: RecipeValues): readonly Edit[] {
  const { api, environment, read, write, kong, directory } = values;
  // nginx has the same variables under two names, and asks for nothing more.
  const identity = kong && name !== "nginx" ? "&identity=kong" : "";
  return [
    ...keywardEdits(name, values.keyward),
    ...addressEdits(name, SHIPPED.application, values.application),
    ["api=acme&environment=live", `api=${api}&environment=${environment}${identity}`],
    [SHIPPED.read, read],
    [SHIPPED.write, write],
    ...(directory === "" ? [] : ACTIONS.map((path) => [path, join(directory, ACTION)] as const)),
  ];
}

function keywardEdits(name: RecipeName, keyward: string): readonly Edit[] {
  if (!keyward.startsWith("unix:")) return addressEdits(name, SHIPPED.keyward, keyward);
  switch (name) {
    case "nginx":
      return [[SHIPPED.keyward, keyward]];
    case "caddy":
      return [[SHIPPED.keyward, keyward.replace("unix:", "unix/")]];
    case "envoy":
    case "envoy-grpc": {
      const pipe = `pipe: { path: "${keyward.slice("unix:".length)}" }`;
      return [[envoyAddress(SHIPPED.keyward), pipe]];
    }
    default:
      throw new UsageError(`${name} does not ask over a Unix socket`, "use HOST:PORT");
  }
}

function addressEdits(name: RecipeName, shipped: string, own: string): readonly Edit[] {
  return [name.startsWith("envoy") ? [envoyAddress(shipped), envoyAddress(own)] : [shipped, own]];
}

function envoyAddress(place: string): string {
  const colon = place.lastIndexOf(":");
  return `socket_address: { address: ${place.slice(0, colon)}, port_value: ${place.slice(colon + 1)} }`;
}

/** In one go: what one edit has written is no other's to change. */
function edited(text: string, edits: ReadonlyMap<string, string>): string {
  const shipped = new RegExp([...edits.keys()].map(literally).join("|"), "g");
  return text.replaceAll(shipped, (each) => edits.get(each) ?? each);
}

/** Whoever does not want them need not read them. */
function withoutMarked(text: string): string {
  return text.replaceAll(/^.*--kong.*\n|^[ \t]*#kong .*\n/gm, "");
}

/** Beside the compiled files in what is published, at the root of the repository elsewhere. */
function shippedDirectory(): string {
  const places = ["../../../deploy", "../../../../../deploy"];
  const found = places
    .map((place) => join(import.meta.dirname, place))
    .find((each) => existsSync(each));
  if (found === undefined) throw new Error("the recipes are not where they belong: deploy");
  return found;
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
