import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/** A browser with nothing in it, closed by whoever opened it. */
export const launch = (...flags) => chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for what comes true. Fails after a minute. */
export async function until(what, check) {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(50)) {
    if (await check()) return;
  }
  throw new Error(`never: ${what}`);
}

/** A browser whose profile stays in a folder, to be killed without a word and started again. */
export class Browser {
  constructor(profile) {
    this.profile = profile;
    process.on("exit", () => this.process?.exitCode === null && process.kill(-this.process.pid, "SIGKILL"));
  }

  /** Returns a tab. */
  async start() {
    const said = join(this.profile, "DevToolsActivePort");
    rmSync(said, { force: true });
    const flags = ["--headless", "--no-first-run", "--remote-debugging-port=0", "about:blank"];
    this.process = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${this.profile}`, ...flags], {
      stdio: "ignore",
      detached: true,
    });
    await until("a browser", () => existsSync(said) && readFileSync(said, "utf8").includes("\n"));
    const [port] = readFileSync(said, "utf8").split("\n");
    this.connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    [this.context] = this.connection.contexts();
    return this.context.newPage();
  }

  async kill() {
    const ended = once(this.process, "exit");
    process.kill(-this.process.pid, "SIGKILL");
    await ended;
    this.process = undefined;
    await this.connection.close().catch(() => undefined);
  }
}
