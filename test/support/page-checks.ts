import type { Page } from "playwright-core";

/** What the checks use of a page; the types of browsers are not those of Node. */
interface Element {
  tagName: string;
  textContent: string;
  parentElement: Element | null;
  childNodes: Iterable<{ nodeType: number; textContent: string }>;
  closest(selector: string): Element | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}
declare const document: {
  title: string;
  activeElement: Element;
  documentElement: Element & { scrollWidth: number; clientWidth: number; lang: string };
  querySelectorAll(selector: string): Iterable<Element>;
};
declare function getComputedStyle(element: Element): Record<string, string>;

/** Presses Tab until a link or button of that name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 25; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(
      () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent,
    );
    if (focused === name) return;
  }
  throw new Error(`Tab did not reach "${name}"`);
}

/** Pixels that a page can be scrolled sideways. Runs in the page. */
export function sidewaysPixels(): number {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth - clientWidth;
}

/** Texts whose contrast to what is behind them is below WCAG AA. Runs in the page. */
export function faintTexts(): string[] {
  const numbers = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (parts: number[]) => {
    const [r = 0, g = 0, b = 0] = parts.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const parts = numbers(getComputedStyle(element).backgroundColor!);
    return (parts[3] ?? 1) === 0 ? behind(element.parentElement) : parts;
  };
  const faint: string[] = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === 3);
    const text = own.map(({ textContent }) => textContent.trim()).join("");
    // What stands in a meter is for browsers that know none.
    if (text === "" || element.closest("svg, datalist, meter") !== null) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const share = Number(style.opacity);
    const front = numbers(style.color!).map(
      (value, index) => value * share + (back[index] ?? 0) * (1 - share),
    );
    const [one, two] = [luminance(front), luminance(back)];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) faint.push(`${text} (${ratio.toFixed(2)})`);
  }
  return faint;
}

/** What is wrong with the bones of a page, in the ears of a screen reader. Runs in the page. */
export function brokenBones(): string[] {
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const wrong: string[] = [];
  const expectOne = (selector: string) => {
    const count = all(selector).length;
    if (count !== 1) wrong.push(`${count} of ${selector}`);
  };
  expectOne("h1");
  expectOne("main");
  expectOne('meta[name="viewport"]');
  expectOne('meta[name="robots"][content="noindex"]');
  if (document.documentElement.lang !== "en") wrong.push("no language");
  if (!document.title) wrong.push("no title");
  let level = 0;
  for (const heading of all("h1, h2, h3, h4")) {
    const next = Number(heading.tagName.slice(1));
    if (next > level + 1) wrong.push(`h${next} after h${level}: ${heading.textContent}`);
    level = next;
  }
  for (const element of all("a[href], button, summary")) {
    const name = element.getAttribute("aria-label") ?? element.textContent.trim();
    if (!name) wrong.push(`a ${element.tagName} without a name`);
  }
  for (const element of all("meter, nav, [role=img], svg:not([aria-hidden])")) {
    if (!element.getAttribute("aria-label")) wrong.push(`a ${element.tagName} without a name`);
  }
  for (const element of all("img")) {
    if (element.getAttribute("alt") === null) wrong.push("an img without alt");
  }
  for (const element of all("[aria-labelledby]")) {
    const id = element.getAttribute("aria-labelledby")!;
    if (all(`[id="${id}"]`).length !== 1) wrong.push(`nothing is called ${id}`);
  }
  for (const element of all("th")) {
    if (!element.getAttribute("scope")) wrong.push(`th without scope: ${element.textContent}`);
  }
  for (const element of all("script, style ~ style, [style], [onclick]"))
    wrong.push(`a ${element.tagName} that should not be`);
  return wrong;
}

/** Shows all that waits behind a word. Runs in the page. */
export function openDetails(): void {
  for (const details of document.querySelectorAll("details")) details.setAttribute("open", "");
}

/** What is wrong with the frame and the forms of an app's page. Runs in the page. */
export function brokenFrame(): string[] {
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const wrong: string[] = [];
  for (const selector of ["header", "nav[aria-label]", "nav [aria-current=page]", "footer"]) {
    const count = all(selector).length;
    if (count !== 1) wrong.push(`${count} of ${selector}`);
  }
  for (const field of all("input:not([type=hidden]), select, textarea")) {
    const id = field.getAttribute("id");
    const isLabelled = field.closest("label") !== null || (id && all(`label[for="${id}"]`).length === 1);
    if (!isLabelled) wrong.push(`a field without label: ${field.getAttribute("name")}`);
  }
  for (const group of all("input[type=radio]")) {
    if (group.closest("fieldset") === null)
      wrong.push(`a choice without group: ${group.getAttribute("name")}`);
  }
  const ids = all("[id]").map((element) => element.getAttribute("id"));
  if (new Set(ids).size < ids.length) wrong.push("an id twice");
  return wrong;
}
