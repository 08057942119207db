import { appOf, optionsOf } from "./app.ts";

/** Cookies and nothing beside them: what becomes of a session where nobody decides who refreshes. */
export default appOf(optionsOf);
