import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, readForm } from "./http.ts";

/** Where a provider delivers its logout tokens. `GET` answers those that came, `DELETE` forgets them. */
export class LogoutTokenMailbox {
  readonly #tokens: string[] = [];

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") return answerJson(response, this.#tokens);
    if (request.method === "DELETE") this.#tokens.length = 0;
    const token = (await readForm(request)).get("logout_token");
    if (token) this.#tokens.push(token);
    response.end();
  }
}
