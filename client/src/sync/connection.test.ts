import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Wire } from "@/testing/wire";
import { Connection } from "./connection";

let connected: number;
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  const wire = new Wire();
  wire.silent = true;
  Wire.install(wire);
  connected = 0;
  connection = new Connection(
    () => "token",
    () => connected++,
  );
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

test("a connection on which nothing is answered is ended, and followed by another", async () => {
  await vi.advanceTimersByTimeAsync(100);
  expect(connection.getSnapshot()).toEqual({ kind: "live" });
  expect(connected).toBe(1);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(connected).toBe(2);
  expect(connection.getSnapshot()).toEqual({ kind: "live" });
});
