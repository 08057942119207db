import { InvalidConfigurationError, MissingRequiredArgumentError } from "./errors/index.ts";

/** Checks of what callers pass, made before anything is sent. Types do not hold what JavaScript hands over. */

/** Whether a value is a text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** @throws MissingRequiredArgumentError for the first of these members that is missing, blank or no text */
export function requireTexts(options: unknown, ...names: string[]): void {
  for (const name of names) {
    if (!isText((options as Record<string, unknown> | null | undefined)?.[name]))
      throw new MissingRequiredArgumentError(name);
  }
}

/**
 * Options that may all be left out, `null` included.
 *
 * @param texts members that are texts where they are there at all
 * @throws InvalidConfigurationError where they are no object, or one of the members is something else
 */
export function optionsOf<T extends object>(
  options: T | null | undefined,
  ...texts: (keyof T & string)[]
): T {
  const given: unknown = options ?? {};
  if (typeof given !== "object") throw new InvalidConfigurationError("Options must be an object.");
  for (const name of texts) {
    if (typeof ((given as T)[name] ?? "") !== "string")
      throw new InvalidConfigurationError(`'${name}' must be a text.`);
  }
  return given as T;
}

/** @throws InvalidConfigurationError for the first of these members that is there and no function */
export function requireFunctions(options: object, ...names: string[]): void {
  for (const name of names) {
    const value = (options as Record<string, unknown>)[name];
    if (value && typeof value !== "function")
      throw new InvalidConfigurationError(`'${name}' must be a function.`);
  }
}

/**
 * A number of seconds, which may be given as text; `undefined` where there is none.
 *
 * @throws InvalidConfigurationError where it is none, or not a whole one
 */
export function secondsOf(value: unknown): number | undefined {
  const text = String(value ?? "");
  if (/^\d*$/.test(text)) return text ? Number(text) : undefined;
  throw new InvalidConfigurationError("'max_age' must be a whole number of seconds.");
}

/** @throws InvalidConfigurationError where a callback is no `URL` */
export function requireCallback(callback: unknown): asserts callback is URL {
  if (!(callback instanceof URL))
    throw new InvalidConfigurationError("The callback must be passed as a URL object.");
}
