/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Plan for an action. Both fields are optional; without any the plan is cleared. */
export type ActionPlanInput = {
  /** Day on which they mean to begin, from today on, within two years. */
  beginOn?: string | null | undefined;
  /** Reason why it matters to the person, at most 500 characters. */
  why?: string | null | undefined;
};

/** Outcome of a closed application. */
export type ApplicationOutcome =
  /** The person took the offer. */
  | 'ACCEPTED'
  /** The person turned the offer down. */
  | 'DECLINED'
  /** Nothing was heard any more. */
  | 'NO_RESPONSE'
  /** The posting was taken down. */
  | 'POSTING_GONE'
  /** The organization said no. */
  | 'REJECTED'
  /** The person gave it up before an offer. */
  | 'WITHDRAWN';

/** Stage of an application, in the order in which they come. Later versions may have more of them. */
export type ApplicationStage =
  /** Sent. */
  | 'APPLIED'
  /** Over. `outcome` says how, `reachedStage` how far it came. */
  | 'CLOSED'
  /** Tracked; nothing was sent yet. */
  | 'INTERESTED'
  /** In interviews; `round` counts them. */
  | 'INTERVIEWING'
  /** Offered to the person. */
  | 'OFFERED'
  /** Answered by the organization. */
  | 'RESPONDED';

/** Source of a step. Later versions may have more of them. */
export type ApplicationStepBy =
  /** The person recorded it. */
  | 'PERSON';

/** Status of a career action. Each mutation names the statuses it starts from and leads to. */
export type CareerActionStatus =
  /** Turned down. It is not suggested again. */
  | 'DISMISSED'
  /** Completed. Its completion conversation is open. */
  | 'DONE'
  /** Started. */
  | 'IN_PROGRESS'
  /** Kept for later. */
  | 'SAVED'
  /** Proposed by the latest refresh. The next refresh replaces it. */
  | 'SUGGESTED';

/** Kind of career action. */
export type CareerActionType =
  /** Make software, a data set or another resource for others. */
  | 'BUILD_TOOLS'
  /** Find partners and do something together. */
  | 'COLLABORATE'
  /** Grow one specific skill. */
  | 'DEVELOP_SKILLS'
  /** Look into problems that too few people work on. */
  | 'IDENTIFY_GAPS'
  /** Reproduce or extend existing research or results. */
  | 'REPLICATE'
  /** Launch an initiative, a group or an organization. */
  | 'START_ORG'
  /** Teach, write or mentor. */
  | 'TEACH_WRITE'
  /** Give time to an organization. */
  | 'VOLUNTEER';

/** Kind of cause that moved a match between two refreshes. */
export type CauseKind =
  /** Time: a job that goes on counts up to the profile's last change. */
  | 'DATE_PASSED'
  /** The same model judged anew, and what changed does not explain this part. */
  | 'JUDGED_AGAIN'
  /** Another model has judged, or a model instead of the rules, or the other way round. */
  | 'MODEL_CHANGED'
  /** A field of the posting. */
  | 'POSTING_CHANGED'
  /** A part of the profile. */
  | 'PROFILE_CHANGED'
  /** Another version of the reference of occupations; rules that changed with it are included. */
  | 'REFERENCE_CHANGED'
  /** The rules judge the same profile and posting in another way. */
  | 'RULES_CHANGED';

/** Certificate, licence or registration. Give at least one field. */
export type CertificateInput = {
  /** When it was granted, as it is written. */
  date?: string | null | undefined;
  /** Body that granted it. */
  issuer?: string | null | undefined;
  /** Name, such as `Licence C+E`. */
  name?: string | null | undefined;
  /** Address on the web, http or https. */
  url?: string | null | undefined;
};

/** Change of the constraints. Omitted fields stay as they are; null clears; a list is replaced as a whole. */
export type ConstraintsInput = {
  /** Hours per week that the person has for the next step, 1 to 168. Null when not given. */
  hoursPerWeek?: number | null | undefined;
  /** Places where the person would work. */
  places?: Array<string> | null | undefined;
  /** Preference for remote work. */
  remote?: RemotePreference | null | undefined;
  /** ISO 4217 code, such as `EUR`. */
  salaryCurrency?: string | null | undefined;
  /** Lowest acceptable gross pay per year in `salaryCurrency`, at least 0. Null for none. */
  salaryMinimum?: number | null | undefined;
  /** Countries the person may work in, as ISO 3166-1 alpha-2 codes such as `DE`. */
  workPermits?: Array<string> | null | undefined;
};

/** Course of study or training. Give at least one field. */
export type EducationInput = {
  /** Subject. */
  area?: string | null | undefined;
  /** Notable courses. */
  courses?: Array<string>;
  /** Last day; null when it is unknown or still going on. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  endDate?: string | null | undefined;
  /** School or university. */
  institution?: string | null | undefined;
  /** Final grade, as written by the institution. */
  score?: string | null | undefined;
  /** First day. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  startDate?: string | null | undefined;
  /** Degree, such as `Bachelor`. */
  studyType?: string | null | undefined;
  /** Address on the web, http or https. */
  url?: string | null | undefined;
};

/** Tells a client how to apply a change set to the list it holds. */
export type EmissionReason =
  /** Changes since the last change set. Apply `upserts` and `removed`. */
  | 'CHANGE'
  /** First change set without `after`: the whole list. Replace what is held. */
  | 'INITIAL'
  /** First change set after a valid `after`: changes since that cursor. Apply them. */
  | 'RESUME'
  /** The cursor was not usable, see `resyncReason`: the whole list. Replace what is held. */
  | 'RESYNC';

/** Language that the person speaks. Give at least one field. */
export type LanguageInput = {
  /** Fluency in the person's words, such as `Native speaker`. */
  fluency?: string | null | undefined;
  /** Name of the language, in any language. */
  language?: string | null | undefined;
};

/** The person's version of a proposal. Give exactly one field: the one of the learning's kind. */
export type LearningEdit = {
  /** For a `CONSTRAINT`. Only given fields change the profile; places and work permits are added to those in it. */
  constraint?: ConstraintsInput | null | undefined;
  /** For an `EDUCATION`. */
  education?: EducationInput | null | undefined;
  /** For a `GOAL`. */
  goal?: string | null | undefined;
  /** For an `INTEREST`. */
  interest?: ResearchInterestInput | null | undefined;
  /** For a `PROJECT`. */
  project?: ProjectInput | null | undefined;
  /** For a `SKILL`. */
  skill?: SkillInput | null | undefined;
  /** For a `VOLUNTEER`. */
  volunteer?: VolunteeringInput | null | undefined;
  /** For a `WORK`. */
  work?: WorkInput | null | undefined;
};

/** Part of the profile that a learning proposes to change; names the field of its proposal that is not null. */
export type LearningKind =
  /** Constraints on the next step. */
  | 'CONSTRAINT'
  /** A course of study. */
  | 'EDUCATION'
  /** A career goal. */
  | 'GOAL'
  /** A research interest. */
  | 'INTEREST'
  /** A project. */
  | 'PROJECT'
  /** A skill. */
  | 'SKILL'
  /** Volunteering. */
  | 'VOLUNTEER'
  /** A position held. */
  | 'WORK';

/** Status of a learning. The profile shows accepted ones only. */
export type LearningStatus =
  /** Accepted: the profile is changed. */
  | 'ACCEPTED'
  /** Waits for the person's decision. */
  | 'PENDING'
  /** Rejected: the profile was not changed. */
  | 'REJECTED'
  /** Was accepted; its change to the profile is undone. */
  | 'RETRACTED';

/** Live list of a profile. Later versions may have more of them. */
export type ListKind =
  /** Applications, as `applications` has them. */
  | 'APPLICATIONS'
  /** Today's token budget, as `budget` has it. */
  | 'BUDGET'
  /** Career actions, as `careerActions` has them. */
  | 'CAREER_ACTIONS'
  /** Messages of all completion conversations: the newest 100 at first. */
  | 'COMPLETION_MESSAGES'
  /** Learnings, as `learnings` has them. */
  | 'LEARNINGS'
  /** Matches, as `matches` has them. */
  | 'MATCHES'
  /** Messages of the general conversation, as `messages` has them. */
  | 'MESSAGES'
  /** The profile, as `profile` has it. */
  | 'PROFILE'
  /** Refresh runs: the newest 20 at first, then every new state of any. */
  | 'REFRESH_RUNS';

/** Change of the location. Omitted fields stay as they are; null clears. */
export type LocationInput = {
  /** City. */
  city?: string | null | undefined;
  /** ISO 3166-1 alpha-2 code, such as `DE`. */
  countryCode?: string | null | undefined;
  /** Region or state. */
  region?: string | null | undefined;
};

/** Fit of an opportunity, in three tiers. */
export type MatchTier =
  /** A change of direction, or out of reach for now. */
  | 'EXPLORATORY'
  /** Most fits; something that can be learned is missing. */
  | 'PROMISING'
  /** The person could apply today with good hope. */
  | 'STRONG';

/** Author of a message. */
export type MessageRole =
  /** The coach. */
  | 'ASSISTANT'
  /** The person. */
  | 'USER';

/** Status of a message. A person's message is always `COMPLETED`; the other values are for replies. */
export type MessageStatus =
  /** Complete. */
  | 'COMPLETED'
  /** Failed, see `failure`; `text` is partial or empty. */
  | 'FAILED'
  /** The process writing it died. Either the next attempt begins within seconds, or, after too many attempts, `finishedAt` is set and `text` stays partial. */
  | 'INTERRUPTED'
  /** Not begun yet. */
  | 'PENDING'
  /** Stopped by the person; `text` is partial. */
  | 'STOPPED'
  /** Being written; follow it with `chat`. */
  | 'STREAMING';

