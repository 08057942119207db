import { isText } from "../arguments.ts";
import type { Answer } from "./answer.ts";
import type { FailureClass } from "./auth0-api.ts";
import { parameterName } from "./parameters.ts";

/** ITU-T E.164: a plus sign, a country code, and no more than fifteen digits. */
const phoneNumber = /^\+[1-9]\d{1,14}$/;

/**
 * Options as a request carries them: their names in snake_case, those without a value left out. A `phoneNumber` has to be one.
 *
 * @throws Failure where a required option is missing or blank, or any of them is no text
 */
export function textParameters<T extends object>(
  Failure: FailureClass,
  options: T | null | undefined,
  required: readonly (keyof T & string)[],
  optional: readonly (keyof T & string)[] = [],
): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const name of [...required, ...optional]) {
    const value: unknown = options?.[name] ?? "";
    if (typeof value !== "string" || (required.includes(name) && !isText(value))) {
      throw new Failure(`'${name}' must be given as text.`);
    }
    if (name === "phoneNumber" && value && !phoneNumber.test(value)) {
      throw new Failure("'phoneNumber' must be in E.164 format, such as '+14155550100'.");
    }
    if (value) parameters[parameterName(name)] = value;
  }
  return parameters;
}

/**
 * An option that goes into a header.
 *
 * @throws Failure where it is no text a header can carry
 */
export function headerOf<T extends object>(
  Failure: FailureClass,
  options: T | null | undefined,
  option: keyof T & string,
  header: string,
): Record<string, string> {
  const [value] = Object.values(textParameters(Failure, options, [], [option]));
  if (!/^[\x20-\x7e]*$/.test(value ?? "")) throw new Failure(`'${option}' cannot be sent in a header.`);
  return value ? { [header]: value } : {};
}

/**
 * An option that is sent as JSON.
 *
 * @throws Failure where it is no object, or one JSON cannot carry
 */
export function objectOption(
  Failure: FailureClass,
  name: string,
  value: unknown,
): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    if (typeof value === "object" && JSON.stringify(value).startsWith("{")) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new Failure(`'${name}' must be an object that JSON can carry.`);
}

/** The members of an answer under the names JavaScript gives them. */
export function camelCase<T>(answer: Answer): T {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name.replace(/(?!^)_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as T;
}

/** Whether these members of an answer are texts with something in them. */
export function hasTexts(answer: Answer, ...names: string[]): boolean {
  return names.every((name) => isText(answer[name]));
}
