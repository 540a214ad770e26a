import { useCallback, useState, type DragEvent, type JSX } from "react";
import type { ApplicationStage } from "@/gql/graphql";
import type { Application } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/parts";
import { ApplicationCard } from "./ApplicationCard";
import { STAGES } from "./messages";
import { movesTo, ORDER } from "./moves";
import { useMoves } from "./useMoves";

const AT_ONCE = 50;
const KIND = "text/foothold-application";

function Column(props: {
  stage: ApplicationStage;
  rows: readonly Application[];
  foreign: ReadonlySet<string>;
  menu: string | null;
  onMenu: (id: string | null) => void;
  onDropped: (id: string, stage: ApplicationStage) => void;
}): JSX.Element {
  const { stage, rows } = props;
  const [most, setMost] = useState(AT_ONCE);
  const [over, setOver] = useState(false);
  const onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <section
      aria-label={STAGES[stage]}
      onDragOver={onDrag}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        props.onDropped(event.dataTransfer.getData(KIND), stage);
      }}
      className={`grid min-w-0 content-start gap-2 rounded-xl p-2 ${over ? "bg-action-soft" : "bg-sunken"}`}
    >
      <h2 className="px-1 text-sm font-semibold">
        {STAGES[stage]} <span className="font-normal text-muted">{rows.length}</span>
      </h2>
      {rows.length > 0 && (
        <ul className="grid grid-cols-1 gap-2">
          {rows.slice(0, most).map((application) => (
            <ApplicationCard
              key={application.id}
              application={application}
              pulse={props.foreign.has(application.id)}
              menu={props.menu === application.id}
              onMenu={props.onMenu}
            />
          ))}
        </ul>
      )}
      {rows.length > most && (
        <Button onClick={() => setMost(most + AT_ONCE)}>
          Show more of {STAGES[stage]} ({rows.length - most})
        </Button>
      )}
    </section>
  );
}

/** The stages side by side, one below the other where there is no room. A card is dragged, or moved by its menu. */
export function Board(props: { rows: readonly Application[]; foreign: ReadonlySet<string> }): JSX.Element {
  const { move } = useMoves();
  const [menu, setMenu] = useState<string | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const onMenu = useCallback((id: string | null) => setMenu(id), []);
  const onDropped = (id: string, stage: ApplicationStage): void => {
    const application = props.rows.find((one) => one.id === id);
    if (application === undefined || application.stage === stage) return;
    const [first, ...others] = movesTo(application, stage);
    setWhy(null);
    if (first === undefined) {
      setWhy(
        `“${application.posting.title}” cannot go from ${STAGES[application.stage]} to ${STAGES[stage]}.`,
      );
    } else if (others.length > 0) {
      setMenu(id);
    } else {
      move(application, first, { day: "", note: "" });
    }
  };
  return (
    <div className="grid grid-cols-1 gap-3">
      {why && (
        <Notice
          side={
            <Button look="quiet" onClick={() => setWhy(null)}>
              OK
            </Button>
          }
        >
          {why}
        </Notice>
      )}
      <div className="grid grid-cols-1 items-start gap-3 lg:grid-cols-3">
        {ORDER.map((stage) => (
          <Column
            key={stage}
            stage={stage}
            rows={props.rows.filter((one) => one.stage === stage)}
            foreign={props.foreign}
            menu={menu}
            onMenu={onMenu}
            onDropped={onDropped}
          />
        ))}
      </div>
    </div>
  );
}
