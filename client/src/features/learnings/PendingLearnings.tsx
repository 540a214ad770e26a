import type { JSX } from "react";
import { Section } from "@/ui/parts";
import { LearningCard } from "./LearningCard";
import { useLearnings } from "./LearningsReview";

/** Those that wait for a yes or a no, for the home page. */
export default function PendingLearnings(): JSX.Element | null {
  const pending = useLearnings().filter((one) => one.status === "PENDING");
  if (pending.length === 0) return null;
  return (
    <Section title="To decide" count={pending.length}>
      <ul className="grid gap-3">
        {pending.map((learning) => (
          <LearningCard key={learning.id} learning={learning} />
        ))}
      </ul>
    </Section>
  );
}
