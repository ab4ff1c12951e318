// An OpenID Provider by openid-client: discovery, authorization code with PKCE, refresh, back-channel logout.
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import * as client from "openid-client";
import { instant } from "@keyward/core/time";
import { ProviderFailure } from "../operations/sign-in/provider.ts";
import type {
  ProviderSignOut,
  ProviderUser,
  SignInProvider,
} from "../operations/sign-in/provider.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ProviderSettings } from "./read-providers.ts";

const TIMEOUT_SECONDS = 5;
/** A provider that was not there is asked again after so long. */
const RETRY_MS = 5_000;
const GROUPS_MAX = 500;

export function openIdProvider(settings: ProviderSettings, clock: Clock): SignInProvider {
  const { policy, scopes, clientId } = settings;
  const discovery = new Discovery(settings, clock);
  return {
    policy,

    async begin(redirectUri, fresh) {
      const config = await discovery.read();
      const codeVerifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopes.join(" "),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        // OpenID Connect Core §11: without it, no refresh token is given.
        ...(scopes.includes("offline_access") && { prompt: "consent" }),
        ...(fresh && { prompt: "login consent", max_age: "0" }),
      });
      return { url: url.href, pending: { state, nonce, codeVerifier, fresh } };
    },

    async finish(answer, pending) {
      const config = await discovery.read();
      const tokens = await asked(() =>
        client.authorizationCodeGrant(config, answer, {
          pkceCodeVerifier: pending.codeVerifier,
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          idTokenExpected: true,
          ...(pending.fresh && { maxAge: 0 }),
        }),
      );
      const claims = tokens.claims();
      if (claims === undefined) throw new ProviderFailure("refused");
      return userOf(settings, claims, tokens.refresh_token);
    },

    async renew(refreshToken) {
      const config = await discovery.read();
      try {
        const tokens = await client.refreshTokenGrant(config, refreshToken);
        return tokens.refresh_token ?? refreshToken;
      } catch (error) {
        if (isInvalidGrant(error)) return undefined;
        throw toFailure(error);
      }
    },

    async readSignOut(logoutToken, now) {
      const config = await discovery.read();
      const { issuer, jwks_uri } = config.serverMetadata();
      const keys = discovery.keysAt(jwks_uri);
      const { payload } = await asked(() =>
        jwtVerify(logoutToken, keys, {
          issuer,
          audience: clientId,
          requiredClaims: ["iat", "jti", "exp"],
          maxTokenAge: "2m",
          currentDate: new Date(now),
        }),
      );
      return signOutOf(payload, issuer);
    },
  };
}

/** What a provider says of itself, read when it is first needed and kept. */
class Discovery {
  readonly #settings: ProviderSettings;
  readonly #clock: Clock;
  #known: Promise<client.Configuration> | undefined;
  #keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  #retryAtMs = 0;

  constructor(settings: ProviderSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  read(): Promise<client.Configuration> {
    if (this.#known !== undefined) return this.#known;
    if (this.#clock.monotonicMs() < this.#retryAtMs) throw new ProviderFailure("unreachable");
    const { issuer, clientId, clientSecret } = this.#settings;
    const authentication =
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
    const known = asked(() =>
      client.discovery(issuer, clientId, undefined, authentication, {
        timeout: TIMEOUT_SECONDS,
        ...(issuer.protocol === "http:" && { execute: [client.allowInsecureRequests] }),
      }),
    );
    this.#known = known;
    known.catch(() => {
      this.#known = undefined;
      this.#retryAtMs = this.#clock.monotonicMs() + RETRY_MS;
    });
    return known;
  }

  /** @throws ProviderFailure when the provider names no keys */
  keysAt(uri: string | undefined): ReturnType<typeof createRemoteJWKSet> {
    if (uri === undefined) throw new ProviderFailure("refused");
    const timeoutDuration = TIMEOUT_SECONDS * 1_000;
    return (this.#keys ??= createRemoteJWKSet(new URL(uri), { timeoutDuration }));
  }
}

async function asked<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw toFailure(error);
  }
}

/** What no answer came to is nobody's fault but the network's; everything else was answered, and is not believed. */
function toFailure(cause: unknown): ProviderFailure {
  const code = cause instanceof Error ? (cause as { readonly code?: unknown }).code : undefined;
  const isTimeout = code === "OAUTH_TIMEOUT" || code === "ERR_JWKS_TIMEOUT";
  const isNetwork = cause instanceof TypeError && cause.message === "fetch failed";
  return new ProviderFailure(isTimeout || isNetwork ? "unreachable" : "refused", { cause });
}

function isInvalidGrant(error: unknown): boolean {
  return error instanceof client.ResponseBodyError && error.error === "invalid_grant";
}

function userOf(
  { roleClaim }: ProviderSettings,
  claims: client.IDToken,
  refreshToken: string | undefined,
): ProviderUser {
  const { iss, sub, auth_time: authTime, name, email, email_verified: isVerified, sid } = claims;
  return {
    issuer: iss,
    subject: sub,
    name: textOf(name),
    email: isVerified === true ? textOf(email) : undefined,
    groups: roleClaim === undefined ? [] : textsOf(claims[roleClaim]),
    provedAt: authTime === undefined ? undefined : instant(authTime * 1000),
    providerSession: textOf(sid),
    refreshToken,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.slice(0, GROUPS_MAX).flatMap((each) => textOf(each) ?? []);
}

const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** OpenID Connect Back-Channel Logout §2.4: it names whom, says that it is one, and is no ID token. */
function signOutOf(payload: JWTPayload, issuer: string): ProviderSignOut {
  const { events, nonce, sub, sid } = payload;
  const isLogout = typeof events === "object" && events !== null && LOGOUT_EVENT in events;
  const subject = textOf(sub);
  const providerSession = textOf(sid);
  const names = subject !== undefined || providerSession !== undefined;
  if (!isLogout || nonce !== undefined || !names) throw new ProviderFailure("refused");
  return { issuer, subject, providerSession };
}
