import type { CareerAction, Learning, Match, Message, Profile, RefreshRun } from "@/sync/lists";

/** Objects as the API sends them, with what a test says of them. */
export const profile = (changes: Partial<Profile> = {}) => ({
  __typename: "Profile" as const,
  id: "profile",
  name: "Ada Moreno",
  headline: "Engineer",
  summary: null,
  location: { city: "Lisbon", region: null, countryCode: "PT" },
  skills: [{ name: "Python", level: "Expert", keywords: ["asyncio"], source: "RESUME" as const }],
  work: [
    {
      name: "Mill",
      position: "Engineer",
      location: null,
      description: null,
      url: null,
      startDate: "2021-03",
      endDate: null,
      summary: null,
      highlights: ["Rebuilt it\nin two lines"],
    },
  ],
  education: [],
  projects: [],
  publications: [],
  certificates: [],
  volunteer: [],
  languages: [
    { language: "Portuguese", fluency: "Native" },
    { language: "English", fluency: "Fluent" },
    { language: "French", fluency: null },
  ],
  researchInterests: [],
  careerGoals: ["Do research"],
  constraints: {
    remote: "ANY" as const,
    places: [],
    workPermits: [],
    salaryMinimum: null,
    salaryCurrency: null,
    hoursPerWeek: null,
  },
  version: 1,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  ...changes,
});

export const action = (changes: Partial<CareerAction> = {}) => ({
  __typename: "CareerAction" as const,
  id: "action",
  type: "BUILD_TOOLS" as const,
  title: "Build a small tool",
  description: "One that others can use.",
  rationale: "You know Python.",
  profileBasis: ["Python"],
  status: "SUGGESTED" as const,
  generationRun: "run",
  modelVersion: "offline-coach/1",
  createdAt: "2026-01-02T00:00:00Z",
  savedAt: null,
  dismissedAt: null,
  startedAt: null,
  completedAt: null,
  completionConversationStarted: false,
  version: 1,
  ...changes,
});

export const match = (changes: Partial<Match> = {}) => ({
  __typename: "Match" as const,
  id: "match",
  tier: "STRONG" as const,
  score: 0.83,
  band: 0.02,
  tierFirm: true,
  rankGroup: 1,
  counterfactual: null,
  explanation: "Your years of Python fit.",
  strengths: ["Python"],
  gaps: ["No Rust yet"],
  recommendations: ["Write a small tool in Rust"],
  modelVersion: "offline-coach/1",
  refreshRun: "run",
  version: 1,
  createdAt: "2026-01-02T00:00:00Z",
  opportunity: {
    id: "opportunity",
    title: "Tool builder",
    organization: "Mill",
    kind: "JOB" as const,
    location: "Lisbon",
    remote: "FULL" as const,
    url: "https://example.org/1",
    postedAt: "2026-01-01T00:00:00Z",
    deadlineAt: null,
  },
  ...changes,
});

/** The aliases are those of the document. */
export const learning = (
  changes: Partial<Omit<Learning, "kind" | "status">> & {
    learningKind?: Learning["kind"];
    learningStatus?: Learning["status"];
  } = {},
) => ({
  __typename: "Learning" as const,
  id: "learning",
  learningKind: "SKILL" as const,
  learningStatus: "PENDING" as const,
  quotation: "I learned Rust for it.",
  message: "message",
  careerAction: null,
  modelVersion: "offline-coach/1",
  createdAt: "2026-01-03T00:00:00Z",
  updatedAt: "2026-01-03T00:00:00Z",
  version: 1,
  proposal: {
    skill: { name: "Rust", level: null, keywords: ["tokio", "axum"] },
    work: null,
    project: null,
    education: null,
    volunteer: null,
    interest: null,
    goal: null,
    constraint: null,
  },
  ...changes,
});

export const message = (
  changes: Partial<Omit<Message, "status" | "modelVersion">> & { messageStatus?: Message["status"] } = {},
) => ({
  __typename: "Message" as const,
  id: "message",
  role: "USER" as const,
  text: "Hello",
  messageStatus: "COMPLETED" as const,
  attempt: 1,
  careerActionId: null,
  shouldExtract: false,
  failure: null,
  interruptedText: null,
  messageModelVersion: null,
  createdAt: "2026-01-03T00:00:00Z",
  finishedAt: "2026-01-03T00:00:00Z",
  version: 1,
  ...changes,
});

const stage = { status: "PENDING" as const, done: 0, total: 0, result: 0, failure: null };

export const run = (changes: Partial<RefreshRun> = {}) => ({
  __typename: "RefreshRun" as const,
  id: "run",
  active: true,
  matching: stage,
  generation: stage,
  warnings: [],
  inputTokens: 0,
  outputTokens: 0,
  modelVersion: "offline-coach/1",
  attempt: 1,
  version: 1,
  createdAt: "2026-01-02T00:00:00Z",
  updatedAt: "2026-01-02T00:00:00Z",
  finishedAt: null,
  ...changes,
});
