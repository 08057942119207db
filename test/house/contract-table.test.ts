import { globSync, readFileSync } from "node:fs";
import * as sdk from "auth0-edge";
import { describe, expect, it } from "vitest";
import { checkTests, methodsOf, namesIn, readTables } from "./contract.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/contract.md", root), "utf8");
const tables = readTables(page);
const firstCells = (heading: string) => (tables.get(heading) ?? []).map(({ cells }) => cells[0]);

/** The headings of "Examples" of `@auth0/auth0-server-js`, sub-sections below their sections, in order. */
const SECTIONS = `Configuration
Configuration › Configuring the Store
Configuration › Stateless Store
Configuration › Stateful Store
Configuration › Configuring Cookies Secret Rotation
Configuration › How Secret Rotation Works
Configuration › Implementing Secret Rotation
Configuration › Multiple Secret Rotation
Configuration › Configuring the Store Identifier
Configuration › Configuring the Scopes
Configuration › Configuring PrivateKeyJwt
Configuration › Configuring mTLS (Mutual TLS)
Configuration › Configuring the \`authorizationParams\` globally
Configuration › Configuring a \`customFetch\` implementation
Configuration › Configuring discovery cache
Multiple Custom Domains (MCD)
Multiple Custom Domains (MCD) › Static Domain (Single Issuer)
Multiple Custom Domains (MCD) › Dynamic Domain Resolver
Multiple Custom Domains (MCD) › Scenario 1: Host-based resolver with default fallback
Multiple Custom Domains (MCD) › Scenario 2: Host-to-domain map
Multiple Custom Domains (MCD) › Scenario 3: Tenant-id-to-domain map (trusted tenant identifier in request context)
Multiple Custom Domains (MCD) › Resolver Context and StoreOptions
Multiple Custom Domains (MCD) › Resolver Mode: Per-request Store Options
Multiple Custom Domains (MCD) › Redirect URI Requirements
Multiple Custom Domains (MCD) › Session and Issuer Behavior in Resolver Mode
Multiple Custom Domains (MCD) › Legacy Sessions and Migration
Starting Interactive Login
Starting Interactive Login › Passing \`authorizationParams\`
Starting Interactive Login › Passing \`appState\` to track state during login
Starting Interactive Login › Using Pushed Authorization Requests
Starting Interactive Login › Using Pushed Authorization Requests and Rich Authorization Requests
Starting Interactive Login › Passing \`StoreOptions\`
Completing Interactive Login
Completing Interactive Login › Retrieving \`appState\`
Completing Interactive Login › Passing \`StoreOptions\`
Starting Link User
Starting Link User › Passing \`authorizationParams\`
Starting Link User › Passing \`appState\` to track state during login
Starting Link User › Passing \`StoreOptions\`
Completing Link User
Completing Link User › Retrieving \`appState\`
Completing Link User › Passing \`StoreOptions\`
Login using Client-Initiated Backchannel Authentication
Login using Client-Initiated Backchannel Authentication › Using Rich Authorization Requests
Login using Client-Initiated Backchannel Authentication › Passing \`StoreOptions\`
Retrieving the logged-in User
Retrieving the logged-in User › Passing \`StoreOptions\`
Retrieving the Session Data
Retrieving the Session Data › Passing \`StoreOptions\`
Retrieving an Access Token
Retrieving an Access Token › Using Multi-Resource Refresh Tokens (MRRT)
Retrieving an Access Token › Modifying Token Scopes
Retrieving an Access Token › Passing \`StoreOptions\`
Retrieving an Access Token for a Connection
Retrieving an Access Token for a Connection › Passing \`StoreOptions\`
Logout
Logout › Passing the \`returnTo\` parameter
Logout › Passing \`StoreOptions\`
Handle Backchannel Logout
Handle Backchannel Logout › Passing \`StoreOptions\``.split("\n");

const cookies = new sdk.HeadersCookieHandler();
const secret = "a secret of more than thirty-two characters";
const issuer = { domain: "tenant.example", clientId: "client", clientSecret: "secret" };
const serverClient = new sdk.ServerClient({
  ...issuer,
  stateStore: new sdk.StatelessStateStore({ secret }, cookies),
  transactionStore: new sdk.CookieTransactionStore({ secret }, cookies),
});

