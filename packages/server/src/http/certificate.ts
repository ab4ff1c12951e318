// TLS certificates of clients, as proxies write them into a header.
import { X509Certificate } from "node:crypto";

const CERTIFICATE_CHARS_MAX = 16_384;

/** As RFC 9440 has it, as nginx does (PEM, percent-encoded), or the bare base64 of the DER. */
export function readCertificate(text: string): X509Certificate | undefined {
  if (text.length > CERTIFICATE_CHARS_MAX) return undefined;
  try {
    const decoded = decodeURIComponent(text);
    const base64 = decoded.replaceAll(/-----[A-Z ]+-----|[\s:]/g, "");
    const der = Buffer.from(base64, "base64");
    const x509 = new X509Certificate(der);
    // More than one certificate, as a list or a chain, would leave open which of them counts.
    return x509.raw.length === der.length && !base64.includes(",") ? x509 : undefined;
  } catch {
    return undefined;
  }
}

/** The SHA-256 of the DER, base64url (RFC 8705 §3.1). */
export function certificateThumbprint({ fingerprint256 }: X509Certificate): string {
  return Buffer.from(fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
}
