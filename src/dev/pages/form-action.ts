/**
 * Sources of the CSP directive `form-action` for the login form. Chromium applies the directive to every
 * redirect that follows the submission: to the app's callback, and to wherever the callback sends the browser
 * next. In development that is some loopback address or the registered callback's own origin.
 */
export function loginFormAction(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  // An app's own scheme (RFC 8252 §7.1) has no origin; IPv6 addresses cannot be written as a CSP source.
  const callback = origin === "null" || origin.includes("[") ? protocol : origin;
  return `'self' http://localhost:* http://*.localhost:* http://127.0.0.1:* ${callback}`;
}
