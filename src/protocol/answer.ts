import { isText } from "../arguments.ts";
import { InvalidTokenError, IssuerError } from "./oauth-error.ts";

/** The JSON object of an answer. */
export type Answer = Readonly<Record<string, unknown>>;

/**
 * Makes sure that an endpoint answered with the status it has to.
 *
 * @throws IssuerError for an OAuth error in the body (RFC 6749 section 5.2)
 * @throws InvalidTokenError for anything else
 */
export async function expectStatus(response: Response, status = 200): Promise<void> {
  if (response.status === status) return;
  const answer = (await objectIn(response)) ?? {};
  const { error, error_description } = answer;
  if (isText(error) && response.status >= 400 && response.status < 500)
    throw new IssuerError(error, error_description, response.status, answer);
  throw new InvalidTokenError("", { cause: response });
}

/** The JSON object an endpoint answered with. Throws as `expectStatus` does, and where there is none. */
export async function readAnswer(response: Response, status?: number): Promise<Answer> {
  await expectStatus(response, status);
  const answer = await objectIn(response);
  if (answer) return answer;
  throw new InvalidTokenError("The authorization server's answer is no JSON object.");
}

async function objectIn(response: Response): Promise<Answer | undefined> {
  const value: unknown = await response.json().catch(() => undefined);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Answer) : undefined;
}
