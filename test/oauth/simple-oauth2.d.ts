// simple-oauth2 brings no types: what the test uses of it.
declare module "simple-oauth2" {
  interface Token {
    readonly token: Readonly<Record<string, unknown>>;
    revoke(kind: "access_token"): Promise<void>;
  }

  export class ClientCredentials {
    constructor(config: {
      readonly client: { readonly id: string; readonly secret: string };
      readonly auth: {
        readonly tokenHost: string;
        readonly tokenPath: string;
        readonly revokePath: string;
      };
      readonly options?: {
        readonly authorizationMethod?: "header" | "body";
        readonly credentialsEncodingMode?: "strict" | "loose";
        readonly bodyFormat?: "form" | "json";
      };
    });
    getToken(params: Readonly<Record<string, string>>): Promise<Token>;
  }
}
