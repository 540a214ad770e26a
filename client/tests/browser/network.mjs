import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { extname, join } from "node:path";

const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/**
 * A network between the browser and the API, that can be cut (setOffline leaves an open websocket alone), loses answers
 * or gives another build.
 */
export class Network {
  /** A folder with a build to serve instead of the API's own. */
  build = null;
  /** Called with a path; a folder to serve just this one from, or nothing. */
  except = () => undefined;
  /** Answers of this many mutations are still to be lost on their way back. */
  lose = 0;
  lost = 0;
  #cut = false;
  #sockets = new Set();
  #upgraded = new Set();

  constructor(port) {
    this.target = port;
    this.server = createServer((asked, answer) => this.#pass(asked, answer));
    this.server.on("upgrade", (asked, socket, head) => this.#upgrade(asked, socket, head));
    this.server.on("connection", (socket) => {
      if (this.#cut) return socket.destroy();
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.address = `http://127.0.0.1:${this.server.address().port}`;
  }

  /** Lets nobody through, also who was. */
  cut() {
    this.#cut = true;
    this.drop();
  }

  heal() {
    this.#cut = false;
  }

  /** Says something on every websocket that the API did not say; resolves when it is on its way. */
  async say(text) {
    const payload = Buffer.from(text);
    const head = Buffer.alloc(4);
    head.writeUInt8(0x81, 0); // one whole frame of text
    head.writeUInt8(126, 1);
    head.writeUInt16BE(payload.length, 2);
    for (const socket of this.#upgraded) {
      if (!socket.write(Buffer.concat([head, payload]))) await once(socket, "drain");
    }
  }

  /** Ends every connection without a word. */
  drop() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  stop() {
    this.cut();
    this.server.close();
  }

  #pass(asked, answer) {
    const path = new URL(asked.url, "http://x").pathname;
    const folder = this.except(path) ?? this.build;
    if (folder !== null && asked.method === "GET" && !/^\/(graphql|client\.json)/.test(path))
      return this.#file(folder, path, asked, answer);
    const passed = request(
      {
        host: "127.0.0.1",
        port: this.target,
        method: asked.method,
        path: asked.url,
        headers: asked.headers,
        agent: false,
      },
      (got) => {
        if (asked.method === "POST" && this.lose > 0) {
          this.lose--;
          this.lost++;
          got.resume();
          return got.on("end", () => asked.socket.resetAndDestroy());
        }
        answer.writeHead(got.statusCode, got.headers);
        return got.pipe(answer);
      },
    );
    passed.on("error", () => asked.socket.destroy());
    return asked.pipe(passed);
  }

  /** The headers are the API's, so that its policy holds for this build as well. */
  #file(folder, path, asked, answer) {
    const name = extname(path) === "" ? "/index.html" : path;
    const file = join(folder, name);
    if (!existsSync(file)) return answer.writeHead(404).end();
    const like = name === "/index.html" ? "/" : path;
    const passed = request({ host: "127.0.0.1", port: this.target, path: like, agent: false }, (got) => {
      got.resume();
      const { "content-security-policy": policy } = got.headers;
      answer.writeHead(200, {
        "content-type": TYPES[extname(name)],
        "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        ...(policy === undefined ? {} : { "content-security-policy": policy }),
      });
      answer.end(readFileSync(file));
    });
    passed.on("error", () => asked.socket.destroy());
    return passed.end();
  }

  #upgrade(asked, socket, head) {
    const far = connect(this.target, "127.0.0.1", () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
      for (let index = 0; index < asked.rawHeaders.length; index += 2)
        // Without compression what is said here can be put between what the API says.
        if (!/^sec-websocket-extensions$/i.test(asked.rawHeaders[index]))
          lines.push(`${asked.rawHeaders[index]}: ${asked.rawHeaders[index + 1]}`);
      far.write(`${lines.join("\r\n")}\r\n\r\n`);
      far.write(head);
      socket.pipe(far);
      far.pipe(socket);
    });
    this.#sockets.add(far);
    this.#upgraded.add(socket);
    far.on("error", () => socket.destroy());
    far.on("close", () => {
      this.#sockets.delete(far);
      socket.destroy();
    });
    socket.on("close", () => {
      this.#upgraded.delete(socket);
      far.destroy();
    });
  }
}
