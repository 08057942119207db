import { apiOrigins } from "auth0-edge";
import type { ApiServers, Echo } from "./api-servers.ts";

/**
 * Calls an API as `login.fetch` does, on whatever runtime this is. It needs nothing but the platform's own `fetch`.
 *
 * @returns what each call came to: status, where it ended, and which credentials were seen there
 */
export async function callApis({ orders, mirror, elsewhere }: ApiServers): Promise<Record<string, unknown>> {
  const audience = "https://orders.example/";
  const call = apiOrigins({ [audience]: [orders, mirror] });
  const at = (origin: string): string | undefined =>
    Object.entries({ orders, mirror, elsewhere }).find(([, one]) => one === origin)?.[0];
  const outcome = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    let tokens = 0;
    const tokenFor = async () => ({
      audience,
      accessToken: `token-${++tokens}`,
      scope: undefined,
      expiresAt: 0,
    });
    try {
      const headers = { ...(init.headers as Record<string, string>), cookie: "a=b", "x-own": "1" };
      const response = await call(orders + path, { ...init, headers, audience }, tokenFor);
      if (response.status !== 200) return [response.status, response.headers.get("location")];
      const echo = (await response.json()) as Echo;
      const { authorization, cookie } = echo.headers;
      return [
        200,
        at(echo.origin),
        echo.method,
        echo.body,
        authorization ?? null,
        cookie ?? null,
        echo.headers["x-own"],
      ];
    } catch (error) {
      return (error as Error).name;
    }
  };
  const redirect = (status: number, to: string): string =>
    `/redirect?${new URLSearchParams({ status: String(status), to })}`;
  const challenge = 'Bearer error="invalid_token"';
  const guarded = `/guarded?${new URLSearchParams({ refuse: "token-1", challenge })}`;
  const stream = (): BodyInit => new Blob(["text"]).stream();
  return {
    plain: await outcome("/echo"),
    post: await outcome("/echo", { method: "POST", body: "text" }),
    within: await outcome(redirect(302, `${mirror}/echo`)),
    away: await outcome(redirect(302, `${elsewhere}/echo`)),
    awayForGood: await outcome(redirect(308, `${elsewhere}${redirect(307, `${orders}/echo`)}`)),
    redirectedPost: await outcome(redirect(307, "/echo"), { method: "POST", body: "text" }),
    seeOther: await outcome(redirect(303, `${elsewhere}/echo`), { method: "POST", body: "text" }),
    manual: await outcome(redirect(302, "/echo"), { redirect: "manual" }),
    error: await outcome(redirect(302, "/echo"), { redirect: "error" }),
    renewed: await outcome(guarded, { method: "POST", body: "text" }),
    renewedForm: await outcome(guarded, { method: "POST", body: new URLSearchParams({ a: "b" }) }),
    stream: await outcome(guarded, { method: "POST", body: stream(), duplex: "half" } as RequestInit),
  };
}
