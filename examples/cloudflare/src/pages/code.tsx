import type { FC } from "hono/jsx";

/** The lines that do what a page is about. A test holds that they stand in the sources just like this. */
export const Code: FC<{ children: string }> = ({ children }) => (
  <details class="code">
    <summary>The code</summary>
    <pre tabindex={0}>
      <code>{children.trim()}</code>
    </pre>
  </details>
);
