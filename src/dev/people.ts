import { type Configuration, resolveUser, type User } from "./configuration.ts";
import { randomToken, sha256Base64url } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import type { DevTenantUser } from "./options.ts";
import type { DevTenantStorage } from "./storage.ts";

/** People who may come to those of the options. */
const MAX_CREATED = 100;
/** Seconds; people stay as long as the tenant's signing key does. */
const TEN_YEARS = 10 * 365 * 24 * 3600;

/** What nobody else may have: each finds a person, whatever connection they came by. */
export interface Identifiers {
  email?: string | undefined;
  phone_number?: string | undefined;
  username?: string | undefined;
}

/** A person about to be created, without the `sub`. */
export type NewPerson = Omit<DevTenantUser, "sub" | "password">;

/** The people one can log in as: those of the options, and those who have signed up since. */
export interface People {
  /** Everyone, those of the options first. */
  all(): Promise<readonly User[]>;
  /** The person of a `sub`. */
  find(sub: string): Promise<User | undefined>;
  /** The person who has one of these identifiers. */
  identifiedBy(identifiers: Identifiers): Promise<User | undefined>;
  /**
   * Creates a person.
   *
   * @param prefix First part of the `sub`: Auth0's name of the connection, `auth0`, `email` or `sms`.
   * @returns `undefined` when somebody has one of the identifiers. Of concurrent callers exactly one succeeds.
   * @throws {OAuthError} 403 `access_denied` when there are 100 already.
   */
  create(prefix: string, person: NewPerson): Promise<User | undefined>;
  /** Keeps a person who came by somebody else's service, under the `sub` of their account there. */
  keep(person: User): Promise<void>;
}

/**
 * Keeps {@link People} in a storage. Keys: `person:<sub>`, `person-by:<kind>:<SHA-256 of the identifier>` and
 * `people:<number>`, which lists them.
 */
export function peopleIn(storage: DevTenantStorage, { users, browserBase }: Configuration): People {
  const numbers = Array.from({ length: MAX_CREATED }, (_, index) => index);
  const find = async (sub: string) => {
    // Whatever else is asked for cannot be one of ours, and makes no key.
    if (users.has(sub) || !/^[\w.-]{1,64}\|([\w.-]{1,128}\|)?[\w-]{1,24}$/.test(sub)) return users.get(sub);
    return (await storage.get(`person:${sub}`)) as User | undefined;
  };
  return {
    find,
    async keep(person) {
      await storage.put(`person:${person.sub}`, person, TEN_YEARS);
    },
    async all() {
      const created: User[] = [];
      // In tens: a storage may be a round trip away, and there are hardly ever more.
      for (let start = 0; start < MAX_CREATED; start += 10) {
        const slots = await Promise.all(
          numbers.slice(start, start + 10).map((number) => storage.get(`people:${number}`)),
        );
        const people = await Promise.all(
          slots.filter((sub) => sub !== undefined).map((sub) => find(`${sub}`)),
        );
        created.push(...people.filter((person) => person !== undefined));
        if (slots.includes(undefined)) break;
      }
      return [...users.values(), ...created];
    },
    async identifiedBy(identifiers) {
      const wanted = entriesOf(identifiers);
      const seeded = [...users.values()].find((user) =>
        entriesOf(user).some(([kind, value]) => wanted.some(([k, v]) => k === kind && v === value)),
      );
      if (seeded !== undefined) return seeded;
      for (const entry of wanted) {
        const sub = await storage.get(await keyOf(entry));
        if (sub !== undefined) return await find(`${sub}`);
      }
      return undefined;
    },
    async create(prefix, person) {
      if ((await this.identifiedBy(person)) !== undefined) return undefined;
      const user = resolveUser({ ...person, sub: `${prefix}|${randomToken().slice(0, 24)}` }, browserBase);
      // The person first, and what finds them after: whoever comes across an identifier finds someone behind it.
      const written = [`person:${user.sub}`];
      await storage.put(written[0]!, user, TEN_YEARS);
      const claim = async (key: string) => {
        const claimed = await storage.add(key, user.sub, TEN_YEARS);
        if (claimed) written.push(key);
        return claimed;
      };
      const giveUp = async () => {
        for (const key of written) await storage.delete(key);
      };
      for (const entry of entriesOf(user)) {
        if (await claim(await keyOf(entry))) continue;
        await giveUp();
        return undefined;
      }
      for (const number of numbers) if (await claim(`people:${number}`)) return user;
      await giveUp();
      throw new OAuthError(
        403,
        "access_denied",
        `The development tenant keeps ${MAX_CREATED} people, no more`,
      );
    },
  };
}

function entriesOf({ email, phone_number, username }: Identifiers): [string, string][] {
  const all: [string, string | undefined][] = [
    ["email", email?.toLowerCase()],
    ["phone", phone_number],
    ["username", username?.toLowerCase()],
  ];
  return all.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

async function keyOf([kind, value]: readonly [string, string]): Promise<string> {
  return `person-by:${kind}:${await sha256Base64url(value)}`;
}
