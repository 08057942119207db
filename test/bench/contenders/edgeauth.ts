import { edgeAuth } from "auth0-edge";

export default edgeAuth({}).handler(() => new Response("ok"));
