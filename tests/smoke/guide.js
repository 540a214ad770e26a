// Uses the files of docs/subscriptions.md and docs/react.md as an application does, and says what happens.
import { readFile, writeFile } from "node:fs/promises";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { transformWithOxc } from "vite";
import { application } from "./live/app.js";
import { connection, SignedOut } from "./live/connection.js";
import { LiveList } from "./live/list.js";
import { mutate } from "./live/mutate.js";

const { ORIGIN, TOKEN, PROFILE } = process.env;
const token = async () => TOKEN;
const REFRESH = `mutation ($profileId: ID!, $mutationId: String) {
  refreshMatches(profileId: $profileId, mutationId: $mutationId) { __typename }
}`;

const until = (list, met) =>
  new Promise((done) => {
    const stop = list.subscribe((event) => met(event) && (stop(), done(event)));
  });

const { code } = await transformWithOxc(await readFile("live/actions.jsx", "utf8"), "actions.jsx");
await writeFile("live/actions.js", code);
const { CareerActions } = await import("./live/actions.js");

const { client, actions, save } = application(ORIGIN, token, PROFILE);
const initial = until(actions, ({ reason }) => reason === "INITIAL");
actions.start();
await initial;
console.log("INITIAL");

const suggested = until(actions, () => actions.rows.size > 2);
await mutate(`${ORIGIN}/graphql`, token, REFRESH, { profileId: PROFILE });
await suggested;

const [first, second] = actions.getSnapshot();
const told = until(actions, ({ mutationIds }) => mutationIds?.length);
const saving = save(first);
console.log("DRAWN", actions.getSnapshot()[0].status, actions.rows.get(first.id).status);
console.log("ANSWER", (await saving).__typename, actions.rows.get(first.id).status);
await told;
console.log("SAME ROW", actions.getSnapshot()[1] === second);
const markup = renderToStaticMarkup(createElement(CareerActions, { list: actions, onSave: save }));
console.log("RENDERED", markup.includes("<button>SAVED</button>"));

const typo = new LiveList(client, actions.query.replace("title", "titel"), "careerActions", { profileId: PROFILE });
const refused = until(typo, () => true);
typo.start();
await refused;
console.log("REFUSED", typo.failure.message);

const nobody = new LiveList(
  connection(`${ORIGIN.replace("http", "ws")}/graphql`, async () => {
    throw new SignedOut("no token");
  }),
  actions.query,
  "careerActions",
  { profileId: PROFILE },
);
const out = until(nobody, () => true);
nobody.start();
await out;
console.log("SIGNED OUT", nobody.failure instanceof SignedOut);

const resumed = until(actions, ({ reason }) => reason === "RESUME");
console.log("KILL");
await new Promise((done) => process.stdin.once("data", done));
const late = save(second);
console.log("START");
console.log("ANSWER", (await late).__typename);
await resumed;
console.log("RESUME", actions.rows.size > 2, actions.failure);
process.exit();
