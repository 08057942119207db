import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../", import.meta.url));
/** Where the packages of this repository are. */
export const modules = join(repository, "node_modules");

/** The package as a registry would serve it, and as a project that installed it sees it. */
export interface PackedPackage {
  /** The `.tgz` file. */
  tarball: string;
  /** A project in which the package is installed, with its dependencies and what apps install beside it. */
  project: string;
  /** Where it is installed. */
  directory: string;
  remove(): Promise<void>;
}

/** What a command printed, and whether it was content. */
export interface CommandResult {
  succeeded: boolean;
  stdout: string;
  /** All of it. */
  output: string;
}

/** Runs a tool of this repository (`tsc`, `attw`) or of the host (`npm`), in a folder. */
export async function run(command: string, args: string[], cwd: string): Promise<CommandResult> {
  const env = { ...process.env, PATH: `${join(modules, ".bin")}:${process.env.PATH}`, NO_COLOR: "1" };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env });
    return { succeeded: true, stdout, output: stdout + stderr };
  } catch (error) {
    const {
      stdout = "",
      stderr = "",
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    return { succeeded: false, stdout, output: stdout + stderr || message };
  }
}

/** Builds, packs and installs the package in a temporary folder, without a network and without touching `dist/`. */
export async function packPackage(root = repository): Promise<PackedPackage> {
  const temporary = await mkdtemp(join(tmpdir(), "packed-"));
  const remove = () => rm(temporary, { recursive: true, force: true });
  try {
    const tarball = await pack(root, temporary);
    return { tarball, ...(await install(tarball, temporary)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function pack(root: string, temporary: string): Promise<string> {
  const source = join(temporary, "source");
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const published = manifest.files.filter((name: string) => name !== "dist" && !name.startsWith("!"));
  for (const name of ["package.json", "tsconfig.json", "tsconfig.build.json", ...published]) {
    await cp(join(root, name), join(source, name), { recursive: true });
  }
  await symlink(modules, join(source, "node_modules"));
  for (const project of ["tsconfig.build.json", "src/cloudflare/tsconfig.json"]) {
    await expectSuccess("tsc", ["-p", project], source);
  }
  // Without `prepack`, which would build a second time.
  await expectSuccess("npm", ["pack", "--ignore-scripts", "--offline", "--pack-destination", ".."], source);
  return join(temporary, `${manifest.name}-${manifest.version}.tgz`);
}

async function install(tarball: string, temporary: string): Promise<{ project: string; directory: string }> {
  const project = join(temporary, "project");
  const directory = join(project, "node_modules/auth0-edge");
  await mkdir(directory, { recursive: true });
  await expectSuccess("tar", ["-xzf", tarball, "-C", directory, "--strip-components=1"], project);
  await writeFile(join(project, "package.json"), '{ "type": "module", "private": true }');
  await mkdir(join(project, "node_modules/@hono"));
  for (const name of ["jose", "oauth4webapi", "hono", "@hono/node-server", "@opentelemetry", "@vercel"]) {
    await symlink(join(modules, name), join(project, "node_modules", name));
  }
  return { project, directory };
}

async function expectSuccess(command: string, args: string[], cwd: string): Promise<string> {
  const { succeeded, output } = await run(command, args, cwd);
  if (!succeeded) throw new Error(`${command} ${args[0]} failed:\n${output}`);
  return output;
}
