import * as sdk from "auth0-edge";
import { describe, expect, it } from "vitest";

type ErrorClass = new (...texts: string[]) => sdk.EdgeAuthError;

const classes = Object.entries(sdk).filter(
  ([, value]) => typeof value === "function" && value.prototype instanceof sdk.EdgeAuthError,
) as [string, ErrorClass][];

describe("an error class of the SDK", () => {
  it("is exported by its name, which its errors have as well, beside a code in snake case", () => {
    expect(classes.length).toBeGreaterThan(30);
    for (const [name, Class] of classes) {
      const error = new Class("given", "given");
      expect(error).toBeInstanceOf(Error);
      expect(error.name, name).toBe(name);
      expect(error.code, name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(String(error), name).toMatch(new RegExp(`^${name}: `));
    }
  });

  it("has a code no other class has", () => {
    const codes = classes
      .map(([, Class]) => new Class("given", "given").code)
      .filter((code) => code !== "given");
    expect(new Set(codes).size).toBe(codes.length);
  });

  it("that is part of the peer's contract can be caught, though nothing here throws it", () => {
    expect(new sdk.IssuerValidationError("why")).toMatchObject({
      code: "issuer_validation_error",
      message: "why",
    });
    expect(new sdk.StartLinkUserError("why")).toMatchObject({
      code: "start_link_user_error",
      message: "why",
    });
  });

  it("keeps what the issuer said in its cause, and its HTTP status within reach", () => {
    const cause = { error: "invalid_grant", error_description: "gone", message: "gone", statusCode: 403 };
    const error = new sdk.TokenByCodeError("The login failed.", cause);
    expect(error.cause).toBe(cause);
    expect(error.statusCode).toBe(403);
    expect(new sdk.MissingSessionError("none").statusCode).toBeUndefined();
  });
});

describe("isMfaRequiredError", () => {
  const cause = { error: "mfa_required", error_description: "more", message: "more", mfa_token: "token" };

  it("knows the error that asks for another factor, whichever call brought it", () => {
    for (const error of [
      new sdk.TokenByPasswordError("more", cause),
      new sdk.PasswordlessVerifyError("more", cause),
      new sdk.PasskeyGetTokenError("more", cause),
      new sdk.TokenByRefreshTokenError("more", cause),
    ]) {
      expect(sdk.isMfaRequiredError(error) && error.cause.mfa_token).toBe("token");
    }
  });

  it("is not fooled by another error, or by what merely looks like one", () => {
    const without = { ...cause, mfa_token: undefined };
    const other = { ...cause, error: "invalid_grant" };
    const errors = [
      new sdk.TokenByCodeError("m", other),
      new Error("m", { cause }),
      { cause },
      undefined,
      null,
      "m",
    ];
    for (const error of [...errors, new sdk.TokenByCodeError("m", without as never)]) {
      expect(sdk.isMfaRequiredError(error)).toBe(false);
    }
  });
});
