/** The settings of the Worker that its own code reads. The others are read by the SDK. */
export interface Env {
  AUTH0_DOMAIN?: string;
  /** Identifier of the API of `orders-api.ts`. Left out: the app only logs people in. */
  API_AUDIENCE?: string;
}