/** Filter of opportunities. All given conditions must hold; an omitted one excludes nothing. */
export type OpportunityFilter = {
  /** Keeps opportunities of any of these kinds. */
  kinds?: Array<OpportunityKind> | null | undefined;
  /** Keeps opportunities with any of these shares of remote work. */
  remote?: Array<Remote> | null | undefined;
  /** Keeps opportunities with all of these words in title, organization, skills, location or description. At most 200 characters. */
  search?: string | null | undefined;
  /** Keeps opportunities that list all of these skills, in any usual spelling: `k8s` finds Kubernetes. At most 20, of 100 characters each. */
  skills?: Array<string> | null | undefined;
  /** Keeps opportunities of this status. */
  status?: OpportunityStatus;
};

/** Kind of an opportunity. */
export type OpportunityKind =
  /** Funded programme for a limited time. */
  | 'FELLOWSHIP'
  /** Money for a project of the person's own. */
  | 'GRANT'
  /** Paid position. */
  | 'JOB'
  /** Course or other training. */
  | 'TRAINING'
  /** Unpaid work for an organization. */
  | 'VOLUNTEER';

/** Status of an opportunity. Only open ones are matched. */
export type OpportunityStatus =
  /** No longer accepts applications. */
  | 'CLOSED'
  /** Accepts applications. */
  | 'OPEN';

/** Project that the person made or took part in. Give at least one field. */
export type ProjectInput = {
  /** Short description. */
  description?: string | null | undefined;
  /** Last day; null when it is unknown or still going on. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  endDate?: string | null | undefined;
  /** Organization that it belongs to. */
  entity?: string | null | undefined;
  /** Achievements, one text each. */
  highlights?: Array<string>;
  /** Tools, methods or topics. */
  keywords?: Array<string>;
  /** Name of the project. */
  name?: string | null | undefined;
  /** Roles of the person, such as `Team lead`. */
  roles?: Array<string>;
  /** First day. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  startDate?: string | null | undefined;
  /** Kind of project, such as `talk` or `application`. */
  type?: string | null | undefined;
  /** Address on the web, http or https. */
  url?: string | null | undefined;
};

/** Publication of the person. Give at least one field. */
export type PublicationInput = {
  /** Title. */
  name?: string | null | undefined;
  /** Publisher or journal. */
  publisher?: string | null | undefined;
  /** Date of publication. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  releaseDate?: string | null | undefined;
  /** Short summary. */
  summary?: string | null | undefined;
  /** Address on the web, http or https. */
  url?: string | null | undefined;
};

/** Status of one stage of a refresh. */
export type RefreshStageStatus =
  /** Failed, see `failure`. Earlier results are kept. Refresh again to retry. */
  | 'FAILED'
  /** The processes working on it ended. Refresh again to retry. */
  | 'INTERRUPTED'
  /** Not started yet. */
  | 'PENDING'
  /** In progress; `done` and `total` tell how far. */
  | 'RUNNING'
  /** Finished; its results are published. */
  | 'SUCCEEDED';

/** Share of the work that can be done remotely. */
export type Remote =
  /** All of it. */
  | 'FULL'
  /** Some of it. */
  | 'HYBRID'
  /** None of it: on site only. */
  | 'NONE';

/** Preference for remote work. */
export type RemotePreference =
  /** No preference. */
  | 'ANY'
  /** Rather on site than remote. */
  | 'ON_SITE_PREFERRED'
  /** Remote work only. */
  | 'REMOTE_ONLY'
  /** Rather remote than on site. */
  | 'REMOTE_PREFERRED';

/** Research interest of the person. */
export type ResearchInterestInput = {
  /** Particular topics. */
  keywords?: Array<string>;
  /** Field or question of interest. */
  name: string;
};

/** Reason why a subscription could not resume from the cursor in `after`. */
export type ResyncReason =
  /** The changelog no longer reaches back to the cursor. */
  | 'CURSOR_TOO_OLD'
  /** The cursor is ahead of the changelog, as after a restore of an older backup. */
  | 'FUTURE_CURSOR'
  /** The cursor is from before the database was restored or the account made anew. */
  | 'OTHER_EPOCH'
  /** The cursor is of a subscription to other lists. */
  | 'OTHER_LISTS';

/** Skill of the person. */
export type SkillInput = {
  /** Particular tools, methods or topics. */
  keywords?: Array<string>;
  /** Level in the words of the résumé or the person. */
  level?: string | null | undefined;
  /** Name of the skill, unique within the profile. */
  name: string;
};

/** First source of a skill. */
export type SkillSource =
  /** An accepted learning. */
  | 'CONVERSATION'
  /** The person, through `updateProfile`. */
  | 'PERSON'
  /** An imported résumé. */
  | 'RESUME';

/** Kind of a step by which a match would rise a tier. */
export type StepKind =
  /** A constraint of the person's that gives way: their choice. */
  | 'CONSTRAINT'
  /** One or two skills that the posting requires. */
  | 'SKILLS'
  /** A year more of related work. */
  | 'YEAR';

/** Part of a profile that an audit swaps. */
export type SwapKind =
  /** Titles and pronouns, for those of the other gender, in eight languages. */
  | 'GENDER'
  /** Name, for one of another origin. */
  | 'NAME'
  /** Place of residence; only fully remote postings are compared. */
  | 'RESIDENCE'
  /** Schools. */
  | 'SCHOOL';

/** Posting that is not among the opportunities, as the person enters it. */
export type TrackPostingInput = {
  /** Deadline, with a time zone. */
  deadlineAt?: string | null | undefined;
  /** Text of the posting, at most 20,000 characters. */
  description?: string | null | undefined;
  /** Kind of opportunity. */
  kind?: OpportunityKind | null | undefined;
  /** Place of work, at most 300 characters. */
  location?: string | null | undefined;
  /** Organization that offers it, at most 200 characters. */
  organization: string;
  /** Share of remote work. */
  remote?: Remote | null | undefined;
  /** Pay in the posting's own words, at most 300 characters. */
  salary?: string | null | undefined;
  /** Title, at most 300 characters. */
  title: string;
  /** Address that begins with http:// or https://, at most 2,000 characters. */
  url?: string | null | undefined;
};

/** Change of the profile. Omitted fields stay as they are; null clears; a list is replaced as a whole. Lists hold at most 200 entries. */
export type UpdateProfileInput = {
  /** Career goals in the person's own words. */
  careerGoals?: Array<string> | null | undefined;
  /** Certificates, licences and registrations. */
  certificates?: Array<CertificateInput> | null | undefined;
  /** Conditions that the next step must meet. */
  constraints?: ConstraintsInput | null | undefined;
  /** Courses of study. */
  education?: Array<EducationInput> | null | undefined;
  /** Present role in a few words. */
  headline?: string | null | undefined;
  /** Languages. */
  languages?: Array<LanguageInput> | null | undefined;
  /** Place where the person lives. */
  location?: LocationInput | null | undefined;
  /** Full name. */
  name?: string | null | undefined;
  /** Projects. */
  projects?: Array<ProjectInput> | null | undefined;
  /** Publications. */
  publications?: Array<PublicationInput> | null | undefined;
  /** Research interests. */
  researchInterests?: Array<ResearchInterestInput> | null | undefined;
  /** Skills, each name once. */
  skills?: Array<SkillInput> | null | undefined;
  /** Short biography. */
  summary?: string | null | undefined;
  /** Volunteering. */
  volunteer?: Array<VolunteeringInput> | null | undefined;
  /** Positions held. */
  work?: Array<WorkInput> | null | undefined;
};

/** Volunteering for an organization. Give at least one field. */
export type VolunteeringInput = {
  /** Last day; null when it is unknown or still going on. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  endDate?: string | null | undefined;
  /** Achievements, one text each. */
  highlights?: Array<string>;
  /** Name of the organization. */
  organization?: string | null | undefined;
  /** Role of the person. */
  position?: string | null | undefined;
  /** First day. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  startDate?: string | null | undefined;
  /** Overview of the tasks. */
  summary?: string | null | undefined;
  /** Address on the web, http or https. */
  url?: string | null | undefined;
};

/** Position held. Give at least one field. */
export type WorkInput = {
  /** Business of the employer. */
  description?: string | null | undefined;
  /** Last day; null when it is unknown or still going on. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  endDate?: string | null | undefined;
  /** Achievements, one text each. */
  highlights?: Array<string>;
  /** Place of work. */
  location?: string | null | undefined;
  /** Name of the employer. */
  name?: string | null | undefined;
  /** Title of the position. */
  position?: string | null | undefined;
  /** First day. ISO 8601 date of a day, month or year: `2024-05-31`, `2024-05` or `2024`. */
  startDate?: string | null | undefined;
  /** Overview of the tasks. */
  summary?: string | null | undefined;
  /** Address on the web, http or https. */
  url?: string | null | undefined;
};

