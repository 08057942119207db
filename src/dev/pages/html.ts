/** Text that is HTML already and goes into a page as it is. Made by {@link html} only. */
export class Html {
  readonly text: string;

  /** @param text Trusted HTML. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: HTML stays HTML, everything else is escaped; nothing is shown for `undefined`. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template whose values are escaped. Attribute values must be put in quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)));
}

function render(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
