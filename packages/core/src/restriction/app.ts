import { accept, PATTERN_LENGTH_MAX, refuse } from "./pattern.ts";
import type { ParsedPattern } from "./pattern.ts";

/** An Android app as it is written: its package and one fingerprint of the certificate that signs it. */
export interface AndroidAppRestriction {
  readonly package_name: string;
  /** 64 hexadecimal digits, with or without colons. */
  readonly sha256_cert_fingerprint?: string;
  /** 40 hexadecimal digits, with or without colons: what Google's own clients send as X-Android-Cert. */
  readonly sha1_cert_fingerprint?: string;
}

/** An Android app ready for comparison. */
export interface AndroidApp {
  readonly packageName: string;
  /** Hexadecimal digits in lower case, without colons. */
  readonly certFingerprint: string;
}

const PACKAGE_NAME = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+$/;
const BUNDLE_ID = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
const PLAIN_HEX = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const COLON_HEX = /^(?:(?:[0-9a-f]{2}:){19}|(?:[0-9a-f]{2}:){31})[0-9a-f]{2}$/;
/** The longest fingerprint: 32 bytes as two digits each and the colons between them. */
const FINGERPRINT_LENGTH_MAX = 95;
const FINGERPRINT_DIGITS = { sha256_cert_fingerprint: 64, sha1_cert_fingerprint: 40 };

/** Reads an Android app. Exactly one of the two fingerprints is given; an app known by both is listed twice. */
export function parseAndroidApp(app: AndroidAppRestriction): ParsedPattern<AndroidApp> {
  const { package_name, sha256_cert_fingerprint: sha256, sha1_cert_fingerprint: sha1 } = app;
  if (package_name.length > PATTERN_LENGTH_MAX || !PACKAGE_NAME.test(package_name)) {
    return refuse("a package name is written as com.example.app", "/package_name");
  }
  if ((sha256 === undefined) === (sha1 === undefined)) {
    return refuse("an app has either sha256_cert_fingerprint or sha1_cert_fingerprint");
  }
  const field = sha256 === undefined ? "sha1_cert_fingerprint" : "sha256_cert_fingerprint";
  const digits = FINGERPRINT_DIGITS[field];
  const certFingerprint = parseCertFingerprint(sha256 ?? sha1 ?? "");
  if (certFingerprint?.length !== digits) {
    return refuse(`the fingerprint has ${digits} hexadecimal digits`, `/${field}`);
  }
  return accept({ packageName: package_name, certFingerprint });
}

/** Reads the bundle id of an iOS app. */
export function parseBundleId(text: string): ParsedPattern<string> {
  if (text.length > PATTERN_LENGTH_MAX || !BUNDLE_ID.test(text)) {
    return refuse("a bundle id is written as com.example.app");
  }
  return accept(text);
}

/** Reads a SHA-1 or SHA-256 fingerprint into lower case without colons; `undefined` for anything else. */
export function parseCertFingerprint(text: string): string | undefined {
  if (text.length > FINGERPRINT_LENGTH_MAX) return undefined;
  const lower = text.toLowerCase();
  if (PLAIN_HEX.test(lower)) return lower;
  return COLON_HEX.test(lower) ? lower.replaceAll(":", "") : undefined;
}
