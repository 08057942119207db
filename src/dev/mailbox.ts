/** Messages kept; the oldest goes first. */
const MAX_MESSAGES = 50;

/** An e-mail or text message that the tenant would have sent. */
export interface DevTenantMessage {
  kind: "email" | "sms";
  /** E-mail address or phone number. */
  to: string;
  subject: string;
  /** The one-time code in it. */
  code?: string;
  /** The link in it, for a browser. */
  link?: string;
  /** Seconds since the epoch. */
  sentAt: number;
}

/**
 * The mailbox of everyone. It is the one thing the tenant does not keep in its storage, where nothing may stand in
 * the clear: messages are forgotten with the process.
 */
export interface Mailbox {
  deliver(message: Omit<DevTenantMessage, "sentAt">): void;
  /** Newest first, 50 at most. */
  messages(): DevTenantMessage[];
  clear(): void;
}

/** An empty {@link Mailbox}. */
export function createMailbox(now: () => number): Mailbox {
  let kept: DevTenantMessage[] = [];
  return {
    deliver(message) {
      kept = [{ ...message, sentAt: now() }, ...kept].slice(0, MAX_MESSAGES);
    },
    messages: () => kept.map((message) => ({ ...message })),
    clear() {
      kept = [];
    },
  };
}
