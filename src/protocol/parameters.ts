import { InvalidConfigurationError } from "../errors/index.ts";

/**
 * Parameters as a request carries them: those without a value are left out, objects are sent as JSON.
 *
 * @throws InvalidConfigurationError for an object that is no JSON
 */
export function encodeParameters(
  parameters: Readonly<Record<string, unknown>>,
): [name: string, value: string][] {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, typeof value === "object" ? jsonOf(name, value) : String(value)]);
}

function jsonOf(name: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InvalidConfigurationError(`The parameter '${name}' is no JSON.`, cause);
  }
}

/** The name a parameter has for the issuer: `subjectToken` is sent as `subject_token`. */
export function parameterName(member: string): string {
  return member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
