import { callAuth0 } from "../protocol/auth0-api.ts";
import {
  type ChangePasswordOptions,
  changePassword,
  type SignUpOptions,
  type SignUpResult,
  signUp,
} from "../protocol/database.ts";
import type { ServerSource } from "./server-source.ts";

/** Users of database connections. Open to every client: it says no more of itself than its id. */
export class DatabaseClient<TLast = unknown> {
  readonly #server: ServerSource<TLast>;

  constructor(server: ServerSource<TLast>) {
    this.#server = server;
  }

  /** Makes a user, and no session. @throws SignUpError */
  async signUp(options: SignUpOptions, last?: TLast): Promise<SignUpResult> {
    return await callAuth0(signUp(options), await this.#server(last));
  }

  /**
   * Has a mail for changing the password sent.
   *
   * @returns what Auth0 says, which is the same whether it knows the user or not
   * @throws ChangePasswordError
   */
  async changePassword(options: ChangePasswordOptions, last?: TLast): Promise<string> {
    return await callAuth0(changePassword(options), await this.#server(last));
  }
}
