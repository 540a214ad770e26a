import type { CareerActionStatus, CareerActionType } from "@/gql/graphql";
import type { TransitionName } from "./transitions";

export const TYPES: Readonly<Record<CareerActionType, string>> = {
  REPLICATE: "Reproduce research",
  COLLABORATE: "Find partners",
  START_ORG: "Start something",
  IDENTIFY_GAPS: "Look into gaps",
  VOLUNTEER: "Volunteer",
  BUILD_TOOLS: "Build a tool",
  TEACH_WRITE: "Teach or write",
  DEVELOP_SKILLS: "Grow a skill",
};

export const STATUSES: Readonly<Record<CareerActionStatus, string>> = {
  IN_PROGRESS: "In progress",
  SAVED: "Saved",
  SUGGESTED: "Suggested",
  DONE: "Done",
  DISMISSED: "Dismissed",
};

export const TRANSITION_WORDS: Readonly<Record<TransitionName, string>> = {
  startAction: "Start",
  completeAction: "I did it",
  saveAction: "Save",
  unsaveAction: "Unsave",
  cancelAction: "Put back",
  dismissAction: "Dismiss",
};

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
export const day = (time: string): string => DAY.format(new Date(time));

export const heldWords = (name: string, title: string): string =>
  name === "completeAction" ? `Done: “${title}”` : `Dismissed “${title}”`;

export const fromWhom = (modelVersion: string): string => `Suggested by ${modelVersion}`;
