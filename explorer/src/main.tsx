import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./style.css";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { readConfig } from "./config";
import { examples } from "./examples";
import { createFetcher } from "./fetcher";
import { firstTab } from "./tabs";

const config = readConfig();
const tabs = examples(config);
const first = firstTab(tabs);

const headers = config.token
  ? JSON.stringify({ Authorization: `Bearer ${config.token}` }, null, 2)
  : '{\n  // The token that `foothold token --user ID` prints goes here.\n  // "Authorization": "Bearer …"\n}';

const fetcher = createFetcher(new URL("/graphql", location.href));

createRoot(document.getElementById("explorer")!).render(
  <GraphiQL
    fetcher={fetcher}
    defaultHeaders={headers}
    defaultTabs={tabs}
    initialQuery={first.query}
    initialVariables={first.variables}
    defaultEditorToolsVisibility={config.token ? "variables" : "headers"}
    shouldPersistHeaders={false}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>Foothold</GraphiQL.Logo>
    <GraphiQL.Footer>
      <p className="hint">
        Changing the tab ends a subscription that runs in it. To see changes arrive, let it run here, and make them
        in a second window or in a terminal.
      </p>
    </GraphiQL.Footer>
  </GraphiQL>,
);
