export { readSession } from "auth0-edge";
