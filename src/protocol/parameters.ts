/** Parameters as a request carries them: those without a value are left out, objects are sent as JSON. */
export function encodeParameters(
  parameters: Readonly<Record<string, unknown>>,
): [name: string, value: string][] {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
}
