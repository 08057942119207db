export { CookieTransactionStore, ServerClient, StatelessStateStore } from "@auth0/auth0-server-js";
