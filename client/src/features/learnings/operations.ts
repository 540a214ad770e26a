import {
  AcceptLearningDocument,
  RejectLearningDocument,
  RetractLearningDocument,
  type AcceptLearningMutation,
  type LearningEdit,
  type RejectLearningMutation,
  type RetractLearningMutation,
} from "@/gql/graphql";
import type { Answer } from "@/sync/outbox";
import { refusal, type Operation } from "@/sync/sending";

type Result =
  | AcceptLearningMutation["acceptLearning"]
  | RejectLearningMutation["rejectLearning"]
  | RetractLearningMutation["retractLearning"];

function answer(result: Result, wanted: unknown): Answer {
  switch (result.__typename) {
    case "LearningPayload":
      return { kind: "done", row: result.learning };
    case "InvalidLearningStatusError":
      return result.currentStatus === wanted
        ? { kind: "already" }
        : { kind: "refused", message: result.message };
    default:
      return refusal(result);
  }
}

export type LearningOperation = "acceptLearning" | "rejectLearning" | "retractLearning";

export const LEARNING_OPERATIONS: Readonly<Record<LearningOperation, Operation>> = {
  async acceptLearning({ rowId: id, mutationId, variables, patch }, ask) {
    const edit = (variables["edit"] ?? null) as LearningEdit | null;
    const { acceptLearning } = await ask(AcceptLearningDocument, { id, mutationId, edit });
    return answer(acceptLearning, patch["status"]);
  },
  async rejectLearning({ rowId: id, mutationId, patch }, ask) {
    const { rejectLearning } = await ask(RejectLearningDocument, { id, mutationId });
    return answer(rejectLearning, patch["status"]);
  },
  async retractLearning({ rowId: id, mutationId, patch }, ask) {
    const { retractLearning } = await ask(RetractLearningDocument, { id, mutationId });
    return answer(retractLearning, patch["status"]);
  },
};
