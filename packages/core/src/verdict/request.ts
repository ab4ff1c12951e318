import type { Environment } from "../key/format.ts";
import type { RequestContext } from "../restriction/restrictions.ts";
import type { ScopeRequirement } from "../scope/scope.ts";
import type { Proof } from "../token/confirmation.ts";
import type { DpopRequest } from "../token/dpop-proof.ts";

/** What a protected API asks about the key that it was shown. Whatever is left out is not checked, restrictions apart. */
export interface DecisionRequest {
  /** The api's id or its prefix. Left out, it is any but the built-in one. */
  readonly api?: string;
  readonly environment?: Environment;
  readonly scopes?: ScopeRequirement;
  /** Where the request came from. A restriction whose fact is missing here refuses. */
  readonly context?: RequestContext;
  /** What the request has proved to hold, checked by who asks. A token that is bound to something else refuses. */
  readonly proof?: Proof;
  /** The DPoP proof as it came. A decision looks at {@link DecisionRequest.proof} alone: whoever asks for one has it checked. */
  readonly dpop?: DpopRequest | undefined;
}
