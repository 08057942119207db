/** The API, as the tenant and the app know it. */
export const audience = "https://api.example.com/";
