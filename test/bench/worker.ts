import { type BenchSession, createSession } from "./session.ts";
import { type Contender, contenders, type Exchange, type Opened } from "./stores.ts";

/** What the driver asks of an isolate. */
type Command =
  /** Makes `count` sessions, logged in at `now`; the isolate works on them from then on. */
  | { do: "prepare"; count: number; now: number }
  /** Answers the cookies, as `[name, value]`, in which the contender seals each session. */
  | { do: "cookies"; contender: string }
  /** Hands over the `Cookie` headers that the contender is going to open, one for each session. */
  | { do: "load"; contender: string; headers: string[] }
  /** Answers what is wrong with the sessions the contender opens, or nothing. */
  | { do: "verify"; contender: string }
  /** Opens or seals that many sessions, one after the other: the driver looks at its clock meanwhile. */
  | { do: "open" | "seal"; contender: string; operations: number };

const sessions: BenchSession[] = [];
const requests: Record<string, Exchange["request"][]> = {};
const otherCookies = "theme=dark; _ga=GA1.1.1837261544.1792000000";

/** Has in it everybody who is compared. A Worker's clock stands still while it computes, so it measures nothing itself. */
export default {
  async fetch(request: Request): Promise<Response> {
    const command = (await request.json()) as Command;
    return Response.json((await run(command)) ?? null);
  },
};

async function run(command: Command): Promise<unknown> {
  if (command.do === "prepare") {
    for (let index = 0; index < command.count; index++) sessions.push(createSession(index, command.now));
    return;
  }
  const contender = contenders[command.contender]!;
  switch (command.do) {
    case "cookies":
      return await Promise.all(sessions.map((session) => cookiesOf(contender, session)));
    case "load":
      requests[command.contender] = command.headers.map((cookie) => ({ headers: new Headers({ cookie }) }));
      return;
    case "verify":
      return await verify(contender, requests[command.contender]!);
    case "open":
      return await open(contender, requests[command.contender] ?? requests.ours!, command.operations);
    case "seal":
      return await seal(contender, command.operations);
  }
}

async function open(
  contender: Contender,
  from: readonly Exchange["request"][],
  operations: number,
): Promise<void> {
  const headers = new Headers();
  for (let done = 0; done < operations; done++) {
    const opened = await contender.get({ request: from[done % from.length]!, headers });
    if (opened) contender.use(opened);
  }
}

async function seal(contender: Contender, operations: number): Promise<void> {
  const request = anonymousRequest();
  for (let done = 0; done < operations; done++) {
    await contender.set!(sessions[done % sessions.length]!, { request, headers: new Headers() });
  }
}

async function cookiesOf(contender: Contender, session: BenchSession): Promise<string[][]> {
  const headers = new Headers();
  await contender.set!(session, { request: anonymousRequest(), headers });
  // A line without a value deletes what an earlier session may have left.
  return headers.getSetCookie().flatMap((line) => {
    const [, cookie, value] = /^([^=]+)=([^;]*)/.exec(line)!;
    return value ? [[cookie!, value]] : [];
  });
}

async function verify(
  contender: Contender,
  from: readonly Exchange["request"][],
): Promise<string | undefined> {
  for (const [index, session] of sessions.entries()) {
    const opened = await contender.get({ request: from[index]!, headers: new Headers() });
    if (!opened) return `session ${index} does not open`;
    if (membersOf(opened) !== membersOf(session)) return `session ${index} is not the one that was sealed`;
  }
}

function membersOf({ user, idToken, refreshToken, tokenSets }: Opened): string {
  return JSON.stringify([user, idToken, refreshToken, tokenSets]);
}

function anonymousRequest(): Exchange["request"] {
  return { headers: new Headers({ cookie: otherCookies }) };
}
