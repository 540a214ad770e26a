import {
  AnswerActionPlanDocument,
  CancelActionDocument,
  CompleteActionDocument,
  DismissActionDocument,
  PlanActionDocument,
  SaveActionDocument,
  StartActionDocument,
  UnsaveActionDocument,
  type ActionPlanInput,
  type CareerActionResultFieldsFragment,
} from "@/gql/graphql";
import type { Document } from "@/sync/api";
import type { Answer } from "@/sync/outbox";
import { refusal, type Operation } from "@/sync/sending";
import type { TransitionName } from "./transitions";

function answer(result: CareerActionResultFieldsFragment, wanted: unknown): Answer {
  switch (result.__typename) {
    case "CareerActionPayload":
      return { kind: "done", row: result.careerAction };
    case "InvalidTransitionError":
      return result.currentStatus === wanted
        ? { kind: "already" }
        : { kind: "refused", message: result.message };
    default:
      return refusal(result);
  }
}

const operation =
  <Name extends string>(
    document: Document<
      Record<Name, CareerActionResultFieldsFragment>,
      { id: string; mutationId?: string | null }
    >,
    name: Name,
  ): Operation =>
  async ({ rowId, mutationId, patch }, ask) => {
    const result = await ask(document, { id: rowId, mutationId });
    return answer(result[name], patch["status"]);
  };

export const CAREER_ACTION_OPERATIONS: Readonly<
  Record<TransitionName | "planAction" | "answerActionPlan", Operation>
> = {
  saveAction: operation(SaveActionDocument, "saveAction"),
  unsaveAction: operation(UnsaveActionDocument, "unsaveAction"),
  startAction: operation(StartActionDocument, "startAction"),
  cancelAction: operation(CancelActionDocument, "cancelAction"),
  completeAction: operation(CompleteActionDocument, "completeAction"),
  dismissAction: operation(DismissActionDocument, "dismissAction"),
  async planAction({ rowId: id, mutationId, variables }, ask) {
    const input = variables["input"] as ActionPlanInput;
    return answer((await ask(PlanActionDocument, { id, input, mutationId })).planAction, undefined);
  },
  async answerActionPlan({ rowId: id, mutationId, variables }, ask) {
    const cameOfIt = variables["cameOfIt"] as string | null;
    const result = await ask(AnswerActionPlanDocument, { id, cameOfIt, mutationId });
    return answer(result.answerActionPlan, undefined);
  },
};
