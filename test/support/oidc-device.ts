import type { ProvidedOidcProvider } from "./provided.ts";

/** A back-channel login that waits on somebody's device. */
export interface WaitingLogin {
  authReqId: string;
  login: string;
  bindingMessage: string;
}

/** Waits until a back-channel login appears on somebody's device, and presses a button. Web APIs only. */
export async function decideOnDevice(
  { deviceUrl }: Pick<ProvidedOidcProvider, "deviceUrl">,
  login: string,
  decision: "approve" | "deny",
): Promise<WaitingLogin> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const waiting = (await (await fetch(deviceUrl)).json()) as WaitingLogin[];
    const own = waiting.find((one) => one.login === login);
    if (own) {
      const body = new URLSearchParams({ authReqId: own.authReqId, decision });
      const response = await fetch(deviceUrl, { method: "POST", body });
      if (response.ok) return own;
      throw new Error(`The device answered ${response.status}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing appeared on the device of ${login}.`);
}
