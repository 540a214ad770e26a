import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath, FLAGS, until } from "./support.mjs";

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
    this.process = spawn(chromiumPath(), [...FLAGS, `--user-data-dir=${this.profile}`, ...flags], {
      stdio: "ignore",
      detached: true,
    });
    await until("a browser", () => existsSync(said) && readFileSync(said, "utf8").includes("\n"));
    this.port = Number(readFileSync(said, "utf8").split("\n")[0]);
    this.connection = await chromium.connectOverCDP(`http://127.0.0.1:${this.port}`);
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
