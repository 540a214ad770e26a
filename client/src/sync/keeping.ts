import { useCallback, useEffect, useState } from "react";
import { keepsRows, onKeepsRows } from "./device";
import { useSync } from "./hooks";

/** Whether this device keeps copies of rows, and how to change it. */
export function useKeepsRows(): readonly [boolean, (keep: boolean) => void] {
  const sync = useSync();
  const [keeps, setKeeps] = useState(keepsRows);
  useEffect(() => onKeepsRows(() => setKeeps(keepsRows())), []);
  const choose = useCallback(
    (keep: boolean) => {
      sync.keepRows(keep);
      setKeeps(keep);
    },
    [sync],
  );
  return [keeps, choose];
}