describe("docs/contract.md", () => {
  it("names tests that are there", () => {
    expect(tables.size).toBe(6);
    expect(checkTests(tables, new URL("test/", root))).toEqual([]);
  });

  it("has every section of the examples people know", () => {
    expect(firstCells("Sections of the examples")).toEqual(SECTIONS);
  });

  it("has every method of ServerClient and its sub-clients", () => {
    const rows = tables.get("ServerClient") ?? [];
    expect(rows.map(({ cells }) => namesIn(cells[0])[0]).sort()).toEqual(
      methodsOf(serverClient, ["authClient"]).concat("authClient").sort(),
    );
  });

  it("has every method of AuthClient and its sub-clients", () => {
    const rows = tables.get("AuthClient") ?? [];
    expect(rows.map(({ cells }) => namesIn(cells[0])[0]).sort()).toEqual(
      methodsOf(new sdk.AuthClient(issuer)),
    );
  });

  it("has every other function", () => {
    const rows = (tables.get("Functions") ?? []).map(({ cells }) => namesIn(cells[0])[0]);
    const functions = Object.entries(sdk).filter(
      ([, value]) => typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value)),
    );
    expect(rows.sort()).toEqual(functions.map(([name]) => name).sort());
  });

  it("has every error class with its code", () => {
    const rows = (tables.get("Errors") ?? []).map(({ cells }) => [namesIn(cells[1])[0], namesIn(cells[0])]);
    const classes = Object.entries(sdk).filter(
      ([, value]) => typeof value === "function" && value.prototype instanceof sdk.EdgeAuthError,
    ) as [string, new (...texts: string[]) => sdk.EdgeAuthError][];
    expect(rows.map(([name]) => name).sort()).toEqual(classes.map(([name]) => name).sort());
    for (const [name, codes] of rows) {
      const Class = classes.find(([other]) => other === name)![1];
      const { code } = new Class("given", "given");
      // Where the code is an argument, the row has all there are.
      if (code !== "given") expect(codes, String(name)).toContain(code);
      else expect(codes!.length, String(name)).toBeGreaterThan(1);
    }
  });
});

describe("the weak spots of @auth0/auth0-server-js", () => {
  const titlesOf = (pattern: string) =>
    globSync(pattern, { cwd: root }).flatMap((file) =>
      [...readFileSync(new URL(file, root), "utf8").matchAll(/\(\s*"((\d+)\. [^"]+)"/g)].map(
        ([, title, number]) => ({
          number: Number(number),
          title: title!,
        }),
      ),
    );
  const ours = titlesOf("test/workerd/weak-spots/*.test.ts").sort((a, b) => a.number - b.number);
  const numbers = Array.from({ length: 25 }, (_, index) => index + 1);

  it("are 25 named tests, one for each", () => {
    expect(ours.map(({ number }) => number)).toEqual(numbers);
  });

  it("are all shown in the peer as well", () => {
    const shown = new Set(titlesOf("test/node/peer/weak-spots.test.ts").map(({ number }) => number));
    expect([...shown].sort((a, b) => a - b)).toEqual(numbers);
  });

  it("stand in docs/contract.md by the names of their tests", () => {
    const rows = tables.get("Weak spots of the peer") ?? [];
    expect(rows.map(({ cells }) => Number(cells[0]))).toEqual(numbers);
    expect(rows.map(({ tests }) => tests[0]!.title)).toEqual(ours.map(({ title }) => title));
  });
});

describe("the check of the table", () => {
  it("finds a test that is not there, and a file that is not", () => {
    const found = checkTests(
      readTables(
        "## A\n| a | `b` | house/contract-table.test.ts › no such title<br>house/none.test.ts › x |\n",
      ),
      new URL("test/", root),
    );
    expect(found).toEqual([
      "a: house/contract-table.test.ts › no such title (no such test)",
      "a: house/none.test.ts › x (no such file)",
    ]);
  });

  it("finds methods of sub-clients", () => {
    class Sub {
      verify() {}
    }
    class Client {
      readonly mfa = new Sub();
      get database() {
        return new Sub();
      }
      logout() {}
    }
    expect(methodsOf(new Client())).toEqual(["database.verify", "logout", "mfa.verify"]);
  });
});
