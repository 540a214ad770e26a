import type { JSX } from "react";
import { LearningsReview } from "@/features/learnings/LearningsReview";
import { ConversationPanel } from "@/features/messages/ConversationPanel";
import { usePerson } from "@/sync/hooks";
import { Empty, PageTitle } from "@/ui/parts";

const STARTERS = [
  "What is missing in my profile?",
  "I learned something new that is not in there yet.",
  "I am not sure what to do next.",
];

export default function Coach(): JSX.Element {
  const profileId = usePerson()?.profileId ?? null;
  return (
    <>
      <PageTitle lead="Talk about where you want to go. Nothing reaches your profile without your yes.">
        Coach
      </PageTitle>
      {profileId === null ? (
        <Empty title="You have no profile yet">The coach needs one to talk about.</Empty>
      ) : (
        <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <ConversationPanel
            scope={{ profileId }}
            label="Write to the coach"
            opening={<p className="text-sm text-muted">Hello. What is on your mind?</p>}
            starters={STARTERS}
          />
          <LearningsReview careerAction={null} />
        </div>
      )}
    </>
  );
}
