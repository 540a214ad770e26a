import {
  CloseApplicationDocument,
  MarkAppliedDocument,
  RecordProgressDocument,
  RemoveApplicationDocument,
  ReopenApplicationDocument,
  TakeApplicationStepBackDocument,
  TrackOpportunityDocument,
  type ApplicationResultFieldsFragment,
} from "@/gql/graphql";
import type { Document } from "@/sync/api";
import { refusal, type Operation } from "@/sync/sending";
import type { OperationName } from "./later";

const operation =
  <Name extends string, Variables>(
    document: Document<Record<Name, ApplicationResultFieldsFragment>, Variables>,
    name: Name,
    idName: string,
  ): Operation =>
  async ({ rowId, mutationId, variables }, ask) => {
    const { asked } = variables as { asked?: object };
    const result = (await ask(document, { ...asked, [idName]: rowId, mutationId } as unknown as Variables))[
      name
    ];
    return result.__typename === "ApplicationPayload"
      ? { kind: "done", row: result.application }
      : refusal(result);
  };

const remove: Operation = async ({ rowId, mutationId }, ask) => {
  const { removeApplication: result } = await ask(RemoveApplicationDocument, { id: rowId, mutationId });
  // Its row stays drawn over until the change set that takes it away.
  return result.__typename === "RemoveApplicationPayload" || result.__typename === "NotFoundError"
    ? { kind: "already" }
    : refusal(result);
};

export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  trackOpportunity: operation(TrackOpportunityDocument, "trackOpportunity", "opportunityId"),
  markApplied: operation(MarkAppliedDocument, "markApplied", "id"),
  recordProgress: operation(RecordProgressDocument, "recordProgress", "id"),
  closeApplication: operation(CloseApplicationDocument, "closeApplication", "id"),
  reopenApplication: operation(ReopenApplicationDocument, "reopenApplication", "id"),
  takeApplicationStepBack: operation(TakeApplicationStepBackDocument, "takeApplicationStepBack", "id"),
  removeApplication: remove,
};
