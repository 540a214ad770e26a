import { type OperationDefinitionNode, type TypeNode, Kind, parse, print } from "graphql";
import type { Config } from "./config";

export interface Example {
  query: string;
  variables: string;
}

const documents = import.meta.glob<string>("../../graphql/operations/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The tabs that are open at first, in this order, as far as the documents exist. */
const OPEN = [
  "Viewer",
  "CareerActionsLive",
  "RefreshMatches",
  "RefreshProgress",
  "MatchesLive",
  "SaveAction",
  "SendMessage",
  "Chat",
  "LearningsLive",
  "Opportunities",
];

/** Examples ready to run: variables are filled in as far as they are known. */
export function examples(config: Config): Example[] {
  const byName = new Map(
    Object.entries(documents).map(([path, query]) => [path.replace(/^.*\/|\.graphql$/g, ""), query]),
  );
  return OPEN.flatMap((name) => {
    const query = byName.get(name)?.trim();
    return query ? [{ query, variables: variablesOf(query, config) }] : [];
  });
}

function variablesOf(query: string, config: Config): string {
  const operation = parse(query).definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const known = (operation?.variableDefinitions ?? []).filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue,
  );
  if (known.length === 0) {
    return "";
  }
  const values = known.map(({ variable, type }) => [
    variable.name.value,
    variable.name.value === "profileId" ? (config.profileId ?? "") : placeholder(type),
  ]);
  return JSON.stringify(Object.fromEntries(values), null, 2);
}

function placeholder(type: TypeNode): unknown {
  const shape = print(type);
  return shape.startsWith("[") ? [] : /^(ID|String)!$/.test(shape) ? "" : {};
}
