import { errors } from "oidc-provider";

/** A detail of RFC 9396, as these providers know one. */
interface PaymentInitiation {
  type: string;
  instructedAmount?: { currency?: string; amount?: string };
}

/** What a provider hands to its callbacks, as far as they look. */
interface ProviderContext {
  oidc: { params: { authorization_details?: string } };
}

/** The account the person chooses while consenting: it stands in what is granted, and in no request. */
const debtorAccount = { iban: "DE02100100109307118603" };

/** What a person grants who was asked for `details`. */
export function granted(details: string | undefined): PaymentInitiation[] | undefined {
  if (!details) return undefined;
  return (JSON.parse(details) as PaymentInitiation[]).map((detail) => ({ ...detail, debtorAccount }));
}

/** The provider's part of rich authorization: one type of detail, and what becomes of it. */
export const richAuthorization = {
  enabled: true,
  types: {
    payment_initiation: {
      validate(_ctx: unknown, { instructedAmount }: PaymentInitiation): void {
        if (!instructedAmount?.amount) throw new errors.InvalidAuthorizationDetails("the amount is missing");
      },
    },
  },
  authorizationDetailsForGrantSource: ({ oidc }: ProviderContext): unknown =>
    granted(oidc.params.authorization_details),
  authorizationDetailsForAccessToken: (_ctx: unknown, _token: unknown, source: { rar?: unknown }): unknown =>
    source.rar,
  authorizationDetailsForIntrospection: (_ctx: unknown, token: { rar?: unknown }): unknown => token.rar,
};
