import { SessionStoreError, TokenByRefreshTokenError } from "../errors/index.ts";
import { tokenBox } from "../seal/token-box.ts";
import { randomId } from "../session/random.ts";
import { type Receipt, withReceipt } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";
import type { EncryptedStoreOptions } from "../store/abstract-stores.ts";
import type { RefreshCoordinator, RenewalTask, SessionNote } from "../store/contracts.ts";
import type { StoreConfiguration } from "../store/cookie-sessions.ts";
import { withDeadline } from "../store/deadline.ts";
import { callObject, objectOf } from "./call-object.ts";
import type { CoordinatorCalls } from "./calls.ts";
import type { BoxContent } from "./carry-errand.ts";
import { type Errands, errandOf, errands } from "./errand.ts";
import { type ObjectNamespace, type ObjectPlace, requireNamespace } from "./namespace.ts";
import { revivedError } from "./plain-error.ts";

/** How many tokens are gone through for one caller: each time somebody else had asked for something else. */
const maxHops = 16;
/** Seconds for all of it: one attempt that is lost (20 s), and one more. */
const patience = 35;
/** The writing of a box in which there is nothing yet. */
const nothingYet = 1;

/**
 * Sees to it that refresh tokens which stand in cookies, or in a database that cannot own a session, are spent once: for each
 * token there is one Durable Object, whose name and content come from that token alone.
 *
 * However many requests bring the same token, the issuer is asked once and all get what came, also those that come much later
 * because the first answer never reached the browser. Once a browser has brought the successor, the old token gets that answer
 * for two minutes more; after that it is `superseded`, without a call, so that a late request never makes the issuer revoke the
 * tokens of a session that is well. What the issuer refuses with `invalid_grant` stays refused; whatever else fails is tried anew
 * by the next request.
 *
 * The price: the issuer never sees an old token come again, so it cannot tell that somebody else has a copy of the cookies either.
 * What ends such sessions is a logout with a list of revocations.
 *
 * A refresh costs one call of an object, and one call of the entrypoint made by `refreshCarrier`, which asks the issuer. Requests
 * whose access token is still good cost nothing.
 */
export class DurableObjectRefreshCoordinator<TStoreOptions = unknown>
  implements RefreshCoordinator<TStoreOptions>
{
  readonly #namespace: ObjectNamespace;
  readonly #place: ObjectPlace;
  readonly #errands: Errands;

  /**
   * @param namespace the binding to the class made by `refreshCoordinator`
   * @param options the secret that seals what the carrier is asked, and where the objects live
   * @throws InvalidConfigurationError without the binding, and for an empty secret
   */
  constructor(namespace: ObjectNamespace, options: EncryptedStoreOptions & ObjectPlace) {
    this.#namespace = requireNamespace(namespace, "AUTH_COORDINATOR", "refreshCoordinator");
    this.#place = options;
    this.#errands = errands(options.secret);
  }

  /**
   * @throws TokenByRefreshTokenError where the issuer refused, and with `superseded` in `cause.error`
   * @throws SessionStoreError where the objects cannot be reached; nothing was lost then
   */
  async coordinate(
    stateData: StateData,
    { renewal, serves }: RenewalTask,
    { expiresIn }: SessionNote<TStoreOptions>,
  ): Promise<Receipt[]> {
    return await withDeadline(this.#coordinate(stateData, renewal, serves, expiresIn), patience);
  }

  async #coordinate(
    stateData: StateData,
    renewal: RenewalTask["renewal"],
    serves: RenewalTask["serves"],
    expiresIn: number,
  ): Promise<Receipt[]> {
    const attempt = randomId();
    const expiresAt = Math.ceil(Date.now() / 1000 + expiresIn);
    const receipts: Receipt[] = [];
    let state = stateData;
    let revision = nothingYet;
    while (receipts.length < maxHops) {
      const { refreshToken: token = "" } = state;
      const box = await tokenBox(token);
      const errand = await this.#errands.seal(box.name, errandOf(state, renewal));
      const request = { revision, renewal, attempt, errand, expiresAt, isOwn: !receipts.length };
      const answer = await callObject(
        () => objectOf<CoordinatorCalls>(this.#namespace, box.name, this.#place),
        (object) => object.renew(request),
      );
      if (answer === "gone") throw superseded();
      if ("failure" in answer) throw revivedError(answer.failure);
      const content = (await box.open(answer.text)) as BoxContent | undefined;
      if (!content)
        throw new SessionStoreError("What was kept for the refresh token cannot be opened by it.");
      if ("refusal" in content) throw revivedError(content.refusal);
      receipts.push(content.receipt);
      state = withReceipt(state, content.receipt, Math.floor(Date.now() / 1000));
      if (answer.renewed || serves(state)) return receipts;
      // The issuer may not rotate: then the same token is spent anew.
      revision = state.refreshToken === token ? answer.revision : nothingYet;
    }
    return receipts;
  }
}

function superseded(): TokenByRefreshTokenError {
  const message =
    "This request has a copy of the session from before a refresh whose result has long been in use. Nothing was asked; the session itself is well.";
  return new TokenByRefreshTokenError(message, {
    error: "superseded",
    error_description: message,
    message,
  });
}

/**
 * The same for an option `coordinator`, with the secret of `edgeAuth`:
 * `stateStore: cookieSessions({ coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) })`.
 */
export function durableObjectCoordinator<TStoreOptions = unknown>(
  namespace: ObjectNamespace,
  place: ObjectPlace = {},
): (configuration: Pick<StoreConfiguration, "secret">) => DurableObjectRefreshCoordinator<TStoreOptions> {
  return ({ secret }) => new DurableObjectRefreshCoordinator<TStoreOptions>(namespace, { ...place, secret });
}
