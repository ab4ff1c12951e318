import { UsageError } from "../errors.ts";
import type { RecipeName, RecipeValues } from "./recipes.ts";

/** How a gateway is told where to listen. `host` left out is every address of the machine. */
export function listenEdit(
  name: RecipeName,
  { host, port }: RecipeValues["listen"],
): readonly (readonly [shipped: string, own: string])[] {
  const place = host === undefined ? `${port}` : `${host}:${port}`;
  switch (name) {
    case "nginx":
      return [["listen 80;", `listen ${place};`]];
    case "caddy":
      return [["http://:80 {", `http://:${port} {${host === undefined ? "" : `\n\tbind ${host}`}`]];
    case "haproxy":
      return [["bind :80", `bind ${host ?? ""}:${port}`]];
    case "apache":
      return [
        ["Listen 80\n", `Listen ${place}\n`],
        ["<VirtualHost *:80>", `<VirtualHost *:${port}>`],
      ];
    case "envoy":
    case "envoy-grpc":
      return [
        [
          "address: 0.0.0.0, port_value: 80 ",
          `address: ${host ?? "0.0.0.0"}, port_value: ${port} `,
        ],
      ];
    case "traefik":
      if (host === undefined && port === 80) return [];
      throw new UsageError(
        "Traefik listens where its static configuration says",
        "leave --listen out, and set entryPoints there",
      );
  }
}
