/** What a screen reader is given of a page: Chromium's accessibility tree, in words that can be looked at. */
export async function treeOf(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const inOrder = (node) => [
    node,
    ...node.childIds.flatMap((id) => (byId.has(id) ? inOrder(byId.get(id)) : [])),
  ];
  return inOrder(nodes[0])
    .filter((node) => !node.ignored)
    .map((node) => {
      const property = (name) => node.properties?.find((one) => one.name === name)?.value.value;
      return {
        role: node.role?.value ?? "",
        name: (node.name?.value ?? "").trim(),
        level: property("level"),
        live: property("live"),
        busy: property("busy"),
        focusable: property("focusable") ?? false,
      };
    });
}

const NAMED = new Set([
  "button",
  "link",
  "textbox",
  "searchbox",
  "combobox",
  "checkbox",
  "article",
  "log",
  "navigation",
  "progressbar",
  "meter",
  "dialog",
  "image",
]);
const LANDMARKS = ["main", "banner"];

/** What is wrong with a tree on any page. */
export function wrongOf(tree) {
  const found = [];
  for (const node of tree) {
    if (NAMED.has(node.role) && node.name === "") found.push(`a ${node.role} has no name`);
    if (node.focusable && node.role === "generic")
      found.push(`“${node.name}” takes the focus and says nothing`);
  }
  for (const role of LANDMARKS) {
    if (tree.filter((node) => node.role === role).length !== 1) found.push(`not exactly one ${role}`);
  }
  const levels = tree.filter((node) => node.role === "heading").map((node) => node.level);
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) found.push(`headings ${levels}`);
  for (const [index, level] of levels.entries()) {
    if (index > 0 && level > levels[index - 1] + 1) found.push(`heading ${level} after ${levels[index - 1]}`);
  }
  if (!tree.some((node) => node.live === "polite")) found.push("nothing is announced");
  // Speech at each word of a reply cannot be borne: what changes all the time must say so itself.
  for (const node of tree.filter(({ role }) => role === "log")) {
    if (node.live !== undefined && node.live !== "off") found.push("a log is read out while it grows");
  }
  return found;
}

/** What a page must tell, as `role name`. */
export const EXPECTED = {
  home: [
    /^heading Hello, Ada$/,
    /^heading Career actions/,
    /^heading Best matches/,
    /^heading To decide/,
    /^button Refresh/,
    /^button Add to profile: ./,
    /^button (Save|Unsave): ./,
    /^button Dismiss: ./,
    /^article ./,
    /^link Look back on it|^link Your reflection/,
    /^meter Fit \d+ of 100/,
    /^status Live|^status$/,
  ],
  action: [
    /^heading Look back on it$/,
    /^heading What you learned/,
    /^heading Why this, for you$/,
    /^log Conversation$/,
    /^textbox What did you do, and what came of it\?$/,
    /^button Send$/,
    /^button Take it back: ./,
  ],
  applications: [
    /^heading Applications$/,
    /^region Interested$/,
    /^region Closed$/,
    /^heading Closed/,
    /^article ./,
    /^button Move to…: ./,
    /^button Add a posting$/,
    /^button Save as CSV$/,
  ],
  coach: [
    /^heading Coach$/,
    /^log Conversation$/,
    /^textbox Write to the coach$/,
    /^button See what I learned$/,
    /^heading What you learned/,
  ],
};
