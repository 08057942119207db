import type { SessionData } from "auth0-edge";
import type { FC } from "hono/jsx";
import { Bar } from "./bar.tsx";

/** What a session holds and how large it is, largest first. Of tokens no more than the beginning. */
export const SessionContents: FC<{ session: SessionData }> = ({ session }) => {
  const { user, idToken, refreshToken, tokenSets, connectionTokenSets = [] } = session;
  const parts = [
    { name: "Claims of the user", text: JSON.stringify(user), shown: Object.keys(user ?? {}).join(", ") },
    ...token("ID token", idToken),
    ...token("Refresh token", refreshToken),
    ...tokenSets.flatMap((set) => token(`Access token for ${set.audience}`, set.accessToken)),
    ...connectionTokenSets.flatMap((set) => token(`Token of ${set.connection}`, set.accessToken)),
  ].sort((a, b) => b.text.length - a.text.length);
  const largest = parts[0]!.text.length;
  return (
    <ul class="rows" aria-label="Parts of the session">
      {parts.map(({ name, text, shown }) => (
        <li>
          <p>
            {name} <span class="soft">{text.length.toLocaleString("en")} characters</span>
          </p>
          <p>
            <code class="soft">{shown}</code>
          </p>
          <Bar value={text.length} max={largest} label={`${text.length} characters`} />
        </li>
      ))}
    </ul>
  );
};

function token(name: string, text: string | undefined): { name: string; text: string; shown: string }[] {
  return text ? [{ name, text, shown: `${text.slice(0, 8)}…` }] : [];
}
