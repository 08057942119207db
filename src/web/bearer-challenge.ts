/** A longer header is nobody's honest answer. */
const maxChars = 4096;

/**
 * The parts of a `WWW-Authenticate` header (RFC 9110 section 11.6.1): a comma; a parameter with its name and its value, quoted or
 * not; a word alone, which is a scheme or its token68.
 */
const part =
  /\s*(?:(,)|([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+))(?=\s*(?:,|$))|([\w!#$%&'*+.^`|~/-]+=*)(?=\s|,|$))/y;

/**
 * Whether an API refuses its access token for being one that is over, revoked or malformed (RFC 6750 section 3.1). What is no
 * `WWW-Authenticate` header to the letter says nothing.
 *
 * @param header several of them are joined by commas
 */
export function refusesToken(header: string | null): boolean {
  if (!header || header.length > maxChars) return false;
  let [isStart, isBearer, isRefused] = [true, false, false];
  part.lastIndex = 0;
  while (part.lastIndex < header.trimEnd().length) {
    const found = part.exec(header);
    if (!found) return false;
    const [, comma, name, quoted, plain, word] = found;
    if (word && isStart) isBearer = /^bearer$/i.test(word);
    if (isBearer && /^error$/i.test(name ?? "")) {
      isRefused ||= (quoted?.replace(/\\(.)/g, "$1") ?? plain) === "invalid_token";
    }
    isStart = Boolean(comma);
  }
  return isRefused;
}
