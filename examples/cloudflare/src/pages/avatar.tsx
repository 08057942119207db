import type { UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";

/** The picture of a person, or their initial. Decorative: the name always stands beside it or in its title. */
export const Avatar: FC<{ user: UserClaims; size: number }> = ({ user, size }) => {
  const name = displayName(user);
  return user.picture ? (
    <img
      class="avatar"
      src={user.picture}
      alt=""
      title={name}
      width={size}
      height={size}
      referrerpolicy="no-referrer"
    />
  ) : (
    <svg class="avatar" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <text x="16" y="21">
        {name.slice(0, 1).toUpperCase()}
      </text>
    </svg>
  );
};

/** What to call a person. */
export function displayName({ given_name, name, nickname, email }: UserClaims): string {
  return given_name ?? name ?? nickname ?? email ?? "you";
}
