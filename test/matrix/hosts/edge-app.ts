/** The app of the matrix as a function of the edge runtime. */
import app from "../app.ts";
import { onFetch } from "./fetch-event.ts";

onFetch((event) => app.fetch(event.request, undefined, event));
