export { CookieTransactionStore, HeadersCookieHandler, ServerClient, StatelessStateStore } from "auth0-edge";
