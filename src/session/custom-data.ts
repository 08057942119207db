import { InvalidConfigurationError } from "../errors/index.ts";

/** Members of a session that only the SDK writes. */
const reserved = [
  "user",
  "idToken",
  "refreshToken",
  "tokenSets",
  "connectionTokenSets",
  "domain",
  "sessionExpiresAt",
  "internal",
];

/** Whether a member of a session is one that only the SDK writes. */
export function isMemberOfSdk(name: string): boolean {
  return reserved.includes(name);
}

/**
 * What an app wants to keep in a session, as JSON gives it back, so that every store keeps the same. A member that is
 * `undefined` stays so: it is to be removed.
 *
 * @throws InvalidConfigurationError for a member of the SDK's own, and for anything that is no JSON
 */
export function customData(update: unknown): Record<string, unknown> {
  if (kindOf(update) !== "Object") {
    throw new InvalidConfigurationError(
      "Give an object with the session's new members, or a function that returns one and no promise.",
    );
  }
  return Object.fromEntries(
    Object.entries(update as object).map(([name, value]) => {
      if (isMemberOfSdk(name)) {
        throw new InvalidConfigurationError(`'${name}' is a member of the SDK's own. Choose another name.`);
      }
      return [name, value === undefined ? value : asJson(name, value)];
    }),
  );
}

function asJson(name: string, value: unknown): unknown {
  try {
    const text = JSON.stringify(value, (_, part: unknown) => {
      const fits = /^(Object|Array|String|Number|Boolean|Null|Undefined)$/.test(kindOf(part));
      // What is thrown here is only seen as the cause of what is thrown below.
      if (!fits || (typeof part === "number" && !Number.isFinite(part))) throw new TypeError(kindOf(part));
      return part;
    });
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidConfigurationError(
      `'${name}' is no JSON, which a session keeps: plain objects, lists, texts, finite numbers, booleans, null.`,
      cause,
    );
  }
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
