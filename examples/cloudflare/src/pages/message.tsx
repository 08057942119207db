import type { FC } from "hono/jsx";

/** A page that says one thing and where to go on. */
export const Message: FC<{ title: string; text: string; href: string }> = ({ title, text, href }) => (
  <section class="hero">
    <h1>{title}</h1>
    <p class="lead">{text}</p>
    <a class="button" href={href}>
      Go on
    </a>
  </section>
);
