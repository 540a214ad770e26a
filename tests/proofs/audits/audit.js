// node audit.js URL: a line for each audit of graphql-http; fails unless there are as many as expected, all of them ok.
import { serverAudits } from "graphql-http";

const EXPECTED = 61;

const audits = serverAudits({ url: process.argv[2], fetchFn: fetch });
let passed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === "ok") passed += 1;
  console.log(`${result.status.padEnd(7)} ${audit.id} ${audit.name}${result.reason ? `: ${result.reason}` : ""}`);
}
console.log(`${passed} of ${audits.length}, ${EXPECTED} expected`);
process.exitCode = passed === EXPECTED && audits.length === EXPECTED ? 0 : 1;
