import type { ApplicationOutcome, ApplicationStage } from "@/gql/graphql";

export const STAGES: Readonly<Record<ApplicationStage, string>> = {
  INTERESTED: "Interested",
  APPLIED: "Applied",
  RESPONDED: "Answered",
  INTERVIEWING: "Interviews",
  OFFERED: "Offer",
  CLOSED: "Closed",
};

export const OUTCOMES: Readonly<Record<ApplicationOutcome, string>> = {
  ACCEPTED: "Offer accepted",
  DECLINED: "Offer declined",
  REJECTED: "They said no",
  WITHDRAWN: "I gave it up",
  NO_RESPONSE: "No answer came",
  POSTING_GONE: "The posting is gone",
};

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
export const day = (time: string): string => DAY.format(new Date(time));
