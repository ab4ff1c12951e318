// Calls as Envoy does, by the grpc-js library.
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/grpc-js";
import { authorizationService } from "../../packages/server/src/grpc/messages.ts";
import type { CheckResponse } from "../../packages/server/src/grpc/messages.ts";

export const CHECK = authorizationService()["Check"] as MethodDefinition<object, CheckResponse>;

/** @throws ServiceError when it is refused as a call */
export function callCheck(
  client: Client,
  message: object,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<CheckResponse> {
  const metadata = new Metadata();
  metadata.set("x-keyward-proxy-token", token);
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const { path, requestSerialize, responseDeserialize } = CHECK;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      message,
      metadata,
      (error, answer) => {
        if (error === null && answer !== undefined) resolve(answer);
        else reject(error ?? new Error("no answer"));
      },
    );
  });
}

/** One question about GET / with these headers, for the api acme. */
export async function checkOverGrpc(
  place: string,
  token: string,
  headers: Readonly<Record<string, string>>,
): Promise<CheckResponse> {
  const client = new Client(place, credentials.createInsecure());
  const attributes = {
    source: { address: { socketAddress: { address: "198.51.100.7" } } },
    request: { http: { method: "GET", path: "/", host: "acme.example", headers } },
    contextExtensions: { policy: "api=acme" },
  };
  try {
    return await callCheck(client, { attributes }, token);
  } finally {
    client.close();
  }
}
