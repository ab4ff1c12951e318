// The certificate that a client has shown to the proxy in front (RFC 8705): believed of one's own proxies alone.
import type { X509Certificate } from "node:crypto";
import { isTrustedPeer } from "@keyward/core/http/client-ip";
import type { Client } from "@keyward/core/model/client";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { Instant } from "@keyward/core/time";
import { certificateThumbprint, readCertificate } from "../http/certificate.ts";
import { headerLines } from "../http/raw-headers.ts";

export interface ClientCertificate {
  /** The SHA-256 of the DER, base64url (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /**
   * Its subject as RFC 4514 writes it, and its alternative names, such as `URI:spiffe://…`; none where the proxy has not said
   * that somebody trusted vouches for them.
   */
  readonly names: readonly string[];
  readonly endsAt: number;
}

/** In which headers proxies say it. */
export interface CertificateHeaders {
  readonly certificate: string;
  /** Says `SUCCESS` where the proxy has verified it against one's own authority; without it, no name in it counts. */
  readonly verified: string | undefined;
}

export function certificateOf(
  rawHeaders: readonly string[],
  peer: string,
  headers: CertificateHeaders | undefined,
  trustedProxies: readonly Cidr[],
): ClientCertificate | undefined {
  if (headers === undefined || !isTrustedPeer(peer, trustedProxies)) return undefined;
  const [text, ...others] = headerLines(rawHeaders, headers.certificate);
  const x509 = text === undefined || others.length > 0 ? undefined : readCertificate(text);
  if (x509 === undefined) return undefined;
  const verified = headers.verified === undefined ? [] : headerLines(rawHeaders, headers.verified);
  const isVerified = verified.length === 1 && verified[0]?.toUpperCase() === "SUCCESS";
  return {
    thumbprint: certificateThumbprint(x509),
    names: isVerified ? namesOf(x509) : [],
    endsAt: x509.validToDate.getTime(),
  };
}

/** RFC 8705 §2: by the one name that is registered, or because the client has registered this very certificate. */
export function isCertificateOf(
  { tlsSubject, jwks }: Client,
  { thumbprint, names, endsAt }: ClientCertificate,
  now: Instant,
): boolean {
  if (endsAt <= now) return false;
  if (tlsSubject !== null) return names.map(normal).includes(normal(tlsSubject));
  return jwks.some(({ x5c }) => {
    const [der] = Array.isArray(x5c) ? x5c : [];
    const registered = der === undefined ? undefined : readCertificate(der);
    return registered !== undefined && certificateThumbprint(registered) === thumbprint;
  });
}

/** Node has one attribute a line, the most general first; RFC 4514 §2.1 begins with the most specific. */
function namesOf({ subject, subjectAltName = "" }: X509Certificate): readonly string[] {
  // What Node has had to quote could be read in two ways.
  const alternatives = subjectAltName.includes('"') ? [] : subjectAltName.split(", ");
  return [subject.split("\n").toReversed().join(","), ...alternatives].filter(
    (name) => name !== "",
  );
}

function normal(subject: string): string {
  return subject
    .replaceAll(/\s*(?<!\\)([,=])\s*/g, "$1")
    .replaceAll(/(^|[,+])([A-Za-z]+)=/g, (_, before: string, type: string) => {
      return `${before}${type.toUpperCase()}=`;
    });
}
