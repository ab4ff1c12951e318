import { OPERATIONS } from "./operations.generated.ts";
import type { Methods, OperationId } from "./operations.generated.ts";
import type { CallOptions } from "./options.ts";

type Row = { readonly path: string; readonly data?: "query" | "body" };
type Call = (id: OperationId, input: object) => Promise<unknown>;
type Method = (...values: readonly unknown[]) => Promise<unknown>;

/** The operations as methods, made from the table: `keys.secrets.add` is `client.keys.secrets.add`. */
export function methodsOf(call: Call): Methods {
  const methods = {};
  for (const id of Object.keys(OPERATIONS) as OperationId[]) {
    const path = id.split(".");
    const name = path.pop() ?? "";
    const group = path.reduce<object>(memberOf, methods);
    Object.assign(group, { [name]: Object.assign(methodOf(id, call), Reflect.get(group, name)) });
  }
  return methods as Methods;
}

function memberOf(group: object, name: string): object {
  const member: object = Reflect.get(group, name) ?? {};
  Object.assign(group, { [name]: member });
  return member;
}

function methodOf(id: OperationId, call: Call): Method {
  const { path, data }: Row = OPERATIONS[id];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return (...values) => {
    const params = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    const rest = values.slice(names.length);
    const input = data ? { [data]: rest.shift() } : {};
    const options = rest[0] as CallOptions | undefined;
    return call(id, { params, ...input, ...options });
  };
}