export type AcceptLearningMutationVariables = Exact<{
  id: string | number;
  edit?: LearningEdit | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type AcceptLearningMutation = { acceptLearning:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidLearningStatusError', currentStatus: LearningStatus, message: string }
    | { __typename: 'LearningPayload', mutationId: string | null, learning: { id: string, kind: LearningKind, status: LearningStatus, version: number }, profile: { id: string, version: number, careerGoals: Array<string>, skills: Array<{ name: string, level: string | null, source: SkillSource }> } | null }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type AnswerActionPlanMutationVariables = Exact<{
  id: string | number;
  cameOfIt?: string | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type AnswerActionPlanMutation = { answerActionPlan:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

type CareerActionResultFields_CareerActionPayload_Fragment = { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } };

type CareerActionResultFields_ConflictError_Fragment = { __typename: 'ConflictError', message: string };

type CareerActionResultFields_InvalidInputError_Fragment = { __typename: 'InvalidInputError', field: string, message: string };

type CareerActionResultFields_InvalidTransitionError_Fragment = { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string };

type CareerActionResultFields_MutationIdReusedError_Fragment = { __typename: 'MutationIdReusedError', message: string };

type CareerActionResultFields_NotFoundError_Fragment = { __typename: 'NotFoundError', message: string };

type CareerActionResultFields_RateLimitedError_Fragment = { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string };

export type CareerActionResultFieldsFragment =
  | CareerActionResultFields_CareerActionPayload_Fragment
  | CareerActionResultFields_ConflictError_Fragment
  | CareerActionResultFields_InvalidInputError_Fragment
  | CareerActionResultFields_InvalidTransitionError_Fragment
  | CareerActionResultFields_MutationIdReusedError_Fragment
  | CareerActionResultFields_NotFoundError_Fragment
  | CareerActionResultFields_RateLimitedError_Fragment
;

export type ApplicationPostingQueryVariables = Exact<{
  id: string | number;
}>;


export type ApplicationPostingQuery = { node:
    | { id: string, postingText: string | null }
    | Record<PropertyKey, never>
   | null };

export type ApplicationsQueryVariables = Exact<{
  profileId: string | number;
  stages?: Array<ApplicationStage> | ApplicationStage | null | undefined;
  outcomes?: Array<ApplicationOutcome> | ApplicationOutcome | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ApplicationsQuery = { applications: { edges: Array<{ node: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, from: ApplicationStage | null, to: ApplicationStage, round: number | null, outcome: ApplicationOutcome | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ListedApplicationFragment = { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, from: ApplicationStage | null, to: ApplicationStage, round: number | null, outcome: ApplicationOutcome | null }> };

export type ApplicationsLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type ApplicationsLiveSubscription = { applications:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> }> }
    | { code: string, message: string, retryAfter: number | null }
   };

export type ApplicationFieldsFragment = { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> };

export type BudgetLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type BudgetLiveSubscription = { budget:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, dailyTokens: number, tokensLeft: number, resetsAt: string, version: number }> }
    | { code: string, message: string, retryAfter: number | null }
   };

export type CancelActionMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type CancelActionMutation = { cancelAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type CareerActionsQueryVariables = Exact<{
  profileId: string | number;
  statuses?: Array<CareerActionStatus> | CareerActionStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CareerActionsQuery = { careerActions: { edges: Array<{ cursor: string, node: { id: string, type: CareerActionType, title: string, description: string, rationale: string, profileBasis: Array<string>, status: CareerActionStatus, createdAt: string, version: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CareerActionsLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type CareerActionsLiveSubscription = { careerActions:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, type: CareerActionType, title: string, description: string, rationale: string, profileBasis: Array<string>, status: CareerActionStatus, version: number }> }
    | { code: string, message: string }
   };

export type ChangesSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
  lists?: Array<ListKind> | ListKind | null | undefined;
}>;


export type ChangesSubscription = { changes:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, upserts: Array<
        | { __typename: 'Application', id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> }
        | { __typename: 'CareerAction', id: string, type: CareerActionType, title: string, description: string, rationale: string, profileBasis: Array<string>, status: CareerActionStatus, generationRun: string, modelVersion: string, createdAt: string, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, completionConversationStarted: boolean, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null }
        | { __typename: 'Learning', id: string, quotation: string, message: string, careerAction: string | null, modelVersion: string, createdAt: string, updatedAt: string, version: number, learningKind: LearningKind, learningStatus: LearningStatus, proposal: { goal: string | null, skill: { name: string, level: string | null, keywords: Array<string> } | null, work: { name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> } | null, project: { name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> } | null, education: { institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> } | null, volunteer: { organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> } | null, interest: { name: string, keywords: Array<string> } | null, constraint: { remote: RemotePreference | null, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } | null } }
        | { __typename: 'Match', id: string, tier: MatchTier, score: number, band: number, tierFirm: boolean, rankGroup: number, scoreBefore: number | null, tierBefore: MatchTier | null, explanation: string, strengths: Array<string>, gaps: Array<string>, recommendations: Array<string>, modelVersion: string, refreshRun: string, version: number, createdAt: string, counterfactual: { tier: MatchTier, names: Array<string>, stepKind: StepKind } | null, causes: Array<{ part: string | null, change: number, estimated: boolean, causeKind: CauseKind }>, opportunity: { id: string, title: string, organization: string, kind: OpportunityKind, location: string | null, remote: Remote | null, url: string | null, postedAt: string, deadlineAt: string | null } | null }
        | { __typename: 'Message', id: string, role: MessageRole, text: string, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, createdAt: string, finishedAt: string | null, version: number, messageStatus: MessageStatus, messageModelVersion: string | null, failure: { code: string, message: string } | null }
        | { __typename: 'Profile', id: string, name: string | null, headline: string | null, summary: string | null, careerGoals: Array<string>, version: number, createdAt: string, updatedAt: string, location: { city: string | null, region: string | null, countryCode: string | null }, skills: Array<{ name: string, level: string | null, keywords: Array<string>, source: SkillSource }>, work: Array<{ name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, education: Array<{ institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> }>, projects: Array<{ name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> }>, publications: Array<{ name: string | null, publisher: string | null, releaseDate: string | null, url: string | null, summary: string | null }>, certificates: Array<{ name: string | null, issuer: string | null, date: string | null, url: string | null }>, volunteer: Array<{ organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, languages: Array<{ language: string | null, fluency: string | null }>, researchInterests: Array<{ name: string, keywords: Array<string> }>, constraints: { remote: RemotePreference, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } }
        | { __typename: 'RefreshRun', id: string, active: boolean, warnings: Array<string>, inputTokens: number, outputTokens: number, modelVersion: string, attempt: number, version: number, createdAt: string, updatedAt: string, finishedAt: string | null, matching: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null }, generation: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null } }
        | { __typename: 'TokenBudget', id: string, dailyTokens: number, tokensLeft: number, resetsAt: string, version: number }
      >, removed: Array<{ list: ListKind, id: string }> }
    | { code: string, message: string, retryAfter: number | null }
   };

export type LiveCareerActionFragment = { id: string, type: CareerActionType, title: string, description: string, rationale: string, profileBasis: Array<string>, status: CareerActionStatus, generationRun: string, modelVersion: string, createdAt: string, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, completionConversationStarted: boolean, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null };

export type LiveMatchFragment = { id: string, tier: MatchTier, score: number, band: number, tierFirm: boolean, rankGroup: number, scoreBefore: number | null, tierBefore: MatchTier | null, explanation: string, strengths: Array<string>, gaps: Array<string>, recommendations: Array<string>, modelVersion: string, refreshRun: string, version: number, createdAt: string, counterfactual: { tier: MatchTier, names: Array<string>, stepKind: StepKind } | null, causes: Array<{ part: string | null, change: number, estimated: boolean, causeKind: CauseKind }>, opportunity: { id: string, title: string, organization: string, kind: OpportunityKind, location: string | null, remote: Remote | null, url: string | null, postedAt: string, deadlineAt: string | null } | null };

export type LiveLearningFragment = { id: string, quotation: string, message: string, careerAction: string | null, modelVersion: string, createdAt: string, updatedAt: string, version: number, learningKind: LearningKind, learningStatus: LearningStatus, proposal: { goal: string | null, skill: { name: string, level: string | null, keywords: Array<string> } | null, work: { name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> } | null, project: { name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> } | null, education: { institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> } | null, volunteer: { organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> } | null, interest: { name: string, keywords: Array<string> } | null, constraint: { remote: RemotePreference | null, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } | null } };

export type LiveMessageFragment = { id: string, role: MessageRole, text: string, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, createdAt: string, finishedAt: string | null, version: number, messageStatus: MessageStatus, messageModelVersion: string | null, failure: { code: string, message: string } | null };

export type LiveRefreshRunFragment = { id: string, active: boolean, warnings: Array<string>, inputTokens: number, outputTokens: number, modelVersion: string, attempt: number, version: number, createdAt: string, updatedAt: string, finishedAt: string | null, matching: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null }, generation: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null } };

export type RefreshStageFieldsFragment = { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null };

export type LiveBudgetFragment = { id: string, dailyTokens: number, tokensLeft: number, resetsAt: string, version: number };

export type LiveProfileFragment = { id: string, name: string | null, headline: string | null, summary: string | null, careerGoals: Array<string>, version: number, createdAt: string, updatedAt: string, location: { city: string | null, region: string | null, countryCode: string | null }, skills: Array<{ name: string, level: string | null, keywords: Array<string>, source: SkillSource }>, work: Array<{ name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, education: Array<{ institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> }>, projects: Array<{ name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> }>, publications: Array<{ name: string | null, publisher: string | null, releaseDate: string | null, url: string | null, summary: string | null }>, certificates: Array<{ name: string | null, issuer: string | null, date: string | null, url: string | null }>, volunteer: Array<{ organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, languages: Array<{ language: string | null, fluency: string | null }>, researchInterests: Array<{ name: string, keywords: Array<string> }>, constraints: { remote: RemotePreference, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } };

export type LiveApplicationFragment = { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> };

export type ChatSubscriptionVariables = Exact<{
  messageId: string | number;
  after?: string | null | undefined;
}>;


export type ChatSubscription = { chat:
    | { __typename: 'ChatCompleted', shouldExtract: boolean, saved: { id: string, text: string, status: MessageStatus, attempt: number } }
    | { __typename: 'ChatDelta', cursor: string, text: string }
    | { __typename: 'ChatFailed', code: string, message: string, saved: { id: string, text: string, status: MessageStatus, attempt: number } }
    | { __typename: 'ChatInterrupted', saved: { id: string, text: string, status: MessageStatus, attempt: number } }
    | { __typename: 'ChatReset', attempt: number }
    | { __typename: 'ChatStopped', saved: { id: string, text: string, status: MessageStatus, attempt: number } }
    | { __typename: 'SubscriptionFailed', code: string, message: string, retryAfter: number | null }
   };

export type ChatMessageFieldsFragment = { id: string, text: string, status: MessageStatus, attempt: number };

export type CloseApplicationMutationVariables = Exact<{
  id: string | number;
  outcome: ApplicationOutcome;
  stage?: ApplicationStage | null | undefined;
  reasons?: Array<string> | string | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type CloseApplicationMutation = { closeApplication:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

type ApplicationResultFields_ApplicationPayload_Fragment = { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } };

type ApplicationResultFields_ConflictError_Fragment = { __typename: 'ConflictError', message: string };

type ApplicationResultFields_InvalidInputError_Fragment = { __typename: 'InvalidInputError', field: string, message: string };

type ApplicationResultFields_MutationIdReusedError_Fragment = { __typename: 'MutationIdReusedError', message: string };

type ApplicationResultFields_NotAllowedNowError_Fragment = { __typename: 'NotAllowedNowError', currentStatus: string, message: string };

type ApplicationResultFields_NotFoundError_Fragment = { __typename: 'NotFoundError', message: string };

type ApplicationResultFields_RateLimitedError_Fragment = { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string };

export type ApplicationResultFieldsFragment =
  | ApplicationResultFields_ApplicationPayload_Fragment
  | ApplicationResultFields_ConflictError_Fragment
  | ApplicationResultFields_InvalidInputError_Fragment
  | ApplicationResultFields_MutationIdReusedError_Fragment
  | ApplicationResultFields_NotAllowedNowError_Fragment
  | ApplicationResultFields_NotFoundError_Fragment
  | ApplicationResultFields_RateLimitedError_Fragment
;

export type CompleteActionMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type CompleteActionMutation = { completeAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type CompletionMessagesQueryVariables = Exact<{
  actionId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type CompletionMessagesQuery = { completionMessages: { edges: Array<{ cursor: string, node: { id: string, role: MessageRole, text: string, status: MessageStatus, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, modelVersion: string | null, createdAt: string, finishedAt: string | null, version: number, failure: { code: string, message: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null } } };

export type MessageFieldsFragment = { id: string, role: MessageRole, text: string, status: MessageStatus, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, modelVersion: string | null, createdAt: string, finishedAt: string | null, version: number, failure: { code: string, message: string } | null };

export type CompletionMessagesLiveSubscriptionVariables = Exact<{
  actionId: string | number;
  after?: string | null | undefined;
}>;


export type CompletionMessagesLiveSubscription = { completionMessages:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, role: MessageRole, text: string, status: MessageStatus, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, modelVersion: string | null, createdAt: string, finishedAt: string | null, version: number, failure: { code: string, message: string } | null }> }
    | { code: string, message: string, retryAfter: number | null }
   };

export type DeleteMyAccountMutationVariables = Exact<{
  confirmation: string | number;
  mutationId?: string | null | undefined;
}>;


export type DeleteMyAccountMutation = { deleteMyAccount:
    | { __typename: 'DeleteMyAccountPayload', mutationId: string | null, deletedAt: string, newAccountFrom: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type DismissActionMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type DismissActionMutation = { dismissAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type ExportMyDataQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ExportMyDataQuery = { exportMyData: { format: string, version: number, createdAt: string, data: unknown, nextCursor: string | null } };

export type ExportResumeQueryVariables = Exact<{
  id: string | number;
}>;


export type ExportResumeQuery = { profile: { id: string, version: number, resume: unknown } | null };

export type ExtractLearningsMutationVariables = Exact<{
  actionId?: string | number | null | undefined;
  profileId?: string | number | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type ExtractLearningsMutation = { extractLearnings:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'ExtractLearningsPayload', mutationId: string | null, warnings: Array<string>, learnings: Array<{ id: string, kind: LearningKind, status: LearningStatus, quotation: string, message: string, careerAction: string | null, version: number, proposal: { goal: string | null, skill: { name: string, level: string | null, keywords: Array<string> } | null, work: { name: string | null, position: string | null, startDate: string | null, endDate: string | null, summary: string | null } | null, project: { name: string | null, description: string | null } | null, education: { institution: string | null, area: string | null, studyType: string | null } | null, volunteer: { organization: string | null, position: string | null } | null, interest: { name: string, keywords: Array<string> } | null, constraint: { remote: RemotePreference | null, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } | null } }> }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'ModelFailedError', code: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type LearningFieldsFragment = { id: string, kind: LearningKind, status: LearningStatus, quotation: string, message: string, careerAction: string | null, version: number, proposal: { goal: string | null, skill: { name: string, level: string | null, keywords: Array<string> } | null, work: { name: string | null, position: string | null, startDate: string | null, endDate: string | null, summary: string | null } | null, project: { name: string | null, description: string | null } | null, education: { institution: string | null, area: string | null, studyType: string | null } | null, volunteer: { organization: string | null, position: string | null } | null, interest: { name: string, keywords: Array<string> } | null, constraint: { remote: RemotePreference | null, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } | null } };

export type ImportResumeMutationVariables = Exact<{
  resume: unknown;
  dryRun?: boolean | null | undefined;
  confirmRemoval?: boolean | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type ImportResumeMutation = { importResume:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string, problems: Array<{ field: string, message: string }> }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'ProfilePayload', mutationId: string | null, profile: { id: string, name: string | null, headline: string | null, version: number, skills: Array<{ name: string, source: SkillSource }> }, imported: { needsConfirmation: boolean, sections: Array<{ section: string, added: Array<string>, changed: Array<string>, removed: Array<string> }>, notes: Array<{ field: string, message: string }> } | null }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
    | { __typename: 'ResumePreview', report: { needsConfirmation: boolean, sections: Array<{ section: string, added: Array<string>, changed: Array<string>, removed: Array<string> }>, notes: Array<{ field: string, message: string }> } }
   };

export type ResumeChangesFragment = { needsConfirmation: boolean, sections: Array<{ section: string, added: Array<string>, changed: Array<string>, removed: Array<string> }>, notes: Array<{ field: string, message: string }> };

export type LearningsQueryVariables = Exact<{
  profileId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LearningsQuery = { learnings: { edges: Array<{ cursor: string, node: { id: string, kind: LearningKind, status: LearningStatus, quotation: string, message: string, careerAction: string | null, version: number, proposal: { goal: string | null, skill: { name: string, level: string | null, keywords: Array<string> } | null, work: { name: string | null, position: string | null, startDate: string | null, endDate: string | null, summary: string | null } | null, project: { name: string | null, description: string | null } | null, education: { institution: string | null, area: string | null, studyType: string | null } | null, volunteer: { organization: string | null, position: string | null } | null, interest: { name: string, keywords: Array<string> } | null, constraint: { remote: RemotePreference | null, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type LearningsLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type LearningsLiveSubscription = { learnings:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, kind: LearningKind, status: LearningStatus, quotation: string, message: string, careerAction: string | null, version: number, proposal: { goal: string | null, skill: { name: string, level: string | null, keywords: Array<string> } | null, work: { name: string | null, position: string | null, startDate: string | null, endDate: string | null, summary: string | null } | null, project: { name: string | null, description: string | null } | null, education: { institution: string | null, area: string | null, studyType: string | null } | null, volunteer: { organization: string | null, position: string | null } | null, interest: { name: string, keywords: Array<string> } | null, constraint: { remote: RemotePreference | null, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } | null } }> }
    | { code: string, message: string }
   };

export type MarkAppliedMutationVariables = Exact<{
  id: string | number;
  at?: string | null | undefined;
  channel?: string | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type MarkAppliedMutation = { markApplied:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type MarkCompletionStartedMutationVariables = Exact<{
  actionId: string | number;
  mutationId?: string | null | undefined;
}>;


export type MarkCompletionStartedMutation = { markCompletionStarted:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, completionConversationStarted: boolean, version: number } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', message: string }
   };

export type MatchAuditQueryVariables = Exact<{
  profileId: string | number;
}>;


export type MatchAuditQuery = { matchAudit: { swaps: Array<{ kind: SwapKind, swapped: string, overlap: number, tierChanges: number, word: string, compared: number }> } };

export type MatchesQueryVariables = Exact<{
  profileId: string | number;
  tier?: MatchTier | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MatchesQuery = { matches: { edges: Array<{ cursor: string, node: { id: string, version: number, tier: MatchTier, score: number, band: number, tierFirm: boolean, rankGroup: number, scoreBefore: number | null, tierBefore: MatchTier | null, explanation: string, strengths: Array<string>, gaps: Array<string>, recommendations: Array<string>, counterfactual: { tier: MatchTier, names: Array<string>, stepKind: StepKind } | null, causes: Array<{ part: string | null, change: number, estimated: boolean, causeKind: CauseKind }>, opportunity: { id: string, title: string, organization: string, kind: OpportunityKind, url: string | null } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MatchesLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type MatchesLiveSubscription = { matches:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, tier: MatchTier, score: number, explanation: string, version: number, opportunity: { title: string, organization: string } | null }> }
    | { code: string, message: string }
   };

export type MessagesQueryVariables = Exact<{
  profileId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type MessagesQuery = { messages: { edges: Array<{ cursor: string, node: { id: string, role: MessageRole, text: string, status: MessageStatus, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, modelVersion: string | null, createdAt: string, finishedAt: string | null, version: number, failure: { code: string, message: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null } } };

export type MessagesLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type MessagesLiveSubscription = { messages:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, role: MessageRole, text: string, status: MessageStatus, attempt: number, careerActionId: string | null, shouldExtract: boolean, interruptedText: string | null, modelVersion: string | null, createdAt: string, finishedAt: string | null, version: number, failure: { code: string, message: string } | null }> }
    | { code: string, message: string, retryAfter: number | null }
   };

export type NodeQueryVariables = Exact<{
  id: string | number;
}>;


export type NodeQuery = { node:
    | { __typename: 'Application', id: string }
    | { __typename: 'CareerAction', id: string }
    | { __typename: 'Learning', id: string }
    | { __typename: 'Match', id: string }
    | { __typename: 'Message', id: string }
    | { __typename: 'Opportunity', id: string }
    | { __typename: 'Profile', id: string }
    | { __typename: 'RefreshRun', id: string }
    | { __typename: 'TokenBudget', id: string }
   | null };

export type OpportunitiesQueryVariables = Exact<{
  filter?: OpportunityFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OpportunitiesQuery = { opportunities: { edges: Array<{ cursor: string, node: { id: string, title: string, organization: string, kind: OpportunityKind, location: string | null, remote: Remote | null, requiredSkills: Array<string>, desiredSkills: Array<string>, url: string | null, postedAt: string, deadlineAt: string | null, status: OpportunityStatus, salary: { text: string, minimum: number | null, maximum: number | null, currency: string | null } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PlanActionMutationVariables = Exact<{
  id: string | number;
  input: ActionPlanInput;
  mutationId?: string | null | undefined;
}>;


export type PlanActionMutation = { planAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type ProfileQueryVariables = Exact<{
  id: string | number;
}>;


export type ProfileQuery = { profile: { id: string, name: string | null, headline: string | null, summary: string | null, careerGoals: Array<string>, version: number, createdAt: string, updatedAt: string, location: { city: string | null, region: string | null, countryCode: string | null }, skills: Array<{ name: string, level: string | null, keywords: Array<string>, source: SkillSource }>, work: Array<{ name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, education: Array<{ institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> }>, projects: Array<{ name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> }>, publications: Array<{ name: string | null, publisher: string | null, releaseDate: string | null, url: string | null, summary: string | null }>, certificates: Array<{ name: string | null, issuer: string | null, date: string | null, url: string | null }>, volunteer: Array<{ organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, languages: Array<{ language: string | null, fluency: string | null }>, researchInterests: Array<{ name: string, keywords: Array<string> }>, constraints: { remote: RemotePreference, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } } | null };

export type ProfileFieldsFragment = { id: string, name: string | null, headline: string | null, summary: string | null, careerGoals: Array<string>, version: number, createdAt: string, updatedAt: string, location: { city: string | null, region: string | null, countryCode: string | null }, skills: Array<{ name: string, level: string | null, keywords: Array<string>, source: SkillSource }>, work: Array<{ name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, education: Array<{ institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> }>, projects: Array<{ name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> }>, publications: Array<{ name: string | null, publisher: string | null, releaseDate: string | null, url: string | null, summary: string | null }>, certificates: Array<{ name: string | null, issuer: string | null, date: string | null, url: string | null }>, volunteer: Array<{ organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, languages: Array<{ language: string | null, fluency: string | null }>, researchInterests: Array<{ name: string, keywords: Array<string> }>, constraints: { remote: RemotePreference, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } };

export type ProfileLiveSubscriptionVariables = Exact<{
  profileId: string | number;
  after?: string | null | undefined;
}>;


export type ProfileLiveSubscription = { profile:
    | { reason: EmissionReason, resyncReason: ResyncReason | null, cursor: string, mutationIds: Array<string>, removed: Array<string>, upserts: Array<{ id: string, name: string | null, headline: string | null, summary: string | null, careerGoals: Array<string>, version: number, createdAt: string, updatedAt: string, location: { city: string | null, region: string | null, countryCode: string | null }, skills: Array<{ name: string, level: string | null, keywords: Array<string>, source: SkillSource }>, work: Array<{ name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, education: Array<{ institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> }>, projects: Array<{ name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> }>, publications: Array<{ name: string | null, publisher: string | null, releaseDate: string | null, url: string | null, summary: string | null }>, certificates: Array<{ name: string | null, issuer: string | null, date: string | null, url: string | null }>, volunteer: Array<{ organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, languages: Array<{ language: string | null, fluency: string | null }>, researchInterests: Array<{ name: string, keywords: Array<string> }>, constraints: { remote: RemotePreference, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } }> }
    | { code: string, message: string, retryAfter: number | null }
   };

export type RecordProgressMutationVariables = Exact<{
  id: string | number;
  stage: ApplicationStage;
  round?: number | null | undefined;
  at?: string | null | undefined;
  note?: string | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type RecordProgressMutation = { recordProgress:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type RefreshMatchesMutationVariables = Exact<{
  profileId: string | number;
  mutationId?: string | null | undefined;
}>;


export type RefreshMatchesMutation = { refreshMatches:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
    | { __typename: 'RefreshMatchesPayload', mutationId: string | null, refreshRun: { id: string, active: boolean } }
   };

export type RefreshProgressSubscriptionVariables = Exact<{
  profileId: string | number;
}>;


export type RefreshProgressSubscription = { refreshProgress:
    | { refreshRun: { id: string, active: boolean, warnings: Array<string>, modelVersion: string, version: number, finishedAt: string | null, matching: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null }, generation: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null } } }
    | { code: string, message: string, retryAfter: number | null }
   };

export type RefreshRunFieldsFragment = { id: string, active: boolean, warnings: Array<string>, modelVersion: string, version: number, finishedAt: string | null, matching: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null }, generation: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null } };

export type RefreshRunQueryVariables = Exact<{
  id: string | number;
}>;


export type RefreshRunQuery = { refreshRun: { id: string, active: boolean, warnings: Array<string>, inputTokens: number, outputTokens: number, modelVersion: string, attempt: number, createdAt: string, updatedAt: string, finishedAt: string | null, matching: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null }, generation: { status: RefreshStageStatus, done: number, total: number, result: number, failure: { code: string, message: string } | null } } | null };

export type RejectLearningMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type RejectLearningMutation = { rejectLearning:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidLearningStatusError', currentStatus: LearningStatus, message: string }
    | { __typename: 'LearningPayload', mutationId: string | null, learning: { id: string, kind: LearningKind, status: LearningStatus, version: number }, profile: { id: string, version: number, careerGoals: Array<string>, skills: Array<{ name: string, level: string | null, source: SkillSource }> } | null }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type RemoveApplicationMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type RemoveApplicationMutation = { removeApplication:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
    | { __typename: 'RemoveApplicationPayload', id: string, mutationId: string | null }
   };

export type ReopenApplicationMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type ReopenApplicationMutation = { reopenApplication:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type RetractLearningMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type RetractLearningMutation = { retractLearning:
    | { __typename: 'CannotRetractError', message: string }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidLearningStatusError', currentStatus: LearningStatus, message: string }
    | { __typename: 'LearningPayload', mutationId: string | null, learning: { id: string, kind: LearningKind, status: LearningStatus, version: number }, profile: { id: string, version: number, careerGoals: Array<string>, skills: Array<{ name: string, level: string | null, source: SkillSource }> } | null }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type SaveActionMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type SaveActionMutation = { saveAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type SendCompletionMessageMutationVariables = Exact<{
  actionId: string | number;
  text: string;
  mutationId?: string | null | undefined;
}>;


export type SendCompletionMessageMutation = { sendCompletionMessage:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
    | { __typename: 'ReplyRunningError', replyId: string, message: string }
    | { __typename: 'SendMessagePayload', mutationId: string | null, sent: { id: string, text: string, createdAt: string }, reply: { id: string, status: MessageStatus } }
   };

export type SendMessageMutationVariables = Exact<{
  profileId: string | number;
  text: string;
  mutationId?: string | null | undefined;
}>;


export type SendMessageMutation = { sendMessage:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
    | { __typename: 'ReplyRunningError', replyId: string, message: string }
    | { __typename: 'SendMessagePayload', mutationId: string | null, sent: { id: string, text: string, createdAt: string }, reply: { id: string, status: MessageStatus } }
   };

export type SimilarOpportunitiesQueryVariables = Exact<{
  profileId: string | number;
  text: string;
  first?: number | null | undefined;
}>;


export type SimilarOpportunitiesQuery = { similarOpportunities: { pending: number, modelVersion: string, found: Array<{ likeness: number, opportunity: { id: string, title: string, organization: string, url: string | null } }> } };

export type StartActionMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type StartActionMutation = { startAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type StopReplyMutationVariables = Exact<{
  messageId: string | number;
  mutationId?: string | null | undefined;
}>;


export type StopReplyMutation = { stopReply:
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', message: string }
    | { __typename: 'ReplyNotRunningError', status: MessageStatus, message: string }
    | { __typename: 'StopReplyPayload', mutationId: string | null, stopped: { id: string, status: MessageStatus, text: string } }
   };

export type TakeApplicationStepBackMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type TakeApplicationStepBackMutation = { takeApplicationStepBack:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type TrackOpportunityMutationVariables = Exact<{
  opportunityId: string | number;
  mutationId?: string | null | undefined;
}>;


export type TrackOpportunityMutation = { trackOpportunity:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type TrackPostingMutationVariables = Exact<{
  input: TrackPostingInput;
  mutationId?: string | null | undefined;
}>;


export type TrackPostingMutation = { trackPosting:
    | { __typename: 'ApplicationPayload', mutationId: string | null, application: { id: string, opportunityId: string | null, stage: ApplicationStage, outcome: ApplicationOutcome | null, reachedStage: ApplicationStage | null, reasons: Array<string>, round: number | null, appliedAt: string | null, channel: string | null, createdAt: string, version: number, posting: { title: string, organization: string, kind: OpportunityKind | null, location: string | null, remote: Remote | null, salary: string | null, url: string | null, postedAt: string | null, deadlineAt: string | null }, history: Array<{ at: string, recordedAt: string, from: ApplicationStage | null, to: ApplicationStage, by: ApplicationStepBy, round: number | null, note: string | null, channel: string | null, outcome: ApplicationOutcome | null, reasons: Array<string> }> } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotAllowedNowError', currentStatus: string, message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type UnsaveActionMutationVariables = Exact<{
  id: string | number;
  mutationId?: string | null | undefined;
}>;


export type UnsaveActionMutation = { unsaveAction:
    | { __typename: 'CareerActionPayload', mutationId: string | null, careerAction: { id: string, status: CareerActionStatus, savedAt: string | null, dismissedAt: string | null, startedAt: string | null, completedAt: string | null, version: number, plan: { why: string | null, beginOn: string | null, plannedAt: string, cameOfIt: string | null, answeredAt: string | null } | null } }
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'InvalidTransitionError', currentStatus: CareerActionStatus, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
  expectedVersion?: number | null | undefined;
  mutationId?: string | null | undefined;
}>;


export type UpdateProfileMutation = { updateProfile:
    | { __typename: 'ConflictError', message: string }
    | { __typename: 'InvalidInputError', field: string, message: string }
    | { __typename: 'MutationIdReusedError', message: string }
    | { __typename: 'ProfilePayload', mutationId: string | null, profile: { id: string, name: string | null, headline: string | null, summary: string | null, careerGoals: Array<string>, version: number, createdAt: string, updatedAt: string, location: { city: string | null, region: string | null, countryCode: string | null }, skills: Array<{ name: string, level: string | null, keywords: Array<string>, source: SkillSource }>, work: Array<{ name: string | null, position: string | null, location: string | null, description: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, education: Array<{ institution: string | null, area: string | null, studyType: string | null, url: string | null, startDate: string | null, endDate: string | null, score: string | null, courses: Array<string> }>, projects: Array<{ name: string | null, description: string | null, entity: string | null, type: string | null, url: string | null, startDate: string | null, endDate: string | null, highlights: Array<string>, keywords: Array<string>, roles: Array<string> }>, publications: Array<{ name: string | null, publisher: string | null, releaseDate: string | null, url: string | null, summary: string | null }>, certificates: Array<{ name: string | null, issuer: string | null, date: string | null, url: string | null }>, volunteer: Array<{ organization: string | null, position: string | null, url: string | null, startDate: string | null, endDate: string | null, summary: string | null, highlights: Array<string> }>, languages: Array<{ language: string | null, fluency: string | null }>, researchInterests: Array<{ name: string, keywords: Array<string> }>, constraints: { remote: RemotePreference, places: Array<string>, workPermits: Array<string>, salaryMinimum: number | null, salaryCurrency: string | null, hoursPerWeek: number | null } } }
    | { __typename: 'RateLimitedError', code: string, retryAfter: number, message: string }
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, budget: { tokensLeft: number, resetsAt: string } | null, profile: { id: string, name: string | null, headline: string | null, version: number } | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const CareerActionResultFieldsFragmentDoc = new TypedDocumentString(`
    fragment CareerActionResultFields on CareerActionResult {
  __typename
  ... on CareerActionPayload {
    mutationId
    careerAction {
      id
      status
      savedAt
      dismissedAt
      startedAt
      completedAt
      plan {
        why
        beginOn
        plannedAt
        cameOfIt
        answeredAt
      }
      version
    }
  }
  ... on InvalidTransitionError {
    currentStatus
  }
  ... on InvalidInputError {
    field
  }
  ... on RateLimitedError {
    code
    retryAfter
  }
  ... on Error {
    message
  }
}
    `, {"fragmentName":"CareerActionResultFields"}) as unknown as TypedDocumentString<CareerActionResultFieldsFragment, unknown>;
export const ListedApplicationFragmentDoc = new TypedDocumentString(`
    fragment ListedApplication on Application {
  id
  opportunityId
  stage
  outcome
  reachedStage
  reasons
  round
  appliedAt
  channel
  createdAt
  version
  posting {
    title
    organization
    kind
    location
    remote
    salary
    url
    postedAt
    deadlineAt
  }
  history {
    at
    from
    to
    round
    outcome
  }
}
    `, {"fragmentName":"ListedApplication"}) as unknown as TypedDocumentString<ListedApplicationFragment, unknown>;
export const LiveCareerActionFragmentDoc = new TypedDocumentString(`
    fragment LiveCareerAction on CareerAction {
  id
  type
  title
  description
  rationale
  profileBasis
  status
  generationRun
  modelVersion
  createdAt
  savedAt
  dismissedAt
  startedAt
  completedAt
  completionConversationStarted
  plan {
    why
    beginOn
    plannedAt
    cameOfIt
    answeredAt
  }
  version
}
    `, {"fragmentName":"LiveCareerAction"}) as unknown as TypedDocumentString<LiveCareerActionFragment, unknown>;
export const LiveMatchFragmentDoc = new TypedDocumentString(`
    fragment LiveMatch on Match {
  id
  tier
  score
  band
  tierFirm
  rankGroup
  counterfactual {
    tier
    stepKind: kind
    names
  }
  scoreBefore
  tierBefore
  causes {
    causeKind: kind
    part
    change
    estimated
  }
  explanation
  strengths
  gaps
  recommendations
  modelVersion
  refreshRun
  version
  createdAt
  opportunity {
    id
    title
    organization
    kind
    location
    remote
    url
    postedAt
    deadlineAt
  }
}
    `, {"fragmentName":"LiveMatch"}) as unknown as TypedDocumentString<LiveMatchFragment, unknown>;
export const LiveLearningFragmentDoc = new TypedDocumentString(`
    fragment LiveLearning on Learning {
  id
  learningKind: kind
  learningStatus: status
  quotation
  message
  careerAction
  modelVersion
  createdAt
  updatedAt
  version
  proposal {
    skill {
      name
      level
      keywords
    }
    work {
      name
      position
      location
      description
      url
      startDate
      endDate
      summary
      highlights
    }
    project {
      name
      description
      entity
      type
      url
      startDate
      endDate
      highlights
      keywords
      roles
    }
    education {
      institution
      area
      studyType
      url
      startDate
      endDate
      score
      courses
    }
    volunteer {
      organization
      position
      url
      startDate
      endDate
      summary
      highlights
    }
    interest {
      name
      keywords
    }
    goal
    constraint {
      remote
      places
      workPermits
      salaryMinimum
      salaryCurrency
      hoursPerWeek
    }
  }
}
    `, {"fragmentName":"LiveLearning"}) as unknown as TypedDocumentString<LiveLearningFragment, unknown>;
export const LiveMessageFragmentDoc = new TypedDocumentString(`
    fragment LiveMessage on Message {
  id
  role
  text
  messageStatus: status
  attempt
  careerActionId
  shouldExtract
  failure {
    code
    message
  }
  interruptedText
  messageModelVersion: modelVersion
  createdAt
  finishedAt
  version
}
    `, {"fragmentName":"LiveMessage"}) as unknown as TypedDocumentString<LiveMessageFragment, unknown>;
export const RefreshStageFieldsFragmentDoc = new TypedDocumentString(`
    fragment RefreshStageFields on RefreshStage {
  status
  done
  total
  result
  failure {
    code
    message
  }
}
    `, {"fragmentName":"RefreshStageFields"}) as unknown as TypedDocumentString<RefreshStageFieldsFragment, unknown>;
export const LiveRefreshRunFragmentDoc = new TypedDocumentString(`
    fragment LiveRefreshRun on RefreshRun {
  id
  active
  matching {
    ...RefreshStageFields
  }
  generation {
    ...RefreshStageFields
  }
  warnings
  inputTokens
  outputTokens
  modelVersion
  attempt
  version
  createdAt
  updatedAt
  finishedAt
}
    fragment RefreshStageFields on RefreshStage {
  status
  done
  total
  result
  failure {
    code
    message
  }
}`, {"fragmentName":"LiveRefreshRun"}) as unknown as TypedDocumentString<LiveRefreshRunFragment, unknown>;
export const LiveBudgetFragmentDoc = new TypedDocumentString(`
    fragment LiveBudget on TokenBudget {
  id
  dailyTokens
  tokensLeft
  resetsAt
  version
}
    `, {"fragmentName":"LiveBudget"}) as unknown as TypedDocumentString<LiveBudgetFragment, unknown>;
export const LiveProfileFragmentDoc = new TypedDocumentString(`
    fragment LiveProfile on Profile {
  id
  name
  headline
  summary
  location {
    city
    region
    countryCode
  }
  skills {
    name
    level
    keywords
    source
  }
  work {
    name
    position
    location
    description
    url
    startDate
    endDate
    summary
    highlights
  }
  education {
    institution
    area
    studyType
    url
    startDate
    endDate
    score
    courses
  }
  projects {
    name
    description
    entity
    type
    url
    startDate
    endDate
    highlights
    keywords
    roles
  }
  publications {
    name
    publisher
    releaseDate
    url
    summary
  }
  certificates {
    name
    issuer
    date
    url
  }
  volunteer {
    organization
    position
    url
    startDate
    endDate
    summary
    highlights
  }
  languages {
    language
    fluency
  }
  researchInterests {
    name
    keywords
  }
  careerGoals
  constraints {
    remote
    places
    workPermits
    salaryMinimum
    salaryCurrency
    hoursPerWeek
  }
  version
  createdAt
  updatedAt
}
    `, {"fragmentName":"LiveProfile"}) as unknown as TypedDocumentString<LiveProfileFragment, unknown>;
export const LiveApplicationFragmentDoc = new TypedDocumentString(`
    fragment LiveApplication on Application {
  id
  opportunityId
  stage
  outcome
  reachedStage
  reasons
  round
  appliedAt
  channel
  createdAt
  version
  posting {
    title
    organization
    kind
    location
    remote
    salary
    url
    postedAt
    deadlineAt
  }
  history {
    at
    recordedAt
    from
    to
    by
    round
    note
    channel
    outcome
    reasons
  }
}
    `, {"fragmentName":"LiveApplication"}) as unknown as TypedDocumentString<LiveApplicationFragment, unknown>;
export const ChatMessageFieldsFragmentDoc = new TypedDocumentString(`
    fragment ChatMessageFields on Message {
  id
  text
  status
  attempt
}
    `, {"fragmentName":"ChatMessageFields"}) as unknown as TypedDocumentString<ChatMessageFieldsFragment, unknown>;
export const ApplicationFieldsFragmentDoc = new TypedDocumentString(`
    fragment ApplicationFields on Application {
  id
  opportunityId
  stage
  outcome
  reachedStage
  reasons
  round
  appliedAt
  channel
  createdAt
  version
  posting {
    title
    organization
    kind
    location
    remote
    salary
    url
    postedAt
    deadlineAt
  }
  history {
    at
    recordedAt
    from
    to
    by
    round
    note
    channel
    outcome
    reasons
  }
}
    `, {"fragmentName":"ApplicationFields"}) as unknown as TypedDocumentString<ApplicationFieldsFragment, unknown>;
export const ApplicationResultFieldsFragmentDoc = new TypedDocumentString(`
    fragment ApplicationResultFields on ApplicationResult {
  __typename
  ... on ApplicationPayload {
    mutationId
    application {
      ...ApplicationFields
    }
  }
  ... on NotAllowedNowError {
    currentStatus
  }
  ... on InvalidInputError {
    field
  }
  ... on RateLimitedError {
    code
    retryAfter
  }
  ... on Error {
    message
  }
}
    fragment ApplicationFields on Application {
  id
  opportunityId
  stage
  outcome
  reachedStage
  reasons
  round
  appliedAt
  channel
  createdAt
  version
  posting {
    title
    organization
    kind
    location
    remote
    salary
    url
    postedAt
    deadlineAt
  }
  history {
    at
    recordedAt
    from
    to
    by
    round
    note
    channel
    outcome
    reasons
  }
}`, {"fragmentName":"ApplicationResultFields"}) as unknown as TypedDocumentString<ApplicationResultFieldsFragment, unknown>;
export const MessageFieldsFragmentDoc = new TypedDocumentString(`
    fragment MessageFields on Message {
  id
  role
  text
  status
  attempt
  careerActionId
  shouldExtract
  failure {
    code
    message
  }
  interruptedText
  modelVersion
  createdAt
  finishedAt
  version
}
    `, {"fragmentName":"MessageFields"}) as unknown as TypedDocumentString<MessageFieldsFragment, unknown>;
export const LearningFieldsFragmentDoc = new TypedDocumentString(`
    fragment LearningFields on Learning {
  id
  kind
  status
  quotation
  message
  careerAction
  version
  proposal {
    skill {
      name
      level
      keywords
    }
    work {
      name
      position
      startDate
      endDate
      summary
    }
    project {
      name
      description
    }
    education {
      institution
      area
      studyType
    }
    volunteer {
      organization
      position
    }
    interest {
      name
      keywords
    }
    goal
    constraint {
      remote
      places
      workPermits
      salaryMinimum
      salaryCurrency
      hoursPerWeek
    }
  }
}
    `, {"fragmentName":"LearningFields"}) as unknown as TypedDocumentString<LearningFieldsFragment, unknown>;
export const ResumeChangesFragmentDoc = new TypedDocumentString(`
    fragment ResumeChanges on ResumeReport {
  sections {
    section
    added
    changed
    removed
  }
  notes {
    field
    message
  }
  needsConfirmation
}
    `, {"fragmentName":"ResumeChanges"}) as unknown as TypedDocumentString<ResumeChangesFragment, unknown>;
export const ProfileFieldsFragmentDoc = new TypedDocumentString(`
    fragment ProfileFields on Profile {
  id
  name
  headline
  summary
  location {
    city
    region
    countryCode
  }
  skills {
    name
    level
    keywords
    source
  }
  work {
    name
    position
    location
    description
    url
    startDate
    endDate
    summary
    highlights
  }
  education {
    institution
    area
    studyType
    url
    startDate
    endDate
    score
    courses
  }
  projects {
    name
    description
    entity
    type
    url
    startDate
    endDate
    highlights
    keywords
    roles
  }
  publications {
    name
    publisher
    releaseDate
    url
    summary
  }
  certificates {
    name
    issuer
    date
    url
  }
  volunteer {
    organization
    position
    url
    startDate
    endDate
    summary
    highlights
  }
  languages {
    language
    fluency
  }
  researchInterests {
    name
    keywords
  }
  careerGoals
  constraints {
    remote
    places
    workPermits
    salaryMinimum
    salaryCurrency
    hoursPerWeek
  }
  version
  createdAt
  updatedAt
}
    `, {"fragmentName":"ProfileFields"}) as unknown as TypedDocumentString<ProfileFieldsFragment, unknown>;
export const RefreshRunFieldsFragmentDoc = new TypedDocumentString(`
    fragment RefreshRunFields on RefreshRun {
  id
  active
  matching {
    ...RefreshStageFields
  }
  generation {
    ...RefreshStageFields
  }
  warnings
  modelVersion
  version
  finishedAt
}
    fragment RefreshStageFields on RefreshStage {
  status
  done
  total
  result
  failure {
    code
    message
  }
}`, {"fragmentName":"RefreshRunFields"}) as unknown as TypedDocumentString<RefreshRunFieldsFragment, unknown>;
export const AcceptLearningDocument = {"__meta__":{"hash":"sha256:fabf18bb9fecad78bee1bdacef8023ad238618ef853b50dcf7b49f52f794875f"}} as unknown as TypedDocumentString<AcceptLearningMutation, AcceptLearningMutationVariables>;
export const AnswerActionPlanDocument = {"__meta__":{"hash":"sha256:22cc12d9142b5107d38ea240e10e90b64632585d3e513277ff4345ac7dd49682"}} as unknown as TypedDocumentString<AnswerActionPlanMutation, AnswerActionPlanMutationVariables>;
export const ApplicationPostingDocument = {"__meta__":{"hash":"sha256:ee523c0155c21accec3f61a3c125b5c4ff9912d452de80eea634f1404a24961c"}} as unknown as TypedDocumentString<ApplicationPostingQuery, ApplicationPostingQueryVariables>;
export const ApplicationsDocument = {"__meta__":{"hash":"sha256:031bf159770d8ccc39069b265dc5a754b8fb410b9a36a30140dec2814ec4a336"}} as unknown as TypedDocumentString<ApplicationsQuery, ApplicationsQueryVariables>;
export const ApplicationsLiveDocument = {"__meta__":{"hash":"sha256:0c1723667f80563385ca8a6af28cb8ff8a1a9858100261b5c4746aebbd306f97"}} as unknown as TypedDocumentString<ApplicationsLiveSubscription, ApplicationsLiveSubscriptionVariables>;
export const BudgetLiveDocument = {"__meta__":{"hash":"sha256:4422b00ffbf92be3d8cab6ef2acf87c4703c09c0a86ef1069e9194942c2fe558"}} as unknown as TypedDocumentString<BudgetLiveSubscription, BudgetLiveSubscriptionVariables>;
export const CancelActionDocument = {"__meta__":{"hash":"sha256:14086a049a783c991adfdb95a18210cc1b6917a95d37a5fb8bf5a450ff42e25e"}} as unknown as TypedDocumentString<CancelActionMutation, CancelActionMutationVariables>;
export const CareerActionsDocument = {"__meta__":{"hash":"sha256:4d929566b678ca054e7ca8deabf3d37d6db390e2576ec23f6c4153e0c4db1178"}} as unknown as TypedDocumentString<CareerActionsQuery, CareerActionsQueryVariables>;
export const CareerActionsLiveDocument = {"__meta__":{"hash":"sha256:bd602c4faa5a66642f7f25efda5d8add63db0699d97d954e18b879398fb47f21"}} as unknown as TypedDocumentString<CareerActionsLiveSubscription, CareerActionsLiveSubscriptionVariables>;
export const ChangesDocument = {"__meta__":{"hash":"sha256:977107395409602e7f92e4b4a97461e3f5ddae5f79ba0137a583be7bd262fd3e"}} as unknown as TypedDocumentString<ChangesSubscription, ChangesSubscriptionVariables>;
export const ChatDocument = {"__meta__":{"hash":"sha256:69feaeaf21f36d1d00fca415ae8c05999313ea08d4ab29c692c7c5c462f88db8"}} as unknown as TypedDocumentString<ChatSubscription, ChatSubscriptionVariables>;
export const CloseApplicationDocument = {"__meta__":{"hash":"sha256:d5453e197949d7b262d16ee40f0622285bd933b79b65efce7c889275c143f90d"}} as unknown as TypedDocumentString<CloseApplicationMutation, CloseApplicationMutationVariables>;
export const CompleteActionDocument = {"__meta__":{"hash":"sha256:269160a6c108be2dde79dd293de044bb2c8519cb27fa20d44a0c31b001dde2dc"}} as unknown as TypedDocumentString<CompleteActionMutation, CompleteActionMutationVariables>;
export const CompletionMessagesDocument = {"__meta__":{"hash":"sha256:ee183cd7774ae19832aa84cf7dd417958b3f02367302211d083a097421cfdc25"}} as unknown as TypedDocumentString<CompletionMessagesQuery, CompletionMessagesQueryVariables>;
export const CompletionMessagesLiveDocument = {"__meta__":{"hash":"sha256:932b4d3cd6e7f587480e776ec8da3764d85a810d05751a2306a139415c2d39a4"}} as unknown as TypedDocumentString<CompletionMessagesLiveSubscription, CompletionMessagesLiveSubscriptionVariables>;
export const DeleteMyAccountDocument = {"__meta__":{"hash":"sha256:49af99a6afba1cd01837070a0c4b41731c5e2916166d9a0c98978929327902fb"}} as unknown as TypedDocumentString<DeleteMyAccountMutation, DeleteMyAccountMutationVariables>;
export const DismissActionDocument = {"__meta__":{"hash":"sha256:1e8869366d0fc8a455d405939eb8cfbc4d0a1f1e5ef4edc646555f0935797680"}} as unknown as TypedDocumentString<DismissActionMutation, DismissActionMutationVariables>;
export const ExportMyDataDocument = {"__meta__":{"hash":"sha256:9d19db11ee989c8b657088dd732b6514340d895c31c3dda4209cf6fb1ef4cd1a"}} as unknown as TypedDocumentString<ExportMyDataQuery, ExportMyDataQueryVariables>;
export const ExportResumeDocument = {"__meta__":{"hash":"sha256:43bc22c9743a0540f4970f325ea621b34b0ff113d0a0e9e82ad3148de02b8ad9"}} as unknown as TypedDocumentString<ExportResumeQuery, ExportResumeQueryVariables>;
export const ExtractLearningsDocument = {"__meta__":{"hash":"sha256:5990c1f9d5d40b1cec3e581b9fab6563a73a205088534ac93c75e0d28cce1986"}} as unknown as TypedDocumentString<ExtractLearningsMutation, ExtractLearningsMutationVariables>;
export const ImportResumeDocument = {"__meta__":{"hash":"sha256:227d89130e64ba6e1050b80e1befa918b918588110e2820ce6acc294fe8a8bc9"}} as unknown as TypedDocumentString<ImportResumeMutation, ImportResumeMutationVariables>;
export const LearningsDocument = {"__meta__":{"hash":"sha256:6e625fab01b26f051a85313b1b84503115a3fa0ec40365f7e810657e58bb2c80"}} as unknown as TypedDocumentString<LearningsQuery, LearningsQueryVariables>;
export const LearningsLiveDocument = {"__meta__":{"hash":"sha256:ece73b57f2ac7e7eb7087e76aa738dc5d49555ab749422b7feaf9d9bef0225de"}} as unknown as TypedDocumentString<LearningsLiveSubscription, LearningsLiveSubscriptionVariables>;
export const MarkAppliedDocument = {"__meta__":{"hash":"sha256:28ccabaf3b63875dd2f28208395d35f3322c95ff9aa833288b69d9ce6c5e78b2"}} as unknown as TypedDocumentString<MarkAppliedMutation, MarkAppliedMutationVariables>;
export const MarkCompletionStartedDocument = {"__meta__":{"hash":"sha256:ebc4b3550c1d9427fadb86183bca8ad3df7428c444830f81afdad5754094a4f5"}} as unknown as TypedDocumentString<MarkCompletionStartedMutation, MarkCompletionStartedMutationVariables>;
export const MatchAuditDocument = {"__meta__":{"hash":"sha256:ceab045da3c20e18d03c0ed1f6cf1271c1e6ccf46d7d6d89bf859c66825a2f9c"}} as unknown as TypedDocumentString<MatchAuditQuery, MatchAuditQueryVariables>;
export const MatchesDocument = {"__meta__":{"hash":"sha256:39b540490f698a4b1e1464c87b3788d571b9577f7dc1e91097691d909518ea84"}} as unknown as TypedDocumentString<MatchesQuery, MatchesQueryVariables>;
export const MatchesLiveDocument = {"__meta__":{"hash":"sha256:7de8b6b0bb1514a3ef01343ae8c8772931a0cb1cf6bb52e9f93fad4800e6b40a"}} as unknown as TypedDocumentString<MatchesLiveSubscription, MatchesLiveSubscriptionVariables>;
export const MessagesDocument = {"__meta__":{"hash":"sha256:963ec5ecaaf43c6747cac36972e03c89ad659f7943fadab97dc4d3daa8ac0830"}} as unknown as TypedDocumentString<MessagesQuery, MessagesQueryVariables>;
export const MessagesLiveDocument = {"__meta__":{"hash":"sha256:bd3c115c92fc8b7aa7ad3d07f52abe5b2768b0c0db60f5ae594b374db3ea9535"}} as unknown as TypedDocumentString<MessagesLiveSubscription, MessagesLiveSubscriptionVariables>;
export const NodeDocument = {"__meta__":{"hash":"sha256:674a4e60b765ab762155deb5480b435445a7ecf217bd9a818ee68fa139bfb45a"}} as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const OpportunitiesDocument = {"__meta__":{"hash":"sha256:c6bef36b025f7876f96c2652270804844d26f5670381e78c25c6be18fca8e203"}} as unknown as TypedDocumentString<OpportunitiesQuery, OpportunitiesQueryVariables>;
export const PlanActionDocument = {"__meta__":{"hash":"sha256:b2e1cb6fe0694dd6121286ca1a0e37870a61adab37908ef0980abf0ec5ceca7a"}} as unknown as TypedDocumentString<PlanActionMutation, PlanActionMutationVariables>;
export const ProfileDocument = {"__meta__":{"hash":"sha256:6331f61c89137164d6706baeb4297c02b30a361c47699f82b27b661045b76a8a"}} as unknown as TypedDocumentString<ProfileQuery, ProfileQueryVariables>;
export const ProfileLiveDocument = {"__meta__":{"hash":"sha256:c07ed6f857d0241a266c1b8997feb26fd6037df49a585c2b2f866fd6321e4aa5"}} as unknown as TypedDocumentString<ProfileLiveSubscription, ProfileLiveSubscriptionVariables>;
export const RecordProgressDocument = {"__meta__":{"hash":"sha256:5cdd7392f747c352b22c3c0eaefbb584c7a45311e947e2b285aa78bd4b4ed54c"}} as unknown as TypedDocumentString<RecordProgressMutation, RecordProgressMutationVariables>;
export const RefreshMatchesDocument = {"__meta__":{"hash":"sha256:9428618e59399e39e3cbcc102a2d255191bdec4c7c37e96b14e2fc2842f48331"}} as unknown as TypedDocumentString<RefreshMatchesMutation, RefreshMatchesMutationVariables>;
export const RefreshProgressDocument = {"__meta__":{"hash":"sha256:c991c9eb3c71352cbbc3903950ec0ee4e810fd68783c52b7aad76ce476f0be29"}} as unknown as TypedDocumentString<RefreshProgressSubscription, RefreshProgressSubscriptionVariables>;
export const RefreshRunDocument = {"__meta__":{"hash":"sha256:a033338924e2bdc97eaf0c7003049d5a2d4799cb044ba93095fd1b9fd4cdcc0a"}} as unknown as TypedDocumentString<RefreshRunQuery, RefreshRunQueryVariables>;
export const RejectLearningDocument = {"__meta__":{"hash":"sha256:f2d3c1bf0a30c8ef143a057d60bc27d7adf9e9568317dbc2cdbfb0412fdbc127"}} as unknown as TypedDocumentString<RejectLearningMutation, RejectLearningMutationVariables>;
export const RemoveApplicationDocument = {"__meta__":{"hash":"sha256:6d334465a5840d1d30f98abcb7eb58b78c55d7b22bcf3c191067586b0f5c847f"}} as unknown as TypedDocumentString<RemoveApplicationMutation, RemoveApplicationMutationVariables>;
export const ReopenApplicationDocument = {"__meta__":{"hash":"sha256:4eba2843fd42e2be4154f19d34579f761641ca75fa01c3d513680ea9b7585ae0"}} as unknown as TypedDocumentString<ReopenApplicationMutation, ReopenApplicationMutationVariables>;
export const RetractLearningDocument = {"__meta__":{"hash":"sha256:7551ca396eddf21680fca08e32fb879eaea72e32779a73460e8a95b4003599a7"}} as unknown as TypedDocumentString<RetractLearningMutation, RetractLearningMutationVariables>;
export const SaveActionDocument = {"__meta__":{"hash":"sha256:78b6ecae97276f3a72251e7c364b3aaa1cecde66e641bd1d1b3acb6bc84a90a0"}} as unknown as TypedDocumentString<SaveActionMutation, SaveActionMutationVariables>;
export const SendCompletionMessageDocument = {"__meta__":{"hash":"sha256:f36a1540623ff239a11d7461a8b721304031a5e0867e2fcad93263beca4a19c3"}} as unknown as TypedDocumentString<SendCompletionMessageMutation, SendCompletionMessageMutationVariables>;
export const SendMessageDocument = {"__meta__":{"hash":"sha256:4fe22a224a354f1a8c8aa8737c2d6a93360b8f5361d96523aed150e45f084ad8"}} as unknown as TypedDocumentString<SendMessageMutation, SendMessageMutationVariables>;
export const SimilarOpportunitiesDocument = {"__meta__":{"hash":"sha256:9344a974841b87af277d9957d60b6e7f5cf0c346cf28d76390274b0674cf0611"}} as unknown as TypedDocumentString<SimilarOpportunitiesQuery, SimilarOpportunitiesQueryVariables>;
export const StartActionDocument = {"__meta__":{"hash":"sha256:0b9af8d1c69104b6d8e258571f11647812246683bf66964a5ff86aa144d9277a"}} as unknown as TypedDocumentString<StartActionMutation, StartActionMutationVariables>;
export const StopReplyDocument = {"__meta__":{"hash":"sha256:5d63caf7bc0ac2856a4be19b0e74d481f32498b35eb6c6bc8b8f0eafb3a31c03"}} as unknown as TypedDocumentString<StopReplyMutation, StopReplyMutationVariables>;
export const TakeApplicationStepBackDocument = {"__meta__":{"hash":"sha256:8e46607c86c2b26e387bc0f18b0577ef9152536b3a9a35e4c732769a55e9b05f"}} as unknown as TypedDocumentString<TakeApplicationStepBackMutation, TakeApplicationStepBackMutationVariables>;
export const TrackOpportunityDocument = {"__meta__":{"hash":"sha256:c8cc9d78418714a5328f3fb4135fe71fe2fcc933d209779ef5bd3e80288f9ecc"}} as unknown as TypedDocumentString<TrackOpportunityMutation, TrackOpportunityMutationVariables>;
export const TrackPostingDocument = {"__meta__":{"hash":"sha256:ee7e49689fa5adc38285957c0ce9e2859f5f51811e8b6928e06854ff3c413c21"}} as unknown as TypedDocumentString<TrackPostingMutation, TrackPostingMutationVariables>;
export const UnsaveActionDocument = {"__meta__":{"hash":"sha256:d2c853eef0728e4436b94ae19b5fdd6a7caac843c358b2ea5709207bdbc066e5"}} as unknown as TypedDocumentString<UnsaveActionMutation, UnsaveActionMutationVariables>;
export const UpdateProfileDocument = {"__meta__":{"hash":"sha256:5d3253c641c082d51fa84187baa3229f91aa26d0be600f7d00b180166a9cc589"}} as unknown as TypedDocumentString<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const ViewerDocument = {"__meta__":{"hash":"sha256:1322a92e0a2fc0eac71b77e815971146ac274a86e7578d2cbd5e7e1de6e7e92c"}} as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;