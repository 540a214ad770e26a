import { useState, type JSX } from "react";
import type { Application } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { day, OUTCOMES, STAGES } from "./messages";
import { MoveMenu } from "./MoveMenu";

const AT_ONCE = 100;

function Row({ application }: { application: Application }): JSX.Element {
  const [menu, setMenu] = useState(false);
  const { posting, stage, outcome, round } = application;
  const last = application.history.at(-1);
  const words = [
    STAGES[stage],
    stage === "INTERVIEWING" && round ? `round ${round}` : "",
    outcome && OUTCOMES[outcome],
  ];
  return (
    <tr id={application.id} data-item tabIndex={0} className="border-t border-line align-top">
      <th scope="row" className="py-2 pr-3 text-left font-medium [overflow-wrap:anywhere]">
        {posting.title}
      </th>
      <td className="py-2 pr-3 [overflow-wrap:anywhere]">{posting.organization}</td>
      <td className="py-2 pr-3">{words.filter(Boolean).join(" · ")}</td>
      <td className="py-2 pr-3 max-sm:hidden">{application.appliedAt && day(application.appliedAt)}</td>
      <td className="py-2 pr-3 max-sm:hidden">{last && day(last.at)}</td>
      <td className="py-2">
        <MoveMenu application={application} open={menu} onOpen={setMenu} />
      </td>
    </tr>
  );
}

/** The same rows as the board has, one below the other. */
export function Table({ rows }: { rows: readonly Application[] }): JSX.Element {
  const [most, setMost] = useState(AT_ONCE);
  const head = "pb-2 pr-3 text-left font-medium text-muted";
  return (
    <div className="grid grid-cols-1 gap-3">
      <table className="w-full text-sm">
        <thead>
          <tr>
            {["Posting", "Organization", "Stage"].map((name) => (
              <th key={name} scope="col" className={head}>
                {name}
              </th>
            ))}
            <th scope="col" className={`${head} max-sm:hidden`}>
              Applied
            </th>
            <th scope="col" className={`${head} max-sm:hidden`}>
              Last step
            </th>
            <th scope="col" className={head}>
              Move
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((application) => (
            <Row key={application.id} application={application} />
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <div>
          <Button onClick={() => setMost(most + AT_ONCE)}>Show more ({rows.length - most})</Button>
        </div>
      )}
    </div>
  );
}
