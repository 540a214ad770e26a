import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

// What was started ends with the script, however that ends.
process.once("SIGTERM", () => process.exit(143));

/** A demo on a free port with its data in a folder, to be killed and started again. */
export class Demo {
  constructor(foothold, folder) {
    this.foothold = foothold;
    this.folder = folder;
    process.on("exit", () => {
      if (this.process?.exitCode === null && this.process.signalCode === null)
        process.kill(-this.process.pid, "SIGKILL");
    });
  }

  async start() {
    this.port ??= await freePort();
    this.address = `http://127.0.0.1:${this.port}`;
    const env = { ...process.env, FOOTHOLD_PORT: String(this.port), FOOTHOLD_DATA: this.folder };
    this.process = spawn(this.foothold, ["demo"], { env, stdio: "ignore", detached: true });
    for (;;) {
      const answered = await fetch(`${this.address}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (answered) return;
      if (this.process.exitCode !== null) throw new Error("the demo ended");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async kill() {
    if (this.#isOver()) return;
    process.kill(-this.process.pid, "SIGKILL");
    await this.ended();
  }

  /** Asks it to end: it drains. */
  async end() {
    this.process.kill("SIGTERM");
    await this.ended();
  }

  async ended() {
    if (!this.#isOver()) await once(this.process, "exit");
  }

  #isOver() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
