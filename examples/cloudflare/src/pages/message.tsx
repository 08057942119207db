import type { FC } from "hono/jsx";

interface MessageProps {
  title: string;
  text: string;
  /** Where to go on, and what to call it. */
  href: string;
  label: string;
}

/** A page that says one thing and where to go on. */
export const Message: FC<MessageProps> = ({ title, text, href, label }) => (
  <section class="hero">
    <h1>{title}</h1>
    <p class="lead">{text}</p>
    <a class="button" href={href}>
      {label}
    </a>
  </section>
);
