import { contactOf, type User } from "../configuration.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { type Html, html } from "./html.ts";

/** What a {@link personButton} shows and does. */
export interface PersonButton {
  /** Its place on the page, for the ids of its parts. */
  index: number;
  /** Name of the form's field; its value is the `sub`. */
  field: string;
  /** What pressing it does, before the person's name: "Continue as". */
  does: string;
  badge?: string | undefined;
  /** Whether it stands out. */
  isFirst?: boolean;
}

/** Whom a button can stand for. */
export type Shown = Pick<User, "sub" | "name"> & Partial<User>;

/** The accessible name says what the button does; what else stands on it is its description. */
export function personButton(person: Shown, { index, field, does, badge, isFirst }: PersonButton): Html {
  const id = `person-${index}`;
  const unverified = person.email_verified === false && html`<span class="badge">Not verified</span>`;
  return html`<button class="person${isFirst ? " first" : ""}" name="${field}" value="${person.sub}" aria-label="${does} ${person.name}" aria-describedby="${id}-email ${id}-badges">
${avatarSvg(person)}
<span class="who"><span class="name"><b>${person.name}</b><span class="badges" id="${id}-badges">${badge && html`<span class="badge strong">${badge}</span>`}${unverified || undefined}</span></span><span class="detail" id="${id}-email">${contactOf(person)}</span></span>
</button>`;
}

/** A button that says less, with a line of explanation. */
export function quietButton(name: string, value: string, label: string, explanation: string): Html {
  const id = `${name}-${value}`;
  return html`<button class="quiet" name="${name}" value="${value}" aria-label="${label}" aria-describedby="${id}"><b>${label}</b><span id="${id}">${explanation}</span></button>`;
}
