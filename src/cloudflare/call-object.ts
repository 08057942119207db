import { InvalidConfigurationError } from "../errors/index.ts";
import { storeCall } from "../store/deadline.ts";
import type { ObjectNamespace, ObjectPlace } from "./namespace.ts";

/** What the runtime says of a call that failed. */
interface CallFailure {
  /** The object was reset in the middle of it: a new instance answers the next call. */
  durableObjectReset?: boolean;
  /** The object itself threw. */
  remote?: boolean;
  /** Asking again would make it worse. */
  overloaded?: boolean;
}

/** Milliseconds before the second attempt; each later one waits twice as long. */
const pause = 25;

/**
 * The object of a name, for one call: a stub whose object was reset answers nothing any more.
 *
 * @typeParam TObject the calls it has
 */
export function objectOf<TObject>(
  namespace: ObjectNamespace,
  name: string,
  { jurisdiction, locationHint }: ObjectPlace = {},
): TObject {
  const place = jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace;
  return place.getByName(name, locationHint && { locationHint }) as TObject;
}

/**
 * A call that may be made twice without harm: where the object was reset, or could not be reached, it is.
 *
 * @param connect makes a new stub
 * @param attempts how often at most
 * @param isPrecious whether it brings what nobody has a second time: then it is made again whatever has failed
 * @throws SessionStoreError where the object fails
 * @throws InvalidConfigurationError where it says that something of the Worker is missing
 */
export async function callObject<TObject, T>(
  connect: () => TObject,
  call: (object: TObject) => Promise<T>,
  { attempts = 3, isPrecious = false }: { attempts?: number; isPrecious?: boolean } = {},
): Promise<T> {
  return await storeCall(async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await call(connect());
        // What came is a copy; this tells the other side that nothing of it is needed any more.
        (answer as Partial<Disposable> | undefined)?.[Symbol.dispose]?.();
        return answer;
      } catch (error) {
        const { durableObjectReset, remote, overloaded } = error as CallFailure;
        if (remote) refuseIfMisconfigured(error);
        const isInVain = overloaded || (remote && !durableObjectReset);
        if (attempt === attempts || (isInVain && !isPrecious)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (attempt - 1)));
    }
  });
}

/** On its way from the object an error loses its class, and by older compatibility dates its name, which then begins the message. */
function refuseIfMisconfigured(error: unknown): void {
  const [, message] = /^(?:Error: )?InvalidConfigurationError: (.*)$/s.exec(String(error)) ?? [];
  if (message) throw new InvalidConfigurationError(message);
}
