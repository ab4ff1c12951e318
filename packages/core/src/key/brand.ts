// The first part of a key: chosen once per api, seen by scanners for ever.

/** 2 to 16 characters, so that no separator and no upper case can hide in it. */
const GRAMMAR = /^[a-z][a-z0-9]{1,15}$/;

/** Words that the format itself uses: a key would read as another tag, or as an id. */
const OWN_WORDS: ReadonlySet<string> = new Set(
  (
    "live test pub pat client token secret prod sandbox " + // Tags, and what people take for tags.
    "api cli evt key own pln rol sec sgk tok wsp"
  ) // Ids.
    .split(" "),
);

/**
 * First parts of other vendors' tokens, as public secret scanners look for them. A key that starts like one of these
 * is reported to the wrong vendor, or by nobody.
 */
const VENDOR_WORDS: ReadonlySet<string> = new Set(
  (
    "sk pk rk whsec ak acct cus pi price seti " + // Stripe and those who follow it: Clerk, Checkout, Pagar.me, OpenAI.
    "ghp gho ghu ghs ghr github " +
    "glpat gldt glrt glptt glcbt glft glimt glsoat glagent gloas glffct gitlab " +
    "npm pypi rubygems nuget dckr hf r8 gsk pplx lsv2 csk xai ant pcsk " + // Registries, model vendors.
    "aws akia gcp aiza ya29 azure dop doo dor fo1 fm1 fm2 vercel vc nfp cfk rnd hrku scw " + // Clouds.
    "pscale sbp neon sb supabase dapi dp doppler hvs hvb hvr atlas pul pnu tfp tfc " + // Data, infrastructure.
    "slk slack shpat shpca shppa shpss shptka shippo duffel ramp rzp flw paypal braintree plaid adyen " +
    "lin ntn figd figp figma rdme ops ico pat2 lip bkua flb sgp sqp sqa squ sqco " +
    "glc glsa grafana phc phx pgar nrak ddog dt0c01 sntry snyk " + // Observability.
    "tk pmak postman twilio sg sendgrid mailgun re resend xkeysib " + // Messages.
    "unkey zpka zuplo kong okta auth0 workos stytch sm ptr alcht salad rootly shltm bb smooch"
  ).split(" "),
);

/** Families in which the vendor varies what follows. */
const VENDOR_BEGINNINGS = ["xox", "xapp", "sq0", "sntry", "github", "gitlab"] as const;

/** Scanners look for these at any place in a word, not only where it begins. */
const VENDOR_ENDINGS = ["duffel"] as const;

/** The brand of Keyward's own management keys; nothing else may look like one. */
export const MANAGEMENT_BRAND = "keyward";

/** Whether the text has the grammar of a brand. Every brand ever accepted stays one, whatever is reserved later. */
export function isBrand(text: string): boolean {
  return GRAMMAR.test(text);
}

/**
 * Why an api may not take this brand, as one sentence for people; `undefined` when it may. To be asked when an api is
 * made, never when a key is read: the reserved words may grow, and keys must outlive that.
 */
export function brandProblem(text: string): string | undefined {
  if (!isBrand(text)) {
    return "A prefix has 2 to 16 characters, lower-case letters and digits, and starts with a letter.";
  }
  if (text.startsWith(MANAGEMENT_BRAND)) {
    return `"${MANAGEMENT_BRAND}" marks Keyward's own management keys.`;
  }
  if (OWN_WORDS.has(text)) return `"${text}" already means something else in a key or an id.`;
  if (isVendors(text)) {
    return `Keys that start with "${text}_" would be taken for another vendor's by secret scanners.`;
  }
  return undefined;
}

function isVendors(text: string): boolean {
  return (
    VENDOR_WORDS.has(text) ||
    VENDOR_BEGINNINGS.some((beginning) => text.startsWith(beginning)) ||
    VENDOR_ENDINGS.some((ending) => text.endsWith(ending))
  );
}
