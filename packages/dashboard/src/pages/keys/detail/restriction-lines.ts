import type { Key } from "@keyward/sdk/client/operations.generated";

/** Restrictions as sentences, for people. */
export function restrictionLines(restrictions: Key["restrictions"]): readonly string[] {
  if (restrictions === null) return [];
  const { ips, origins, referrers, routes, time_windows, android_apps, ios_apps } = restrictions;
  return [
    ...(ips ?? []).map((ip) => `from ${ip}`),
    ...(origins ?? []).map((origin) => `on ${origin}`),
    ...(referrers ?? []).map((page) => `on pages ${page}`),
    ...(routes ?? []).map(({ methods, path }) => `${methods?.join(", ") ?? "any method"} ${path}`),
    ...(time_windows ?? []).map(
      ({ days, from, to, time_zone }) => `${days.join(" ")}, ${from} to ${to} (${time_zone})`,
    ),
    ...(android_apps ?? []).map(({ package_name }) => `in the Android app ${package_name}`),
    ...(ios_apps ?? []).map((app) => `in the iOS app ${app}`),
  ];
}
